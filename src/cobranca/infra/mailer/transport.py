"""The promise that every way to send mail keeps: one outcome for each envelope, never a guess.

`outbox.py` and `smtp.py` keep it; `domain/mail_reply.py` says what a server's answer means.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cobranca.domain.mail_reply import Category, Fault, Resumption, State
from cobranca.infra.mailer.mail import Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The mail of a billing, and the means to make its bytes, which only some transports need."""

    billing_id: int
    mail: Mail
    #: Called at most once in each attempt, just before the chunk is handed over.
    compose: Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one mail. Holds no personal data, so that it may be stored and logged."""

    state: State
    fault: Fault = Fault.NONE
    category: Category = Category.NONE
    #: When it makes sense to offer the mail again.
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

    @property
    def stops_account(self) -> bool:
        """Whether the same would be said of any other mail of ours: account, login or quota."""
        ours = self.state is State.DEFERRED and self.fault is Fault.OURS
        return ours and self.category in {Category.CONFIGURATION, Category.RATE}


#: Awaited right before an envelope is written to a server, each time that one is.
Turn = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Mails that go together, as the caller has written them down."""

    envelopes: Sequence[Envelope]
    #: What the caller knows it by; None = there is no note of it.
    number: int | None = None
    #: None = envelopes may leave one right behind another.
    turn: Turn | None = None


class Ledger:
    """Where the caller of a delivery writes down what happens; this one writes nothing down."""

    async def begin(self, envelopes: Sequence[Envelope]) -> Chunk:
        """Commit that these are about to be handed over; return those that are still wanted.

        What it raises stops the delivery: mails not yet handed over stay where they were.
        """
        return Chunk(envelopes=envelopes)

    async def settle(self, chunk: Chunk, outcomes: Sequence[Outcome]) -> None:
        """Write down what became of a chunk, as soon as all of it is known, in its order.

        The chunk is one that `begin` returned, or one of mails that were never handed over: they
        cannot be composed, or the server is down. Two may be settled at the same time.
        """


class Transport(Protocol):
    """A way to deliver mails."""

    @property
    def idempotent(self) -> bool:
        """Whether delivering the same mails again has no further effect."""
        ...

    @property
    def reaches_people(self) -> bool:
        """Whether mails leave this machine, so that an address can refuse them."""
        ...

    async def deliver(self, envelopes: Sequence[Envelope], ledger: Ledger, *, key: str) -> None:
        """Deliver the mails; each is settled exactly once, or was withdrawn when it was begun.

        A mail that could not be handed over is DEFERRED or FAILED, one that may have arrived
        UNCERTAIN; a server that does not answer is no exception.

        Args:
            envelopes: the mails, as many as a batch has.
            ledger: where it is written down before mails are handed over and after.
            key: names the work, such as the batch's id; the same work has the same key again.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections; the transport may be used again."""
        ...
