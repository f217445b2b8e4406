"""The promise that every way to send mail keeps: one outcome for each envelope, never a guess.

`outbox.py` and `smtp.py` keep it; `replies.py` says what a server's answer means.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from cobranca.domain.mail_reply import Category, Fault, Resumption, State, Verdict, classify
from cobranca.infra.mailer.mail import Mail

__all__ = [
    "BeforeEach",
    "BeforeHandover",
    "Category",
    "Envelope",
    "Fault",
    "Outcome",
    "Report",
    "Resumption",
    "State",
    "Transport",
    "Verdict",
    "classify",
    "nothing_before",
    "nothing_reported",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A mail and the means to make its bytes, which only some transports need."""

    mail: Mail
    #: Called at most once in each attempt, just before the chunk is handed over.
    compose: Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one mail. Holds no personal data, so that it may be stored and logged."""

    state: State
    category: Category = Category.NONE
    #: Who is to blame, as far as a server's answer tells; and when it makes sense to go on.
    fault: Fault = Fault.NONE
    resumption: Resumption = Resumption.NEVER
    #: The server's three digits, when there were any.
    reply_code: int | None = None
    #: RFC 3463, for example "5.1.1".
    enhanced_code: str | None = None
    detail: str = ""
    #: The server refused the recipient (RCPT), rather than the sender or the message.
    recipient_refused: bool = False
    #: Where the mail can be read again: the path of the outbox's object.
    location: str | None = None

    @property
    def suppress(self) -> bool:
        """Whether nothing should be sent to this address again without a person's decision."""
        return self.recipient_refused and self.fault is Fault.RECIPIENT


#: Awaited with each chunk before any of it is handed over, so that the caller can commit SENDING
#: first. What it raises stops the delivery: chunks not yet handed over stay where they were.
#: It answers with the places in the chunk of mails that are not wanted any more.
BeforeHandover = Callable[[Sequence[Envelope]], Awaitable[Collection[int]]]
#: Awaited with each mail right before its envelope is written to a server, each time that it is.
BeforeEach = Callable[[Envelope], Awaitable[None]]
#: Awaited with the outcomes of each chunk as soon as all of them are known, in the chunk's order.
#: A chunk that was handed over has the same envelopes here as in `BeforeHandover`; one that never
#: was (a mail that cannot be composed, a server that is down) comes here only.
Report = Callable[[Sequence[Envelope], Sequence[Outcome]], Awaitable[None]]


async def nothing_before(chunk: Sequence[Envelope]) -> Collection[int]:
    """Commit nothing before a chunk is handed over, and withdraw nothing."""
    del chunk
    return ()


async def nothing_reported(chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
    """Wait for the end of the delivery to look at the outcomes."""


class Transport(Protocol):
    """A way to deliver mails."""

    @property
    def name(self) -> str:
        """The word by which settings and records name the transport."""
        ...

    @property
    def idempotent(self) -> bool:
        """Whether delivering the same mails again has no further effect."""
        ...

    @property
    def leaving(self) -> bool:
        """Whether mails leave this machine, so that an address can refuse them."""
        ...

    async def deliver(
        self,
        envelopes: Sequence[Envelope],
        *,
        key: str,
        before_handover: BeforeHandover = nothing_before,
        before_each: BeforeEach | None = None,
        report: Report = nothing_reported,
    ) -> list[Outcome]:
        """Deliver the mails and return their outcomes in the same order.

        A mail that could not be handed over is DEFERRED or FAILED, one that may have arrived
        UNCERTAIN; a server that does not answer is no exception. Two chunks may be reported at
        the same time, each from its own task.

        Args:
            envelopes: the mails, as many as a batch has.
            key: names the work, such as the batch's id; the same work has the same key again.
            before_handover: see `BeforeHandover`.
            before_each: see `BeforeEach`; of no use to a transport that has no server.
            report: see `Report`. Every envelope is reported exactly once.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections; the transport may be used again."""
        ...
