"""SQL of the payments of a period. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.payments.rows import TitleRow

QUERIES = load_queries("cobranca.payments.received")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """What was paid on one day."""

    paid_on: date
    payments: int
    paid_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedRow:
    """What is owed, of billings that are overdue or of those that are not."""

    overdue: bool
    billings: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SumRow:
    """How many, and how much."""

    billings: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidRow:
    """A billing that has had money, as accounting knows it."""

    id: int
    amount_cents: int
    upload_id: int
    code: str
    name: str
    tax_id: str
    due_date: date

    def title(self) -> TitleRow:
        """Return it as its ledger begins; whether it was cancelled changes no payment."""
        return TitleRow(
            id=self.id, amount_cents=self.amount_cents, upload_id=self.upload_id, removed_at=None
        )


async def read_mark(connection: Connection, beneficiary_id: int) -> str:
    """Return what sums of payments depend on, as a text."""
    row = await fetch_one(connection, QUERIES["read_mark"], beneficiary_id=beneficiary_id)
    if row is None:
        raise LookupError("read_mark")
    return row["mark"]


async def sum_single(
    connection: Connection, *, beneficiary_id: int, first: date, last: date
) -> list[DayRow]:
    """Return sums by day of billings that have one payment, told once."""
    return await fetch_all(
        connection,
        QUERIES["sum_single"],
        row=DayRow,
        beneficiary_id=beneficiary_id,
        first=first,
        last=last,
    )


async def list_paid(
    connection: Connection,
    *,
    beneficiary_id: int,
    first: date,
    last: date,
    several: bool,
    after: int,
    rows_max: int,
) -> list[PaidRow]:
    """Return billings by id that had a payment; with `several`, those with more to tell of."""
    return await fetch_all(
        connection,
        QUERIES["list_paid"],
        row=PaidRow,
        beneficiary_id=beneficiary_id,
        first=first,
        last=last,
        several=several,
        after=after,
        rows_max=rows_max,
    )


async def sum_owed(connection: Connection, *, beneficiary_id: int, today: date) -> list[OwedRow]:
    """Return what is owed, by whether it is overdue."""
    return await fetch_all(
        connection,
        QUERIES["sum_owed"],
        row=OwedRow,
        beneficiary_id=beneficiary_id,
        today=today,
    )


async def sum_suspense(connection: Connection, beneficiary_id: int) -> SumRow:
    """Return what waits for a person."""
    row = await fetch_one(
        connection, QUERIES["sum_suspense"], row=SumRow, beneficiary_id=beneficiary_id
    )
    if row is None:
        raise LookupError("a sum has a row")
    return row
