"""The transport of trials and of measurements: everything counts as sent, nothing is made."""

from __future__ import annotations

from collections.abc import Sequence

from cobranca.infra.mailer.transport import (
    BeforeHandover,
    Envelope,
    Outcome,
    Report,
    State,
    nothing_before,
    nothing_reported,
)

_SENT = Outcome(state=State.SENT, detail="simulated")


class SimulateTransport:
    """Answers SENT for every mail and counts them; `compose` is never called."""

    name = "simulate"
    idempotent = True

    def __init__(self) -> None:
        """Begin at zero."""
        self.delivered = 0

    async def deliver(
        self,
        envelopes: Sequence[Envelope],
        *,
        key: str,
        before_handover: BeforeHandover = nothing_before,
        report: Report = nothing_reported,
    ) -> list[Outcome]:
        """Count the mails as one chunk."""
        del key
        await before_handover(envelopes)
        outcomes = [_SENT] * len(envelopes)
        self.delivered += len(envelopes)
        await report(envelopes, outcomes)
        return outcomes

    async def aclose(self) -> None:
        """Nothing is held."""
