"""Reads the state of whole files. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

QUERIES = load_queries("cobranca.overview")


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogRow:
    """Batches of one state that have not ended: how many, of how many billings, since when."""

    state: str
    batches: int
    billings: int
    oldest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """What falls due on one day: billings that stand, and those that were cancelled one by one."""

    due_date: date
    billings: int
    amount_cents: int
    removed: int
    removed_cents: int


async def measure_backlog(connection: Connection) -> list[BacklogRow]:
    """Return what waits, by state."""
    return await fetch_all(connection, QUERIES["measure_backlog"], row=BacklogRow)


async def sum_due(
    connection: Connection, *, beneficiary_id: int, first: date, last: date
) -> list[DueRow]:
    """Return the sums of a beneficiary's days that have any, in order."""
    return await fetch_all(
        connection,
        QUERIES["sum_due"],
        row=DueRow,
        beneficiary_id=beneficiary_id,
        first=first,
        last=last,
    )


async def has_unsummed(connection: Connection, beneficiary_id: int) -> bool:
    """Whether a file of the beneficiary is missing in the sums as yet."""
    row = await fetch_one(connection, QUERIES["has_unsummed"], beneficiary_id=beneficiary_id)
    return row is not None and row["unsummed"]
