"""SQL of payments that calls and people tell of, and of money in suspense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.payments.suspended import SuspendedRow

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

QUERIES = load_queries("cobranca.payments")


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingRow:
    """The newest billing of a debt."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """A call that came before."""

    id: int
    body_sha256: bytes
    matched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspenseRow(SuspendedRow):
    """Money in suspense, and what became of it."""

    public_id: UUID
    why: str
    reference: str
    told_at: datetime
    return_public_id: UUID | None
    probable_code: str | None
    ended_at: datetime | None
    ended_billing_id: int | None
    ended_code: str | None
    ended_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """Where a billing stands."""

    status: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceRow:
    """What a bank told of a billing."""

    line: int
    kind: int
    fate: int
    occurrence: str
    our_number: str
    reasons: str
    note: str
    title_cents: int
    paid_cents: int
    occurred_on: date | None
    credited_on: date | None
    return_id: UUID
    bank: str
    layout: int
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """What a person did."""

    id: int
    asked_by: str
    reason: str
    acted_at: datetime


async def find_billing(
    connection: Connection, *, beneficiary_id: int, debt_id: UUID
) -> BillingRow | None:
    """Return a debt's newest billing."""
    return await fetch_one(
        connection,
        QUERIES["find_billing"],
        row=BillingRow,
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
    )


async def find_call(connection: Connection, *, beneficiary_id: int, call_id: str) -> CallRow | None:
    """Return the call that has this id."""
    return await fetch_one(
        connection,
        QUERIES["find_call"],
        row=CallRow,
        beneficiary_id=beneficiary_id,
        call_id=call_id,
    )


async def add_call(connection: Connection, **call: object) -> int:
    """Note a call; return its inner id."""
    row = await fetch_one(connection, QUERIES["add_call"], **call)
    if row is None:
        raise LookupError("the database gave the call no id")
    return row["id"]


async def find_act(connection: Connection, *, beneficiary_id: int, idempotency_key: str) -> bool:
    """Whether a person did this before, by the key of the call."""
    row = await fetch_one(
        connection,
        QUERIES["find_act"],
        beneficiary_id=beneficiary_id,
        idempotency_key=idempotency_key,
    )
    return row is not None


async def add_act(connection: Connection, **act: object) -> int:
    """Note what a person did, and why; return its id."""
    row = await fetch_one(connection, QUERIES["add_act"], **act)
    if row is None:
        raise LookupError("the database gave the act no id")
    return row["id"]


async def list_suspense(
    connection: Connection, *, beneficiary_id: int, ended: bool, after: int, rows_max: int
) -> list[SuspenseRow]:
    """Return money in suspense, oldest first: what waits, or what was decided over."""
    return await fetch_all(
        connection,
        QUERIES["list_suspense"],
        row=SuspenseRow,
        beneficiary_id=beneficiary_id,
        ended=ended,
        after=after,
        rows_max=rows_max,
    )


async def find_suspense(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> SuspenseRow | None:
    """Return some money in suspense."""
    return await fetch_one(
        connection,
        QUERIES["find_suspense"],
        row=SuspenseRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


async def end_suspense(
    connection: Connection, *, suspense_id: int, billing_id: int | None, ended_by: str, reason: str
) -> None:
    """Note what became of money in suspense."""
    await connection.execute(
        QUERIES["end_suspense"],
        {
            "suspense_id": suspense_id,
            "billing_id": billing_id,
            "ended_by": ended_by,
            "reason": reason,
        },
    )


async def read_status(connection: Connection, *, beneficiary_id: int, billing_id: int) -> StatusRow:
    """Return where a billing stands."""
    row = await fetch_one(
        connection,
        QUERIES["read_status"],
        row=StatusRow,
        beneficiary_id=beneficiary_id,
        billing_id=billing_id,
    )
    if row is None:
        raise LookupError(f"billing {billing_id}")
    return row


async def list_occurrences(
    connection: Connection, *, beneficiary_id: int, billing_id: int
) -> list[OccurrenceRow]:
    """Return what banks told of a billing, oldest first."""
    return await fetch_all(
        connection,
        QUERIES["list_occurrences"],
        row=OccurrenceRow,
        beneficiary_id=beneficiary_id,
        billing_id=billing_id,
    )


async def list_acts(
    connection: Connection, *, beneficiary_id: int, billing_id: int
) -> list[ActRow]:
    """Return what people did to a billing, oldest first."""
    return await fetch_all(
        connection,
        QUERIES["list_acts"],
        row=ActRow,
        beneficiary_id=beneficiary_id,
        billing_id=billing_id,
    )
