"""What the HTTP API says about mails."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from cobranca.domain.undelivered import Reason

#: States of what did not arrive.
Undeliverable = Literal["FAILED", "UNCERTAIN", "BOUNCED"]


class MailSummary(BaseModel):
    """One mail that was sent."""

    debt_id: UUID
    code: str = Field(description="What the file calls the debt; the UUID, where that is it.")
    name: str
    email: str
    subject: str
    sentat: datetime
    amount_cents: int
    due_date: date


class MailboxPage(BaseModel):
    """Some mails of an upload; `next` goes into `after`."""

    records: list[MailSummary]
    next: str | None


class Attachment(BaseModel):
    """A file of a mail."""

    name: str
    size_bytes: int
    media_type: str


class MailDetail(BaseModel):
    """One mail, opened: exactly what the payer gets."""

    debt_id: UUID
    message_id: str
    sender: str
    recipient: str
    subject: str
    date: datetime
    text: str
    html: str
    attachments: list[Attachment]


class Suppression(BaseModel):
    """An address that nobody writes to any more, and the answer that decided so."""

    id: int
    email: str
    createdat: datetime
    reason: str


class SuppressionsPage(BaseModel):
    """Some suppressed addresses, newest first; `next` goes into `after`."""

    records: list[Suppression]
    next: str | None


class Bounce(BaseModel):
    """A mail that came back after a server had taken it."""

    debt_id: UUID
    code: str = Field(description="What the file calls the debt; the UUID, where that is it.")
    name: str
    email: str
    at: datetime
    status: str | None = Field(description="RFC 3463, such as 5.1.1.")
    detail: str
    suppressed: bool = Field(description="Its address is on the suppression list now.")


class BouncesPage(BaseModel):
    """Some mails of an upload that came back; `next` goes into `after`."""

    records: list[Bounce]
    next: str | None


class BounceAnswer(BaseModel):
    """What became of a message that was handed in."""

    outcome: Literal["BOUNCED", "REPEATED", "DELAYED", "IGNORED", "UNKNOWN"]
    debt_id: UUID | None
    suppressed: bool
    kept_as: str | None = Field(description="Where an UNKNOWN message lies in storage.")


class CorrectedAddress(BaseModel):
    """The address that a billing has from now on; by the rule of the file's column."""

    email: str = Field(max_length=500)


class SecondCopyOrder(BaseModel):
    """For which day a payer is to have a second copy, and where, if not as before."""

    on: date | None = Field(
        default=None, description="The day of payment, from today on; today in São Paulo without."
    )
    email: str | None = Field(
        default=None, max_length=500, description="The address that it has from now on."
    )


class Resent(BaseModel):
    """Mails that were set going again."""

    mails: int
    suppressed: int = Field(description="Left alone, since their addresses are suppressed.")


class ResentOfAll(Resent):
    """Mails of all files that were set going again, or would be."""

    amount_cents: int = Field(description="The sum of their billings.")
    until: datetime = Field(description="No outcome newer than this is meant; for a repetition.")
    more: bool = Field(description="There are more than one call takes: ask again.")


class Undelivered(BaseModel):
    """A mail that did not arrive, or of which nobody knows."""

    state: Undeliverable
    reason: Reason
    debt_id: UUID
    code: str = Field(description="What the file calls the debt; the UUID, where that is it.")
    upload_id: UUID
    name: str
    email: str
    amount_cents: int
    due_date: date
    at: datetime
    detail: str = Field(description="What the server said.")
    suppressed: bool = Field(description="Its address is on the suppression list now.")


class UndeliveredPage(BaseModel):
    """Some mails that did not arrive; `next` goes into `after`."""

    records: list[Undelivered]
    next: str | None


class ReasonTotal(BaseModel):
    """The mails that did not arrive for one reason."""

    state: Undeliverable
    reason: Reason
    mails: int
    amount_cents: int


class UndeliveredTotals(BaseModel):
    """Mails that did not arrive, by state and reason."""

    totals: list[ReasonTotal]
    more: bool = Field(description="There are more than are counted.")


class Resumed(BaseModel):
    """Batches that go on."""

    batches: int


class MailHold(BaseModel):
    """Why mails wait."""

    cause: Literal["QUOTA", "ACCOUNT", "BRAKE"]
    reason: str
    held_at: datetime
    held_until: datetime | None = Field(description="Null: it waits for a person.")


class MailHolds(BaseModel):
    """What mails wait for now; empty when nothing is held."""

    holds: list[MailHold]
