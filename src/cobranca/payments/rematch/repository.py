"""SQL of the search for the billings of money in suspense."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.payments.suspended import SuspendedRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

QUERIES = load_queries("cobranca.payments.rematch")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """The search of a beneficiary."""

    group_id: int
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownRow(SuspendedRow):
    """Money that waits for its billing; what only a return file tells is None otherwise."""

    debt_id: UUID | None
    our_number: str | None
    title_cents: int | None
    bank: str | None
    occurrence: str | None
    occurred_on: date | None
    paid_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtRow:
    """The newest billing of a debt."""

    debt_id: UUID
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRow:
    """A payment that a return file told, by the places that a repetition shares."""

    told_by: int
    billing_id: int
    paid_cents: int
    occurrence: str
    occurred_on: date | None
    credited_on: date | None
    paid_at: str


async def find_search(connection: Connection, beneficiary_id: int) -> SearchRow | None:
    """Return the search of a beneficiary."""
    return await fetch_one(
        connection, QUERIES["find_search"], row=SearchRow, beneficiary_id=beneficiary_id
    )


async def add_search(connection: Connection, beneficiary_id: int, group_id: int) -> None:
    """Add the search of a beneficiary."""
    values = {"beneficiary_id": beneficiary_id, "group_id": group_id}
    await connection.execute(QUERIES["add_search"], values)


async def note_seen(connection: Connection, beneficiary_id: int, seen: str) -> None:
    """Note what was there when all was looked through."""
    values = {"beneficiary_id": beneficiary_id, "seen": seen}
    await connection.execute(QUERIES["note_seen"], values)


async def read_mark(connection: Connection, beneficiary_id: int) -> str:
    """Return what a search depends on, as a text."""
    row = await fetch_one(connection, QUERIES["read_mark"], beneficiary_id=beneficiary_id)
    if row is None:
        raise LookupError("read_mark")
    return row["mark"]


async def list_unknown(
    connection: Connection, *, beneficiary_id: int, after: int, rows_max: int
) -> list[UnknownRow]:
    """Return money that waits for its billing, by id."""
    return await fetch_all(
        connection,
        QUERIES["list_unknown"],
        row=UnknownRow,
        beneficiary_id=beneficiary_id,
        after=after,
        rows_max=rows_max,
    )


async def find_debts(
    connection: Connection, *, beneficiary_id: int, debt_ids: Iterable[UUID]
) -> dict[UUID, int]:
    """Return the newest billings of debts, by debtId."""
    rows = await fetch_all(
        connection,
        QUERIES["find_debts"],
        row=DebtRow,
        beneficiary_id=beneficiary_id,
        debt_ids=list(debt_ids),
    )
    return {row.debt_id: row.id for row in rows}


async def find_told(connection: Connection, billing_ids: Sequence[int]) -> list[ToldRow]:
    """Return what return files told of payments of these billings."""
    return await fetch_all(connection, QUERIES["find_told"], row=ToldRow, billing_ids=billing_ids)
