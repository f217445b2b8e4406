"""Reads what files of a period came to, and what waits. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from collections.abc import Collection

QUERIES = load_queries("cobranca.overview.period")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesRow:
    """What the files of one day in São Paulo came to."""

    day: date
    files: int
    billings: int
    amount_cents: int
    issued: int
    delivered: int
    not_delivered: int
    uncertain: int
    under_way: int
    delivered_of_removed: int
    files_to_mend: int
    open_rejects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectsRow:
    """The money of rejects; with `more`, of a part of them."""

    more: bool
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """How much of one kind waits for a person."""

    kind: str
    count: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFileRow:
    """A file that somebody has to look at, and for what."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """What waits in one file, and what is at stake; None where it is too much to be read."""

    id: int
    upload_id: UUID
    name: str
    rejects: int
    not_delivered: int
    uncertain: int
    rejects_cents: int | None
    not_delivered_cents: int | None
    uncertain_cents: int | None


async def sum_files(
    connection: Connection,
    *,
    beneficiary_id: int,
    received_from: datetime,
    received_before: datetime,
) -> list[FilesRow]:
    """Return the days on which files came, in order."""
    return await fetch_all(
        connection,
        QUERIES["sum_files"],
        row=FilesRow,
        beneficiary_id=beneficiary_id,
        received_from=received_from,
        received_before=received_before,
    )


async def sum_open_rejects(
    connection: Connection,
    *,
    beneficiary_id: int,
    received_from: datetime,
    received_before: datetime,
    rows_max: int,
) -> RejectsRow:
    """Return the money of rejects that nobody has mended."""
    row = await fetch_one(
        connection,
        QUERIES["sum_open_rejects"],
        row=RejectsRow,
        beneficiary_id=beneficiary_id,
        received_from=received_from,
        received_before=received_before,
        rows_max=rows_max,
    )
    if row is None:
        raise LookupError("a sum has a row")
    return row


async def count_waiting(
    connection: Connection, *, beneficiary_id: int, rows_max: int
) -> list[WaitingRow]:
    """Return what waits for a person, by kind, each counted a little beyond a bound at most."""
    return await fetch_all(
        connection,
        QUERIES["count_waiting"],
        row=WaitingRow,
        beneficiary_id=beneficiary_id,
        rows_max=rows_max,
    )


async def list_waiting_files(
    connection: Connection, *, beneficiary_id: int, rows_max: int
) -> list[WaitingFileRow]:
    """Return which files somebody has to look at, the newest of each kind up to a bound."""
    return await fetch_all(
        connection,
        QUERIES["list_waiting_files"],
        row=WaitingFileRow,
        beneficiary_id=beneficiary_id,
        rows_max=rows_max,
    )


async def price_files(
    connection: Connection, *, beneficiary_id: int, upload_ids: Collection[int], rows_max: int
) -> list[FileRow]:
    """Return what waits in these files, and what is at stake, the newest first."""
    return await fetch_all(
        connection,
        QUERIES["price_files"],
        row=FileRow,
        beneficiary_id=beneficiary_id,
        upload_ids=list(upload_ids),
        rows_max=rows_max,
    )
