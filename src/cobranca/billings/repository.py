"""The billings' SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cobranca.domain.billing import BillingStatus
from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

QUERIES = load_queries("cobranca.billings")

#: What finds the billings of a status.
_PAGES = {
    None: QUERIES["find_page"],
    BillingStatus.ACKNOWLEDGED: QUERIES["find_page_acknowledged"],
    BillingStatus.ISSUED: QUERIES["find_page_issued"],
    BillingStatus.SENT: QUERIES["find_page_notified"],
    BillingStatus.FAILED: QUERIES["find_page_notified"],
    BillingStatus.UNCERTAIN: QUERIES["find_page_notified"],
    BillingStatus.REMOVED: QUERIES["find_page_removed"],
    BillingStatus.REGISTERED: QUERIES["find_page_told"],
    BillingStatus.WRITTEN_OFF: QUERIES["find_page_told"],
    BillingStatus.PROTESTED: QUERIES["find_page_told"],
    BillingStatus.REGISTRATION_REJECTED: QUERIES["find_page_told"],
    BillingStatus.PARTIALLY_PAID: QUERIES["find_page_settled"],
    BillingStatus.PAID: QUERIES["find_page_settled"],
    BillingStatus.OVERPAID: QUERIES["find_page_settled"],
    BillingStatus.PAID_AFTER_CANCEL: QUERIES["find_page_paid_after_cancel"],
}
#: Statuses of billings that have had neither money nor word of a bank.
_BEFORE_MONEY = frozenset(
    {
        BillingStatus.ACKNOWLEDGED,
        BillingStatus.ISSUED,
        BillingStatus.SENT,
        BillingStatus.FAILED,
        BillingStatus.UNCERTAIN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRow:
    """The upload that billings are listed of."""

    id: int
    removed_at: datetime | None
    profile: dict[str, object]
    #: Some billing of it has had money, or word of a bank.
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingRow:
    """A billing with what is shown of its facts."""

    debt_id: UUID
    #: What the file calls the debt; the UUID's text where that is it.
    code: str
    #: 0 for the debt's first billing; one more each time a cancelled one is billed again.
    issue: int
    upload_public_id: UUID
    line_number: int
    name: str
    tax_id: str
    email: str
    amount_cents: int
    due_date: date
    status: str
    warnings: int
    created_at: datetime
    removed_at: datetime | None
    our_number: int | None
    barcode: str | None
    issued_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingDetailRow(BillingRow):
    """A billing with all of its facts, its batch's dates and its profile."""

    id: int
    notified_at: datetime | None
    notification_state: Literal["SENT", "FAILED", "UNCERTAIN"] | None
    notification_detail: str | None
    profile: dict[str, object]
    issued_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedRow:
    """A billing of the debt that was cancelled before it was billed again."""

    issue: int
    upload_public_id: UUID
    line_number: int
    amount_cents: int
    due_date: date
    created_at: datetime
    removed_at: datetime | None
    our_number: int | None
    barcode: str | None
    notified_at: datetime | None
    notification_state: Literal["SENT", "FAILED", "UNCERTAIN"] | None
    profile: dict[str, object]
    issued_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEventRow:
    """Something that happened to a billing's mail beside its outcome."""

    at: datetime
    state: Literal["DEFERRED", "UNCERTAIN", "BOUNCED"]
    detail: str


async def find_upload(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> UploadRow | None:
    """Return an upload's inner id, the date of its removal, and its profile."""
    return await fetch_one(
        connection,
        QUERIES["find_upload"],
        row=UploadRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


async def remove_billing(connection: Connection, *, beneficiary_id: int, debt_id: UUID) -> bool:
    """Mark a billing as removed; False when it was already."""
    row = await fetch_one(
        connection, QUERIES["remove_billing"], beneficiary_id=beneficiary_id, debt_id=debt_id
    )
    return row is not None


async def find_billing(
    connection: Connection, *, beneficiary_id: int, debt_id: UUID
) -> BillingDetailRow | None:
    """Return a billing with its facts, its batch's dates and its profile."""
    return await fetch_one(
        connection,
        QUERIES["find_billing"],
        row=BillingDetailRow,
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
    )


async def list_replaced(
    connection: Connection, *, beneficiary_id: int, debt_id: UUID, issue: int
) -> list[ReplacedRow]:
    """Return a debt's billings before an issue of it, newest first."""
    return await fetch_all(
        connection,
        QUERIES["list_replaced"],
        row=ReplacedRow,
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
        issue=issue,
    )


async def list_mail_events(connection: Connection, billing_id: int) -> list[MailEventRow]:
    """Return the attempts at a billing's mail that were not the last, and that it came back."""
    return await fetch_all(
        connection, QUERIES["list_mail_events"], row=MailEventRow, billing_id=billing_id
    )


async def list_billings(
    connection: Connection,
    *,
    beneficiary_id: int,
    upload_id: int,
    settled: bool,
    status: BillingStatus | None,
    search: str | None,
    debt_id: UUID | None,
    after: int,
    rows_max: int,
) -> list[BillingRow]:
    """Return an upload's billings after a line: of a status, or a debt, tax id or e-mail."""
    wanted = {"upload_id": upload_id, "status": status, "after": after, "rows_max": rows_max}
    if search is None:
        unsettled = settled and status in _BEFORE_MONEY
        query = QUERIES["find_page_unsettled"] if unsettled else _PAGES[status]
        found = await fetch_all(connection, query, **wanted)
    else:
        found = await fetch_all(
            connection,
            QUERIES["search_page"],
            tax_id="".join(c for c in search.upper() if c.isalnum()),
            email=search.lower(),
            debt_id=debt_id,
            beneficiary_id=beneficiary_id,
            **wanted,
        )
    return await fetch_all(
        connection,
        QUERIES["read_billings"],
        row=BillingRow,
        billing_ids=[billing["id"] for billing in found],
    )
