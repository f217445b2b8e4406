"""Files: taken in, set going, listed, paused, removed, ended, and what was refused of them."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from cobranca.domain.billing import FIRST_KIND, BatchState, BillingStatus, upload_status
from cobranca.domain.errors import Conflict, InputError, NotFound, Permanent
from cobranca.domain.events import WorkReady
from cobranca.domain.spreadsheet import BYTE_ORDER_MARK, csv_line
from cobranca.infra import clock, tracing
from cobranca.infra.db import Connection, Database, cut_page
from cobranca.infra.telemetry import UploadFinished, emit
from cobranca.pipeline import groups, stored_files
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.pipeline.issuing_terms import snapshot
from cobranca.uploads import repository
from cobranca.uploads.csv_reader import OFFICIAL_COLUMNS, official_fields
from cobranca.uploads.file_filter import UploadFilter
from cobranca.uploads.ingest import IngestJob, IngestResult
from cobranca.uploads.reading import AS_IT_IS, Reading, judgement_of
from cobranca.uploads.schemas import (
    Upload,
    UploadAnswer,
    UploadDay,
    UploadsPage,
)
from cobranca.uploads.workbooks import WorkbookKind, bounds_of, workbook_kind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from uuid import UUID

    from cobranca.infra.bus import Bus
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import MailMode, Settings
    from cobranca.uploads.ingest_pool import IngestPool
    from cobranca.uploads.receive import Received
    from cobranca.uploads.repository import UploadReportRow, UploadRow


#: Events published at once when a file is resumed; the sweep publishes the others.
_PUBLISHED_MAX = 10_000
#: Files, and batches, that one sweep takes over from the version before.
_ADOPTED_MAX = 10_000
#: Files of the version before that one sweep sums; each may have millions of billings.
_SUMMED_MAX = 100


_publishing: set[asyncio.Task[int]] = set()


async def ingest_upload(
    resources: Resources,
    pool: IngestPool,
    beneficiary_id: int,
    received: Received,
    mail: MailMode | None,
    reading: Reading = AS_IT_IS,
) -> UploadAnswer:
    """Take a received file into the database and set its batches going.

    Raises:
        CsvInvalid: the file as a whole cannot be read; nothing is kept of it.
        Permanent: SMTP was asked for, and no SMTP_URL is set.
    """
    settings = resources.settings
    mode = mail_mode(settings, mail)
    workbook = await asyncio.to_thread(workbook_kind, received.path)
    if workbook is None:
        reading = replace(reading, sheet=None)
    path = stored_path(received, workbook)
    profile, profile_sha256 = snapshot(settings.beneficiary)
    await stored_files.store(resources.database, resources.storage, path, received.path)
    crashpoint("upload-stored")
    try:
        result = await pool.run(
            IngestJob(
                database_url=resources.database.url,
                received=received,
                workbook=workbook,
                workbook_bounds=bounds_of(settings),
                storage_path=path,
                mail=mode,
                judgement=judgement_of(settings, clock.today()),
                batch_rows=settings.batch_rows,
                rejects_max=settings.rejects_max,
                disk_free_bytes_min=settings.disk_free_bytes_min,
                beneficiary_id=beneficiary_id,
                profile=profile,
                profile_sha256=profile_sha256,
                reading=reading,
                traceparent=tracing.traceparent(),
            )
        )
    except InputError:
        # After other errors the file stays: another upload of the same bytes may be using it.
        await stored_files.settle(resources.database, resources.storage, path, received.path)
        raise
    crashpoint("upload-committed")
    set_going(resources.bus, len(result.batch_ids))
    await stored_files.settle(resources.database, resources.storage, path, received.path)
    return _answer(result)


def mail_mode(settings: Settings, mail: MailMode | None) -> MailMode:
    """Return what becomes of a file's mails.

    Raises:
        Permanent: SMTP was asked for, and no SMTP_URL is set.
    """
    mode = mail or settings.mail
    if mode == "smtp" and settings.smtp_url is None:
        raise Permanent("Set SMTP_URL to send mail by SMTP", code="SMTP_NOT_CONFIGURED")
    return mode


def stored_path(received: Received, workbook: WorkbookKind | None) -> str:
    """Return where a file's bytes are kept, whoever sent them."""
    return f"uploads/{received.sha256.hex()}.{workbook or 'csv'}"


def set_going(bus: Bus, batches: int) -> None:
    """Wake issuers without keeping the caller waiting; the sweep makes up for what is lost."""
    task = asyncio.create_task(bus.publish([WorkReady(kind=FIRST_KIND)] * batches))
    _publishing.add(task)
    task.add_done_callback(_publishing.discard)


async def remove_upload(database: Database, beneficiary_id: int, public_id: UUID) -> None:
    """Take a whole file out: it stays listed, and its billings are not worked any further.

    Raises:
        NotFound: the beneficiary has no such upload.
    """
    async with database.transaction() as connection:
        removed = await repository.remove_upload(
            connection, beneficiary_id=beneficiary_id, public_id=public_id
        )
        if removed is None:
            await _get_upload(connection, beneficiary_id, public_id)
            return
        await repository.reopen_rejects(connection, removed.id)
        if removed.work_group_id is not None:
            # A pause ends too: the work has yet to end, without being done.
            await groups.resume_group(connection, removed.work_group_id, rows_max=0)


async def retry_upload(database: Database, bus: Bus, beneficiary_id: int, public_id: UUID) -> int:
    """Set the stopped batches of a file going again, and return how many there were.

    Raises:
        NotFound: the beneficiary has no such upload.
    """
    async with database.transaction() as connection:
        upload = await _get_upload(connection, beneficiary_id, public_id)
        restarted: list[str] = []
        if upload.work_group_id is not None:
            await repository.release_mail(connection, upload.id)
            restarted = await groups.restart_stopped(connection, upload.work_group_id)
        if restarted:
            await repository.reopen_upload(connection, upload.id)
    await bus.publish(WorkReady(kind=kind) for kind in restarted)
    return len(restarted)


async def pause_upload(database: Database, beneficiary_id: int, public_id: UUID) -> None:
    """Begin no further batch of a file until it is resumed; what is being worked ends.

    Raises:
        NotFound: the beneficiary has no such upload.
        Conflict: it has ended or was removed, so that there is nothing to pause.
    """
    async with database.transaction() as connection:
        upload = await _get_upload(connection, beneficiary_id, public_id)
        group_id = upload.work_group_id
        if upload.removed_at or upload.finished_at or group_id is None:
            raise Conflict("This upload has ended: nothing of it is left to pause")
        await groups.pause_group(connection, group_id)


async def resume_upload(database: Database, bus: Bus, beneficiary_id: int, public_id: UUID) -> int:
    """End a file's pause, and return how many of its batches were told to the workers.

    Raises:
        NotFound: the beneficiary has no such upload.
    """
    async with database.transaction() as connection:
        upload = await _get_upload(connection, beneficiary_id, public_id)
        waiting: list[str] = []
        if upload.work_group_id is not None:
            waiting = await groups.resume_group(
                connection, upload.work_group_id, rows_max=_PUBLISHED_MAX
            )
    await bus.publish(WorkReady(kind=kind) for kind in waiting)
    return len(waiting)


async def check_upload(database: Database, beneficiary_id: int, public_id: UUID) -> None:
    """Raise NotFound unless the beneficiary has such an upload."""
    async with database.transaction() as connection:
        await _get_upload(connection, beneficiary_id, public_id)


async def _get_upload(connection: Connection, beneficiary_id: int, public_id: UUID) -> UploadRow:
    upload = await repository.find_upload(
        connection, beneficiary_id=beneficiary_id, public_id=public_id
    )
    if upload is None:
        raise NotFound(f"There is no upload {public_id}")
    return upload


async def stream_rejects(
    database: Database,
    beneficiary_id: int,
    public_id: UUID,
    *,
    with_duplicates: bool,
    delimiter: str,
) -> AsyncIterator[bytes]:
    """Yield a CSV of the refused records, which a person can mend and send again as it is."""
    yield BYTE_ORDER_MARK
    columns = ["line_number", "column", "code", "message", *OFFICIAL_COLUMNS]
    yield csv_line(columns, delimiter=delimiter)
    async with database.transaction() as connection:
        upload = await _get_upload(connection, beneficiary_id, public_id)
        async for row in repository.stream_rejects(
            connection, upload_id=upload.id, with_duplicates=with_duplicates
        ):
            # Of a file that was taken out, nobody mends a record: what it said is told no more.
            message, raw = (row.message, row.raw) if upload.removed_at is None else ("", "")
            head = [str(row.line_number), row.column_name, row.code, message]
            fields = official_fields(raw, upload.delimiter, upload.positions)
            yield csv_line([*head, *fields], delimiter=delimiter)


async def finish_ended_uploads(database: Database) -> int:
    """Mark every file whose work has all ended; return how many."""
    async with database.transaction() as connection:
        await groups.close_idle_groups(connection)
        finished = await repository.finish_ended_uploads(connection)
        if finished:
            crashpoint("upload-finished")
    for upload in finished:
        with tracing.span("upload_finished", parent=upload.traceparent):
            emit(UploadFinished(upload_id=upload.id))
    return len(finished)


async def adopt_uploads(database: Database) -> None:
    """Take over what the version before has left on the line; nothing, once all is taken over."""
    async with database.transaction() as connection:
        await repository.adopt_uploads(connection, rows_max=_ADOPTED_MAX)
    for _ in range(_SUMMED_MAX):
        async with database.transaction() as connection:
            if not await repository.sum_upload(connection):
                break


def _answer(result: IngestResult) -> UploadAnswer:
    if result.repeated:
        message = "This file was received before; nothing was added."
    else:
        message = (
            f"File uploaded successfully: {result.accepted} accepted, {result.rejected} rejected,"
            f" {result.duplicates} duplicates."
        )
    return UploadAnswer.model_validate({**asdict(result), "message": message})


async def list_uploads(
    database: Database,
    beneficiary_id: int,
    *,
    wanted: UploadFilter,
    after: int | None,
    limit: int,
) -> UploadsPage:
    """Return a page of a beneficiary's files, newest first, and what its days come to."""
    async with database.transaction() as connection:
        rows = await repository.list_uploads(
            connection,
            beneficiary_id=beneficiary_id,
            wanted=wanted,
            before=after,
            rows_max=limit + 1,
        )
        page, after_page = cut_page(rows, limit)
        listed = {row.received_at.astimezone(clock.SAO_PAULO).date() for row in page}
        days = await repository.sum_days(
            connection,
            beneficiary_id=beneficiary_id,
            first=min(listed, default=clock.today()),
            last=max(listed, default=clock.today()),
        )
    return UploadsPage(
        records=[_upload(row) for row in page],
        next=after_page,
        days=[UploadDay(**asdict(row)) for row in days if row.day in listed],
    )


async def list_newest(database: Database, beneficiary_id: int, *, limit: int) -> list[Upload]:
    """Return a beneficiary's newest files."""
    async with database.transaction() as connection:
        rows = await repository.list_uploads(
            connection,
            beneficiary_id=beneficiary_id,
            wanted=UploadFilter(),
            before=None,
            rows_max=limit,
        )
    return [_upload(row) for row in rows]


async def get_upload(database: Database, beneficiary_id: int, public_id: UUID) -> Upload:
    """Return one file.

    Raises:
        NotFound: the beneficiary has no such upload.
    """
    found = await get_uploads(database, beneficiary_id, [public_id])
    if not found:
        raise NotFound(f"There is no upload {public_id}")
    return found[0]


async def get_uploads(
    database: Database, beneficiary_id: int, public_ids: Collection[UUID]
) -> list[Upload]:
    """Return those of these files that the beneficiary has, in any order."""
    if not public_ids:
        return []
    async with database.transaction() as connection:
        rows = await repository.get_uploads(
            connection, beneficiary_id=beneficiary_id, public_ids=public_ids
        )
    return [_upload(row) for row in rows]


def _upload(row: UploadReportRow) -> Upload:
    statuses = _statuses(row)
    return Upload(
        id=row.public_id,
        name=row.name,
        createdat=row.received_at,
        updatedat=row.updated_at,
        removedat=row.removed_at,
        pausedat=row.paused_at,
        status=upload_status(
            removed=row.removed_at is not None,
            paused=row.paused_at is not None,
            statuses=statuses,
            batches={BatchState(state): count for state, count in row.batches.items()},
        ),
        size_bytes=row.size_bytes,
        records=row.records,
        accepted=row.accepted,
        rejected=row.rejected,
        rejected_open=row.rejected_open,
        corrects=row.corrects,
        duplicates=row.duplicates,
        conflicts=row.conflicts,
        amount_cents=row.amount_cents,
        warnings=row.warnings,
        statuses={status.value: count for status, count in statuses.items()},
        mailed=row.mailed,
        progress=_progress(row.accepted, statuses),
        mail=row.mail,
        encoding=row.encoding,
        delimiter=row.delimiter,
        sheet=row.sheet,
        last_error=row.last_error,
        beneficiary=row.beneficiary,
        beneficiary_tax_id=row.beneficiary_tax_id,
        paid=row.paid,
        paid_cents=row.paid_cents,
        refused=row.refused,
    )


def _statuses(row: UploadReportRow) -> dict[BillingStatus, int]:
    """Count a file's billings by status; all of a removed one are."""
    if row.removed_at is not None:
        return dict.fromkeys(BillingStatus, 0) | {BillingStatus.REMOVED: row.accepted}
    return {
        BillingStatus.ACKNOWLEDGED: row.acknowledged,
        BillingStatus.ISSUED: row.issued,
        BillingStatus.SENT: row.sent,
        BillingStatus.FAILED: row.failed,
        BillingStatus.UNCERTAIN: row.uncertain,
        BillingStatus.REMOVED: row.removed,
    }


def _progress(accepted: int, statuses: dict[BillingStatus, int]) -> float:
    """Half of the way is the boleto, the other half the mail."""
    if not accepted:
        return 1.0
    waiting = statuses[BillingStatus.ACKNOWLEDGED] * 2 + statuses[BillingStatus.ISSUED]
    return max(0.0, 1 - waiting / (2 * accepted))
