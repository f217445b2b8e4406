"""The billings' SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

QUERIES = load_queries("cobranca.billings")


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
    notification_state: Literal["SENT", "FAILED", "UNCERTAIN"] | None
    notification_detail: str | None
    #: What was said of a mail that came back; empty where none did.
    bounce_detail: str
    returned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow(BillingRow):
    """A billing of any file, and the account that it was issued from."""

    id: int
    profile_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingDetailRow(BillingRow):
    """A billing with all of its facts, its batch's dates and its profile."""

    id: int
    notified_at: datetime | None
    profile: dict[str, object]
    issued_at: datetime | None
    #: Of a cancelled one, as far as it was told.
    removal_reason: str | None
    removed_by: str | None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PixRow:
    """The bank's Pix code of a title; what it does not tell is None."""

    url: str | None
    txid: str | None
    emv: str | None


async def read_found(
    connection: Connection, *, beneficiary_id: int, billing_ids: Sequence[int]
) -> list[FoundRow]:
    """Return billings of any files with their facts."""
    return await fetch_all(
        connection,
        QUERIES["read_found"],
        row=FoundRow,
        beneficiary_id=beneficiary_id,
        billing_ids=list(billing_ids),
    )


async def remove_billing(
    connection: Connection,
    *,
    beneficiary_id: int,
    debt_id: UUID,
    reason: str | None,
    asked_by: str,
) -> bool:
    """Mark a billing as removed; False when it was already."""
    row = await fetch_one(
        connection,
        QUERIES["remove_billing"],
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
        reason=reason,
        asked_by=asked_by,
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


async def find_pix(connection: Connection, billing_id: int) -> PixRow | None:
    """Return the bank's latest Pix code of a billing."""
    return await fetch_one(connection, QUERIES["find_pix"], row=PixRow, billing_id=billing_id)


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
