"""Checks: made, read again in another way, started, removed, and gone after a day."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cobranca.domain.errors import Conflict, InvalidField, NotFound
from cobranca.infra import clock, tracing
from cobranca.infra.db import cut_page
from cobranca.infra.local_files import new_held_file
from cobranca.pipeline import stored_files
from cobranca.uploads import service as uploads
from cobranca.uploads.checks import repository
from cobranca.uploads.checks.check_file import CheckJob
from cobranca.uploads.checks.report import options_of, reading_of, report_of
from cobranca.uploads.checks.schemas import CheckChange, ChecksPage, UploadCheck, WaitingCheck
from cobranca.uploads.csv_reader import OFFICIAL_COLUMNS
from cobranca.uploads.reading import AS_IT_IS, Reading, judgement_of
from cobranca.uploads.receive import Received
from cobranca.uploads.rejects.service import take_back
from cobranca.uploads.workbooks import bounds_of, workbook_kind

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence
    from uuid import UUID

    from cobranca.infra.db import Database
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import MailMode
    from cobranca.uploads.checks.repository import CheckRow, WaitingRow
    from cobranca.uploads.intake import Intake
    from cobranca.uploads.schemas import UploadAnswer

_LIFE: Final = timedelta(hours=24)
#: Checks that one sweep lets go.
_EXPIRED_MAX: Final = 100


async def create_check(
    resources: Resources,
    intake: Intake,
    beneficiary_id: int,
    received: Received,
    mail: MailMode | None,
) -> UploadCheck:
    """Keep a received file and read it, without billing anything.

    Raises:
        CsvInvalid: the file cannot be read, however its columns are meant; it is not kept.
        Permanent: SMTP was asked for, and no SMTP_URL is set.
    """
    mode = uploads.mail_mode(resources.settings, mail)
    job = await _job(resources, beneficiary_id, received.path, AS_IT_IS, recall=True)
    result = await intake.ingest_pool.check(job)
    path = uploads.stored_path(received, job.workbook)
    await stored_files.store(resources.database, resources.storage, path, received.path)
    async with resources.database.transaction() as connection:
        row = await repository.add_check(
            connection,
            beneficiary_id=beneficiary_id,
            name=received.name,
            sha256=received.sha256,
            size_bytes=received.size_bytes,
            storage_path=path,
            mail=mode,
            options=options_of(result.reading, result.header_sha256),
            result=report_of(result),
        )
    await stored_files.settle(resources.database, resources.storage, path, received.path)
    return await _answer(resources, beneficiary_id, row)


async def get_check(resources: Resources, beneficiary_id: int, public_id: UUID) -> UploadCheck:
    """Return a check.

    Raises:
        NotFound: there is none, or it has had its day.
    """
    row = await _find(resources, beneficiary_id, public_id)
    return await _answer(resources, beneficiary_id, row)


async def list_checks(
    database: Database, beneficiary_id: int, *, after: int | None, limit: int
) -> ChecksPage:
    """Return a page of a beneficiary's checks that wait to be started, newest first."""
    async with database.transaction() as connection:
        rows = await repository.list_checks(
            connection, beneficiary_id=beneficiary_id, before=after, rows_max=limit + 1
        )
    page, after_page = cut_page(rows, limit)
    return ChecksPage(records=[_waiting(row) for row in page], next=after_page)


async def change_check(
    resources: Resources, intake: Intake, beneficiary_id: int, public_id: UUID, change: CheckChange
) -> UploadCheck:
    """Read a check's file again in another way.

    A mapping of columns that can be read is remembered for the header; an empty one is forgotten.

    Raises:
        InvalidField: a column that the header has not, or a sheet.
        Conflict: it was started.
        NotFound: there is none, or it has had its day.
    """
    row = await _find(resources, beneficiary_id, public_id)
    _refuse_started(row)
    reading = _changed(row, change)
    async with _checked_out(resources, intake, row) as received:
        job = await _job(
            resources, beneficiary_id, received.path, reading, recall=change.sheet is not None
        )
        if reading.sheet is not None and job.workbook is None:
            raise InvalidField("sheet", "A CSV has no sheets", code="SHEET_UNKNOWN")
        result = await intake.ingest_pool.check(job)
    async with resources.database.transaction() as connection:
        if change.columns is not None and result.refusal is None:
            await repository.remember_mapping(
                connection,
                beneficiary_id=beneficiary_id,
                header_sha256=result.header_sha256,
                positions=dict(reading.columns),
            )
        changed = await repository.read_again(
            connection,
            beneficiary_id=beneficiary_id,
            public_id=public_id,
            options=options_of(result.reading, result.header_sha256),
            result=report_of(result),
        )
    if changed is None:
        _refuse_started(await _find(resources, beneficiary_id, public_id))
        raise Conflict("This check was changed meanwhile: ask for it again")
    return await _answer(resources, beneficiary_id, changed)


async def start_check(
    resources: Resources, intake: Intake, beneficiary_id: int, public_id: UUID
) -> UploadAnswer:
    """Bill a check's file as it was read last.

    Raises:
        CsvInvalid: it cannot be read as a whole.
        Conflict: it was started already.
        NotFound: there is none, or it has had its day.
    """
    row = await _find(resources, beneficiary_id, public_id)
    _refuse_started(row)
    async with _checked_out(resources, intake, row) as received:
        answer = await take_back(
            resources, intake, beneficiary_id, received, row.mail
        ) or await uploads.ingest_upload(
            resources,
            intake.ingest_pool,
            beneficiary_id,
            received,
            row.mail,
            reading_of(row.options),
        )
    async with resources.database.transaction() as connection:
        await repository.note_start(
            connection,
            beneficiary_id=beneficiary_id,
            public_id=public_id,
            upload=answer.upload_id,
        )
    return answer


async def remove_check(resources: Resources, beneficiary_id: int, public_id: UUID) -> None:
    """Remove a check, with its file unless an upload has it.

    Raises:
        NotFound: the beneficiary has no such check.
    """
    async with resources.database.transaction() as connection:
        await stored_files.lock(connection)
        path = await repository.delete_check(
            connection, beneficiary_id=beneficiary_id, public_id=public_id
        )
        if path is None:
            raise _missing(public_id)
        if not await stored_files.is_named(connection, path):
            await resources.storage.remove(path)


async def remove_expired_checks(resources: Resources) -> int:
    """Remove the next checks that have had their day; return how many there were."""
    async with resources.database.transaction() as connection:
        await stored_files.lock(connection)
        paths = await repository.delete_expired_checks(connection, rows_max=_EXPIRED_MAX)
        for path in set(paths):
            if not await stored_files.is_named(connection, path):
                await resources.storage.remove(path)
    return len(paths)


async def _job(
    resources: Resources, beneficiary_id: int, path: Path, reading: Reading, *, recall: bool
) -> CheckJob:
    settings = resources.settings
    return CheckJob(
        path=path,
        workbook=await asyncio.to_thread(workbook_kind, path),
        workbook_bounds=bounds_of(settings),
        folder=path.parent,
        judgement=judgement_of(settings, clock.today()),
        reading=reading,
        database_url=resources.database.url,
        beneficiary_id=beneficiary_id,
        recall=recall,
        rejects_max=settings.rejects_max,
        traceparent=tracing.traceparent(),
    )


@asynccontextmanager
async def _checked_out(
    resources: Resources, intake: Intake, row: CheckRow
) -> AsyncGenerator[Received]:
    """Give a check's stored file on the local disk, while a place and room are taken for it."""
    with intake.admission.admitted(str(row.size_bytes)) as admitted:
        file = new_held_file(intake.admission.incoming, suffix=".csv")
        path = Path(file.name)
        try:
            size = 0
            async for piece in resources.storage.stream(row.storage_path):
                await asyncio.to_thread(file.write, piece)
                size += len(piece)
                admitted.arrived(len(piece))
            file.flush()
            intake.admission.received(admitted, size)
            yield Received(path=path, name=row.name, size_bytes=size, sha256=row.sha256)
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            file.close()


def _changed(row: CheckRow, change: CheckChange) -> Reading:
    """Return how a check is read from now on."""
    reading = reading_of(row.options)
    if change.sheet is not None:
        if change.columns is not None:
            detail = "Tell the sheet first: its columns are told by its own header"
            raise InvalidField("columns", detail, code="COLUMN_UNKNOWN")
        # What was told of columns was told of the other sheet's header.
        reading = replace(reading, sheet=change.sheet, columns=())
    if change.columns is not None:
        header: Sequence[str] = row.result["read_as"]["header"]
        chosen = positions_of(change.columns, header)
        reading = replace(reading, columns=tuple(sorted(chosen.items())))
    if change.repairs is not None:
        reading = replace(
            reading,
            lost_zeros=change.repairs.lost_zeros,
            thousands=change.repairs.thousands,
            past_due_dates=change.repairs.past_due_dates,
        )
    return reading


def positions_of(columns: Mapping[str, int | str], header: Sequence[str]) -> dict[str, int]:
    """Return the position of each column that was told.

    Raises:
        InvalidField: no official column, no column of the header, or one for two.
    """
    positions: dict[str, int] = {}
    for official, told in columns.items():
        if official not in OFFICIAL_COLUMNS:
            known = ", ".join(OFFICIAL_COLUMNS)
            raise InvalidField("columns", f"{official!r} is none of {known}", code="COLUMN_UNKNOWN")
        if isinstance(told, str) and header.count(told) > 1:
            detail = f"The header has {told!r} more than once: tell its position"
            raise InvalidField("columns", detail, code="COLUMN_UNKNOWN")
        position = told if isinstance(told, int) else _place(header, told)
        if position is None or position >= len(header):
            raise InvalidField("columns", f"The header has no {told!r}", code="COLUMN_UNKNOWN")
        if position in positions.values():
            detail = f"{told!r} was told for two columns"
            raise InvalidField("columns", detail, code="COLUMN_TWICE")
        positions[official] = position
    return positions


def _place(header: Sequence[str], name: str) -> int | None:
    return header.index(name) if name in header else None


def _refuse_started(row: CheckRow) -> None:
    if row.started_upload is not None:
        raise Conflict(
            f"This check was started already, as the upload {row.started_upload}",
            code="CHECK_STARTED",
        )


async def _find(resources: Resources, beneficiary_id: int, public_id: UUID) -> CheckRow:
    async with resources.database.transaction() as connection:
        row = await repository.find_check(
            connection, beneficiary_id=beneficiary_id, public_id=public_id
        )
    if row is None:
        raise _missing(public_id)
    return row


def _missing(public_id: UUID) -> NotFound:
    return NotFound(f"There is no check {public_id}; a check lives 24 hours: send the file again")


def _waiting(row: WaitingRow) -> WaitingCheck:
    return WaitingCheck(
        id=row.public_id,
        name=row.name,
        size_bytes=row.size_bytes,
        mail=row.mail,
        createdat=row.created_at,
        expiresat=row.created_at + _LIFE,
        records=row.records,
        accepted=row.accepted,
        rejected=row.rejected,
        duplicates=row.duplicates,
        amount_cents=row.amount_cents,
        refusal=row.refusal,
    )


async def _answer(resources: Resources, beneficiary_id: int, row: CheckRow) -> UploadCheck:
    async with resources.database.transaction() as connection:
        repeated = await repository.find_repeated(
            connection,
            beneficiary_id=beneficiary_id,
            sha256=reading_of(row.options).identity(row.sha256),
        )
    return UploadCheck.model_validate(
        {
            "id": row.public_id,
            "name": row.name,
            "size_bytes": row.size_bytes,
            "mail": row.mail,
            "createdat": row.created_at,
            "expiresat": row.created_at + _LIFE,
            "started_upload_id": row.started_upload,
            "repeated_upload_id": repeated,
            **row.result,
            "columns": row.options["columns"],
            "repairs": {
                key: row.options[key] for key in ("lost_zeros", "thousands", "past_due_dates")
            },
        }
    )
