"""Rejects: told by reason and record, checked as they are edited, billed when they are mended."""

from __future__ import annotations

import asyncio
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cobranca.domain.errors import Conflict, CsvInvalid, NotFound, Transient
from cobranca.infra import clock, tracing
from cobranca.infra.db import cut_page
from cobranca.infra.local_files import new_held_file
from cobranca.pipeline import stored_files
from cobranca.pipeline.issuing_terms import snapshot
from cobranca.uploads import service as uploads
from cobranca.uploads.ingest import IngestJob
from cobranca.uploads.read_as import from_json
from cobranca.uploads.reading import judgement_of
from cobranca.uploads.receive import Received
from cobranca.uploads.rejects import repository
from cobranca.uploads.rejects.answers import page_of, summary_of, verdicts_of
from cobranca.uploads.rejects.file_columns import FileColumns, file_columns
from cobranca.uploads.rejects.mend_file import MendJob, MendResult, SentFile
from cobranca.uploads.rejects.merge import ROWS_MAX, SentRow, merge
from cobranca.uploads.rejects.schemas import Correction
from cobranca.uploads.schemas import UploadAnswer
from cobranca.uploads.workbooks import bounds_of, workbook_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cobranca.infra.db import Connection, Database
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import MailMode
    from cobranca.uploads.intake import Intake
    from cobranca.uploads.rejects.repository import CorrectedRow
    from cobranca.uploads.rejects.schemas import MendedRows, RejectsPage, RejectsSummary, Verdicts

#: How often a correction is prepared again whose rejects others have changed meanwhile.
_TRIES: Final = 5
_NO_DIGEST: Final = b""
#: What `download` calls the file; a browser may add a number, and a person what they like.
_OWN_NAME: Final = re.compile(
    r"(?:rejeitadas|rejects)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)


async def summarize(database: Database, beneficiary_id: int, public_id: UUID) -> RejectsSummary:
    """Return what of a file's rejects is in the open, by reason.

    Raises:
        NotFound: the beneficiary has no such upload.
    """
    async with database.transaction() as connection:
        corrected = await find_corrected(connection, beneficiary_id, public_id)
        reasons = await repository.count_reasons(connection, upload_id=corrected.id)
    return summary_of(corrected, columns_of(corrected), reasons)


async def list_rejects(
    resources: Resources,
    intake: Intake,
    beneficiary_id: int,
    public_id: UUID,
    *,
    code: str | None,
    after: int,
    limit: int,
) -> RejectsPage:
    """Return a page of rejects in the open, with what their cells were probably meant to be.

    Raises:
        NotFound: the beneficiary has no such upload.
    """
    async with resources.database.transaction() as connection:
        corrected = await find_corrected(connection, beneficiary_id, public_id)
        rows = await repository.list_rejects(
            connection, upload_id=corrected.id, code=code, after=after, rows_max=limit + 1
        )
    page, after_page = cut_page(rows, limit, key="line_number")
    return await asyncio.to_thread(
        page_of,
        page,
        after_page,
        columns_of(corrected),
        from_json(corrected.read_as),
        judgement_of(resources.settings, clock.today()),
        intake.admission.incoming,
    )


async def check_rows(
    resources: Resources,
    intake: Intake,
    beneficiary_id: int,
    public_id: UUID,
    mended: MendedRows,
) -> Verdicts:
    """Return what the reader says of mended records; nothing is written.

    Raises:
        NotFound: the beneficiary has no such upload.
    """
    async with resources.database.transaction() as connection:
        corrected = await find_corrected(connection, beneficiary_id, public_id)
        lines = [row.line for row in mended.rows]
        found = await repository.find_rejects(connection, upload_id=corrected.id, lines=lines)
    columns, read_as = columns_of(corrected), from_json(corrected.read_as)
    sent = [SentRow(line=row.line, cells=_by_position(row.cells, columns)) for row in mended.rows]
    merged = merge(sent, lambda _: found, columns, read_as)
    return await asyncio.to_thread(
        verdicts_of,
        lines,
        found,
        merged,
        columns,
        read_as,
        judgement_of(resources.settings, clock.today()),
        intake.admission.incoming,
    )


async def correct_rows(
    resources: Resources,
    intake: Intake,
    beneficiary_id: int,
    public_id: UUID,
    mended: MendedRows,
) -> Correction:
    """Bill mended records; boletos and mails follow by themselves.

    Raises:
        NotFound: the beneficiary has no such upload.
        Conflict: it was removed.
    """
    sent = tuple((row.line, row.cells) for row in mended.rows)
    return await _correct(resources, intake, beneficiary_id, public_id, sent)


async def correct_file(
    resources: Resources,
    intake: Intake,
    beneficiary_id: int,
    public_id: UUID,
    received: Received,
    mail: MailMode | None = None,
) -> Correction:
    """Bill what was mended in a rejects' file that comes back.

    Raises:
        NotFound: the beneficiary has no such upload.
        Conflict: it was removed.
        CsvInvalid: the file cannot be read, or is no rejects' file.
    """
    workbook = await asyncio.to_thread(workbook_kind, received.path)
    sent = SentFile(path=received.path, workbook=workbook)
    return await _correct(
        resources, intake, beneficiary_id, public_id, sent, name=received.name, mail=mail
    )


async def take_back(
    resources: Resources,
    intake: Intake,
    beneficiary_id: int,
    received: Received,
    mail: MailMode | None,
) -> UploadAnswer | None:
    """Bill what was mended in a rejects' file that comes back as any other file does.

    It is known by the name that it was given and by its two columns; None: it is no such file.
    """
    found = _OWN_NAME.search(received.name)
    if found is None:
        return None
    public_id = UUID(found[1])
    async with resources.database.transaction() as connection:
        corrected = await repository.find_corrected(
            connection, beneficiary_id=beneficiary_id, public_id=public_id
        )
    if corrected is None or corrected.removed_at is not None:
        return None
    try:
        done = await correct_file(resources, intake, beneficiary_id, public_id, received, mail)
    except CsvInvalid as error:
        if error.code != "NOT_REJECTS":
            raise
        return None
    rejected, duplicates = done.rejected + done.untouched + done.unknown, done.duplicates
    return UploadAnswer(
        message=f"Rejects taken back: {done.accepted} mended, {done.rejected_open} still open.",
        upload_id=done.upload_id or public_id,
        corrects=public_id,
        name=received.name,
        repeated=done.upload_id is None,
        records=done.records,
        accepted=done.accepted,
        rejected=rejected,
        duplicates=duplicates + done.mended_before,
        conflicts=done.conflicts,
        amount_cents=done.amount_cents,
        warnings={},
        rejects_by_code={},
        encoding="utf-8",
        delimiter=corrected.delimiter,
        sheet=None,
    )


async def _correct(
    resources: Resources,
    intake: Intake,
    beneficiary_id: int,
    public_id: UUID,
    sent: tuple[tuple[int, Mapping[str, str]], ...] | SentFile,
    *,
    name: str | None = None,
    mail: MailMode | None = None,
) -> Correction:
    async with resources.database.transaction() as connection:
        corrected = await find_corrected(connection, beneficiary_id, public_id)
    if corrected.removed_at is not None:
        raise Conflict("This upload was removed: send its file again instead of its rejects")
    mode = uploads.mail_mode(resources.settings, mail or corrected.mail)
    for _ in range(_TRIES):
        file = new_held_file(intake.admission.incoming, suffix=".csv")
        path = Path(file.name)
        try:
            received = Received(
                path=path, name=name or _name_of(corrected), size_bytes=0, sha256=_NO_DIGEST
            )
            ingest = _ingest_job(resources, beneficiary_id, received, mode)
            job = MendJob(corrected=public_id, sent=sent, ingest=ingest)
            result = await _mend(resources, intake, job)
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            file.close()
        if not result.stale:
            uploads.set_going(resources.bus, result.batches)
            return _correction(public_id, result)
    raise Transient("These rejects are being mended by others; ask for them again")


def _ingest_job(
    resources: Resources, beneficiary_id: int, received: Received, mode: MailMode
) -> IngestJob:
    settings = resources.settings
    profile, profile_sha256 = snapshot(settings.beneficiary)
    return IngestJob(
        database_url=resources.database.url,
        received=received,
        workbook_bounds=bounds_of(settings),
        storage_path="",
        mail=mode,
        judgement=judgement_of(settings, clock.today()),
        batch_rows=settings.batch_rows,
        # Each of them is a reject that is kept already.
        rejects_max=ROWS_MAX,
        beneficiary_id=beneficiary_id,
        profile=profile,
        profile_sha256=profile_sha256,
        traceparent=tracing.traceparent(),
    )


async def _mend(resources: Resources, intake: Intake, job: MendJob) -> MendResult:
    """Keep the correction's CSV, bill it, and let the CSV go again where it mended nothing."""
    prepared = await intake.ingest_pool.prepare(job)
    if prepared is None:
        return await intake.ingest_pool.mend(job)
    path = uploads.stored_path(prepared, None)
    job = replace(job, ingest=replace(job.ingest, received=prepared, storage_path=path))
    await stored_files.store(resources.database, resources.storage, path, prepared.path)
    try:
        return await intake.ingest_pool.mend(job)
    finally:
        await stored_files.settle(resources.database, resources.storage, path, prepared.path)


def _correction(public_id: UUID, result: MendResult) -> Correction:
    told = asdict(result)
    return Correction.model_validate(
        {"corrects": public_id} | {key: told[key] for key in Correction.model_fields if key in told}
    )


async def find_corrected(
    connection: Connection, beneficiary_id: int, public_id: UUID
) -> CorrectedRow:
    """Return a file of a beneficiary.

    Raises:
        NotFound: there is none.
    """
    corrected = await repository.find_corrected(
        connection, beneficiary_id=beneficiary_id, public_id=public_id
    )
    if corrected is None:
        raise NotFound(f"There is no upload {public_id}")
    return corrected


def columns_of(corrected: CorrectedRow) -> FileColumns:
    """Return the columns of a file, by names of their own."""
    return file_columns(corrected.delimiter, corrected.positions, from_json(corrected.read_as))


def _by_position(cells: Mapping[str, str], columns: FileColumns) -> dict[int, str]:
    places = {key: at for at, key in enumerate(columns.keys)}
    return {places[key]: cell for key, cell in cells.items() if key in places}


def _name_of(corrected: CorrectedRow) -> str:
    """Return what a correction is called whose records were mended in the page."""
    return f"{Path(corrected.name).stem[:180]}-corrigidas.csv"
