"""Sums a period by the rows of files and the counters of their batches; no billing is counted."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cobranca.domain.business_days import is_business_day
from cobranca.domain.period import check_period
from cobranca.infra import clock
from cobranca.overview import service as due
from cobranca.overview.period import repository
from cobranca.overview.period.repository import FileRow, FilesRow, RejectsRow, WaitingRow
from cobranca.overview.period.schemas import (
    Amount,
    DueSoon,
    FileAtStake,
    FileCount,
    FileCounts,
    OpenRejects,
    Overview,
    OverviewDay,
    Waiting,
    WaitingAmount,
)

if TYPE_CHECKING:
    from cobranca.infra.db import Connection, Database

#: Days of a period at the most.
PERIOD_DAYS_MAX: Final = 366
_DAY: Final = timedelta(days=1)
#: As far ahead as the list of billings calls soon.
_SOON: Final = timedelta(days=7)
#: Further than this nothing that waits is counted.
_WAITING_MAX: Final = 1000
#: Records of refused rows that are read for their money.
_REJECTS_MAX: Final = 50_000
#: Files of a kind that wait: so many are counted, and so many are told with what is at stake.
_FILES_COUNTED_MAX: Final = 200
_FILES_MAX: Final = 5
#: Rows of a file that are read for what is at stake.
_ROWS_MAX: Final = 1000
_FILE_KINDS: Final = ("stopped", "rejects", "not_delivered", "uncertain")


async def sum_period(
    database: Database, beneficiary_id: int, *, first: date, last: date
) -> Overview:
    """Sum the files that came from one day to another, both included, as São Paulo counts days.

    Raises:
        InvalidField: on `to`: it is before the first day, or too far behind it.
    """
    check_period(first, last, days_max=PERIOD_DAYS_MAX)
    async with database.transaction() as connection:
        days, rejects = await _read_files(connection, beneficiary_id, first, last)
        waiting = await repository.count_waiting(
            connection, beneficiary_id=beneficiary_id, rows_max=_WAITING_MAX
        )
        files, counts = await _read_waiting_files(connection, beneficiary_id)
    return Overview(
        first=first,
        last=last,
        files=sum(day.files for day in days),
        billed=Amount(
            count=sum(day.billings for day in days),
            amount_cents=sum(day.amount_cents for day in days),
        ),
        issued=sum(day.issued for day in days),
        delivered=sum(day.delivered for day in days),
        not_delivered=sum(day.not_delivered for day in days),
        uncertain=sum(day.uncertain for day in days),
        under_way=sum(day.under_way for day in days),
        delivered_of_removed=sum(day.delivered_of_removed for day in days),
        rejects=_rejects(days, rejects),
        due_soon=await _sum_due_soon(database, beneficiary_id),
        waiting=_waiting(waiting, files, counts),
        days=_every_day(first, last, days),
    )


async def _read_files(
    connection: Connection, beneficiary_id: int, first: date, last: date
) -> tuple[list[FilesRow], RejectsRow]:
    begin = clock.day_begins(first)
    end = clock.day_ends(last) or datetime.max.replace(tzinfo=UTC)
    days = await repository.sum_files(
        connection, beneficiary_id=beneficiary_id, received_from=begin, received_before=end
    )
    rejects = await repository.sum_open_rejects(
        connection,
        beneficiary_id=beneficiary_id,
        received_from=begin,
        received_before=end,
        rows_max=_REJECTS_MAX,
    )
    return days, rejects


async def _read_waiting_files(
    connection: Connection, beneficiary_id: int
) -> tuple[list[FileAtStake], FileCounts]:
    """Read the newest files of each kind, however many files came since, and count the kinds."""
    ids: dict[str, list[int]] = {kind: [] for kind in _FILE_KINDS}
    for row in await repository.list_waiting_files(
        connection, beneficiary_id=beneficiary_id, rows_max=_FILES_COUNTED_MAX + 1
    ):
        ids[row.kind].append(row.id)
    newest = {upload_id for of_kind in ids.values() for upload_id in of_kind[:_FILES_MAX]}
    rows = await repository.price_files(
        connection, beneficiary_id=beneficiary_id, upload_ids=newest, rows_max=_ROWS_MAX
    )
    stopped = set(ids["stopped"])
    counts = {kind: _count(len(of_kind)) for kind, of_kind in ids.items()}
    return [_file(row, stopped=row.id in stopped) for row in rows], FileCounts(**counts)


def _count(files: int) -> FileCount:
    return FileCount(count=min(files, _FILES_COUNTED_MAX), more=files > _FILES_COUNTED_MAX)


def _file(row: FileRow, *, stopped: bool) -> FileAtStake:
    return FileAtStake.model_validate(asdict(row) | {"stopped": stopped})


async def _sum_due_soon(database: Database, beneficiary_id: int) -> DueSoon:
    today = clock.today()
    found = await due.sum_due(database, beneficiary_id, first=today, last=today + _SOON)
    return DueSoon(
        first=found.first,
        last=found.last,
        count=found.billings,
        amount_cents=found.amount_cents,
    )


def _rejects(days: list[FilesRow], rejects: RejectsRow) -> OpenRejects:
    return OpenRejects(
        files=sum(day.files_to_mend for day in days),
        count=sum(day.open_rejects for day in days),
        amount_cents=None if rejects.more else rejects.amount_cents,
    )


def _waiting(rows: list[WaitingRow], files: list[FileAtStake], counts: FileCounts) -> Waiting:
    # What the last order held back is known as a whole; the others are counted up to a bound.
    amounts = {
        row.kind: WaitingAmount(
            count=row.count if row.kind == "held_back" else min(row.count, _WAITING_MAX),
            amount_cents=row.amount_cents,
            more=row.kind != "held_back" and row.count > _WAITING_MAX,
        )
        for row in rows
    }
    return Waiting(**amounts, files=files, file_counts=counts)


def _every_day(first: date, last: date, rows: list[FilesRow]) -> list[OverviewDay]:
    known = {row.day: row for row in rows}
    return [
        _day(day, known.get(day))
        for day in (first + n * _DAY for n in range((last - first).days + 1))
    ]


def _day(day: date, row: FilesRow | None) -> OverviewDay:
    return OverviewDay(
        day=day,
        is_business_day=is_business_day(day),
        files=row.files if row else 0,
        billings=row.billings if row else 0,
        amount_cents=row.amount_cents if row else 0,
        delivered=row.delivered if row else 0,
        not_delivered=row.not_delivered if row else 0,
        uncertain=row.uncertain if row else 0,
        under_way=row.under_way if row else 0,
    )
