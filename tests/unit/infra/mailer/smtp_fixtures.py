"""What the SMTP tests have in common: mails with numbers, a transport that waits briefly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from cobranca.domain.mail_reply import State
from cobranca.infra.mailer.smtp import SmtpTransport
from cobranca.infra.mailer.smtp_config import SmtpConfig, Timeouts
from cobranca.infra.mailer.transport import (
    Chunk,
    Envelope,
    Ledger,
    Outcome,
    Transport,
    Turn,
)
from tests.support.smtp_sink import SmtpSink
from tests.unit.infra.mailer.mails import make_mail

#: Long enough for a busy machine, short enough for a test that waits for it to pass.
WAIT_S = 1.5
GENEROUS = Timeouts(dot_s=30, mail_s=30, rcpt_s=30, data_s=30, session_s=30, greeting_s=30)
IMPATIENT = Timeouts(
    connect_s=5,
    greeting_s=WAIT_S,
    session_s=WAIT_S,
    mail_s=WAIT_S,
    rcpt_s=WAIT_S,
    data_s=WAIT_S,
    content_s=WAIT_S,
    dot_s=WAIT_S,
)


def transport_to(
    sink: SmtpSink, *, query: str = "", scheme: str = "smtp", user: str = "", **changes: Any
) -> SmtpTransport:
    """Return a transport with one connection and quick retries, unless told otherwise."""
    url = f"{scheme}://{user}localhost:{sink.port}{query}"
    bounds: dict[str, Any] = {"connections": 1, "timeouts": GENEROUS, "backoff_s": 0.001}
    config = replace(SmtpConfig.from_url(url), host="127.0.0.1", **(bounds | changes))
    return SmtpTransport(config)


def envelope(number: int, size: int = 2000, *, domain: str = "x.example") -> Envelope:
    """Return an envelope whose message has a Message-ID, a stuffed line and some length."""
    mail = make_mail(debt_id=f"d{number}", recipient_address=f"payer{number}@{domain}")

    def compose() -> bytes:
        head = f"Message-ID: {mail.message_id}\r\nSubject: s\r\n\r\n.a line\r\n..two\r\n"
        return head.encode() + (b"x" * 70 + b"\r\n") * (size // 72)

    return Envelope(billing_id=number, mail=mail, compose=compose)


def envelopes(count: int) -> list[Envelope]:
    """Return so many envelopes, payer0@x.example first."""
    return [envelope(number) for number in range(count)]


def states(outcomes: list[Outcome]) -> list[State]:
    """Return the states alone."""
    return [outcome.state for outcome in outcomes]


class Record(Ledger):
    """Remembers what became of each mail, and that none is settled twice."""

    def __init__(self) -> None:
        self.outcomes: dict[int, Outcome] = {}

    async def settle(self, chunk: Chunk, outcomes: Sequence[Outcome]) -> None:
        for envelope, outcome in zip(chunk.envelopes, outcomes, strict=True):
            assert envelope.billing_id not in self.outcomes
            self.outcomes[envelope.billing_id] = outcome


class Watched(Record):
    """Calls functions of a test at what a delivery tells its caller."""

    def __init__(
        self,
        *,
        before: Callable[[Sequence[Envelope]], Awaitable[None]] | None = None,
        report: Callable[[Sequence[Envelope], Sequence[Outcome]], Awaitable[None]] | None = None,
        turn: Turn | None = None,
    ) -> None:
        super().__init__()
        self._before = before
        self._report = report
        self._turn = turn

    async def begin(self, envelopes: Sequence[Envelope]) -> Chunk:
        if self._before is not None:
            await self._before(envelopes)
        return Chunk(envelopes=envelopes, number=1, turn=self._turn)

    async def settle(self, chunk: Chunk, outcomes: Sequence[Outcome]) -> None:
        await super().settle(chunk, outcomes)
        if self._report is not None:
            await self._report(chunk.envelopes, outcomes)


async def deliver(
    transport: Transport, sent: Sequence[Envelope], record: Record | None = None, *, key: str = "k"
) -> list[Outcome]:
    """Deliver and return the outcomes in the order of the envelopes."""
    record = record or Record()
    await transport.deliver(sent, record, key=key)
    return [record.outcomes[one.billing_id] for one in sent]
