"""The transport that sends nothing."""

from __future__ import annotations

from collections.abc import Sequence

from cobranca.infra.mailer.simulate import SimulateTransport
from cobranca.infra.mailer.transport import Envelope, Outcome, State
from tests.unit.infra.mailer.mails import make_mail


def never_composed() -> bytes:
    raise AssertionError("a simulation composes nothing")


async def test_every_mail_is_sent_and_counted_and_none_composed() -> None:
    transport = SimulateTransport()
    envelope = Envelope(mail=make_mail(), compose=never_composed)
    seen: list[int] = []

    async def before(chunk: Sequence[Envelope]) -> None:
        seen.append(len(chunk))

    async def report(chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
        seen.append(-len(outcomes))

    outcomes = await transport.deliver(
        [envelope] * 5, key="k", before_handover=before, report=report
    )
    await transport.deliver([envelope] * 2, key="k")
    assert [outcome.state for outcome in outcomes] == [State.SENT] * 5
    assert seen == [5, -5]
    assert transport.delivered == 7
