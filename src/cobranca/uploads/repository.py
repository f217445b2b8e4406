"""The SQL of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.infra.db import Connection, fetch_all, fetch_one, stream_rows
from cobranca.infra.sql import load_queries
from cobranca.uploads.file_filter import UploadFilter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from datetime import date, datetime
    from uuid import UUID


QUERIES = load_queries("cobranca.uploads")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDayRow:
    """What the files of one day in São Paulo come to."""

    day: date
    files: int
    billings: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRow:
    """A file: its dates, its group of work, and how its lines are read."""

    id: int
    removed_at: datetime | None
    finished_at: datetime | None
    work_group_id: int | None
    delimiter: str
    positions: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedRow:
    """A file that has just been removed, and its group of work; None where it has none."""

    id: int
    work_group_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRow:
    """A refused record."""

    line_number: int
    column_name: str
    code: str
    message: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRow:
    """A file that has just ended, and the trace that it belongs to."""

    id: int
    traceparent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReportRow:
    """A file with the counts of its billings by status and of its batches by state."""

    id: int
    public_id: UUID
    name: str
    size_bytes: int
    records: int
    accepted: int
    rejected: int
    duplicates: int
    conflicts: int
    amount_cents: int | None
    warnings: dict[str, int]
    mail: str
    encoding: str
    delimiter: str
    sheet: str | None
    received_at: datetime
    updated_at: datetime
    removed_at: datetime | None
    paused_at: datetime | None
    last_error: str | None
    batches: dict[str, int]
    rejected_open: int
    corrects: UUID | None
    acknowledged: int
    issued: int
    sent: int
    failed: int
    uncertain: int
    removed: int
    mailed: int
    beneficiary: str
    beneficiary_tax_id: str
    paid: int | None
    paid_cents: int | None
    refused: int | None


async def find_upload(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> UploadRow | None:
    """Return an upload of a beneficiary."""
    return await fetch_one(
        connection,
        QUERIES["find_upload"],
        row=UploadRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


async def remove_upload(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> RemovedRow | None:
    """Mark a file as removed and return its group of work; None when it was already."""
    return await fetch_one(
        connection,
        QUERIES["remove_upload"],
        row=RemovedRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


async def reopen_rejects(connection: Connection, upload_id: int) -> None:
    """Take back what a correction has mended."""
    await connection.execute(QUERIES["reopen_rejects"], {"upload_id": upload_id})


async def release_mail(connection: Connection, upload_id: int) -> None:
    """End the hold of our mail account, if mails of the file wait for a person because of it."""
    await connection.execute(QUERIES["release_mail"], {"upload_id": upload_id})


async def reopen_upload(connection: Connection, upload_id: int) -> None:
    """Take back that a file has ended."""
    await connection.execute(QUERIES["reopen_upload"], {"upload_id": upload_id})


def stream_rejects(
    connection: Connection, *, upload_id: int, with_duplicates: bool
) -> AsyncIterator[RejectRow]:
    """Yield the refused records of an upload by line, without holding them all."""
    return stream_rows(
        connection,
        QUERIES["stream_rejects"],
        row=RejectRow,
        upload_id=upload_id,
        with_duplicates=with_duplicates,
    )


async def finish_ended_uploads(connection: Connection) -> list[FinishedRow]:
    """Mark every file whose work has all ended, and return those."""
    return await fetch_all(connection, QUERIES["finish_ended_uploads"], row=FinishedRow)


async def adopt_uploads(connection: Connection, *, rows_max: int) -> None:
    """Take over the work of the version before, whose batches had their leases themselves."""
    await connection.execute(QUERIES["adopt_uploads"], {"rows_max": rows_max})
    await connection.execute(QUERIES["adopt_batches"], {"rows_max": rows_max})


async def sum_upload(connection: Connection) -> bool:
    """Sum a file of the version before by due date; False when there is none to be summed."""
    return (await connection.execute(QUERIES["sum_upload"])).rowcount > 0


async def list_uploads(
    connection: Connection,
    *,
    beneficiary_id: int,
    wanted: UploadFilter,
    before: int | None,
    rows_max: int,
) -> list[UploadReportRow]:
    """Return files with their counts, newest first, older than the one whose id is `before`."""
    return await fetch_all(
        connection,
        QUERIES["list_uploads"],
        row=UploadReportRow,
        beneficiary_id=beneficiary_id,
        before=before,
        rows_max=rows_max,
        **wanted.parameters(),
    )


async def sum_days(
    connection: Connection, *, beneficiary_id: int, first: date, last: date
) -> list[UploadDayRow]:
    """Return what the files of the days from one to another come to, the newest day first."""
    period = UploadFilter(first=first, last=last).parameters()
    return await fetch_all(
        connection,
        QUERIES["sum_days"],
        row=UploadDayRow,
        beneficiary_id=beneficiary_id,
        received_from=period["received_from"],
        received_before=period["received_before"],
    )


async def get_uploads(
    connection: Connection, *, beneficiary_id: int, public_ids: Collection[UUID]
) -> list[UploadReportRow]:
    """Return the files of these ids with their counts, in any order."""
    return await fetch_all(
        connection,
        QUERIES["get_uploads"],
        row=UploadReportRow,
        beneficiary_id=beneficiary_id,
        public_ids=list(public_ids),
    )
