"""What the queries of mails return, as values. Only the repository makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRow:
    """The upload whose mails are listed."""

    id: int
    removed_at: datetime | None
    profile: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMailRow:
    """A mail that was sent, with what it says."""

    id: int
    debt_id: UUID
    #: What the file calls the debt; the UUID's text where that is it.
    code: str
    name: str
    email: str
    amount_cents: int
    due_date: date
    at: datetime
    our_number: int
    barcode: str
    issued_on: date
    #: Of the order of the second copy that it carried; None = the slip as it was issued.
    second_copy_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPlaceRow:
    """Which objects of the outbox may hold a mail, and where its PDF lies."""

    #: Of the billing.
    id: int
    profile_id: int
    #: Of the order of the second copy that it carried; None = the PDF that lies there.
    second_copy_at: datetime | None
    object_path: str
    pdf_offset: int
    pdf_length: int
    issue: int
    #: Which of the mails about the billing is the newest.
    message: int
    outbox_paths: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionRow:
    """An address that a beneficiary does not write to any more."""

    id: int
    email: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceRow:
    """A mail that came back; `suppressed`: its address is on the list now."""

    billing_id: int
    at: datetime
    status: str | None
    detail: str
    suppressed: bool
    debt_id: UUID
    code: str
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBatchRow:
    """A batch whose mails waited for our account."""

    id: int
    upload_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRangeRow:
    """A batch whose mails may be set going again; billing ids are an inclusive range."""

    id: int
    first_billing_id: int
    last_billing_id: int
    upload_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtMailRow:
    """The mail about a debt, and what may keep it from being sent once more."""

    id: int
    upload_id: int
    tax_id: str
    name: str
    #: The newest one.
    email: str
    state: str | None
    at: datetime | None
    #: How the file's mails go out.
    mail: str
    suppressed: bool
    removed: bool
    erased: bool
    bounced: bool
    #: The day of the second copy that it carries; None = the slip as it was issued.
    pays_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnregisteredRow:
    """Of billings that wait for a mail: how many the bank has refused, or said nothing of yet."""

    refused: int
    undecided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredRow:
    """A mail that did not arrive, of any file."""

    billing_id: int
    #: Of its outcome, or when it came back.
    at: datetime
    reply_code: int | None
    status: str | None
    detail: str
    debt_id: UUID
    code: str
    name: str
    email: str
    amount_cents: int
    due_date: date
    upload_id: UUID
    suppressed: bool
