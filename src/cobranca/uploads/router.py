"""Files over HTTP: sent, listed, followed, paused, removed, and what was refused of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse

from cobranca.domain.errors import InvalidField
from cobranca.http.csv_download import Delimiter, csv_download, xlsx_download
from cobranca.http.principal import needs
from cobranca.http.state import (
    BeneficiaryDep,
    BusDep,
    DatabaseDep,
    HoldDownload,
    ResourcesDep,
    StateDep,
)
from cobranca.infra.db import Database
from cobranca.infra.settings import MailMode
from cobranca.uploads import service
from cobranca.uploads.file_filter import UploadFilter, UploadState
from cobranca.uploads.intake import Intake
from cobranca.uploads.progress import Followed, Progress
from cobranca.uploads.reading import Reading
from cobranca.uploads.receive import received_file
from cobranca.uploads.rejects import download
from cobranca.uploads.rejects.service import take_back
from cobranca.uploads.schemas import Restarted, Upload, UploadAnswer, UploadsPage

router = APIRouter(prefix="/billings/csv")

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "Server-sent events"}
}


def _intake(state: StateDep) -> Intake:
    return state.of(Intake)


IntakeDep = Annotated[Intake, Depends(_intake)]


async def _progress(intake: IntakeDep) -> AsyncIterator[Progress]:
    """Be one of the streams until the answer has been sent, or its reader has left."""
    with intake.progress.limit.held():
        yield intake.progress


ProgressDep = Annotated[Progress, Depends(_progress)]
_NO_CACHE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def _file_filter(
    name: Annotated[str | None, Query(max_length=100, description="A part of the name.")] = None,
    first: Annotated[date | None, Query(alias="from", description="A day in São Paulo.")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
    state: UploadState | None = None,
) -> UploadFilter:
    """Return the files that a call means.

    Raises:
        InvalidField: on `to`: the period ends before it begins.
    """
    if first is not None and last is not None and last < first:
        raise InvalidField("to", "The range ends before it begins")
    text = (name or "").strip().replace("\0", "")
    return UploadFilter(name=text or None, first=first, last=last, state=state)


UploadFilterDep = Annotated[UploadFilter, Depends(_file_filter)]


@router.get("/uploads", tags=["uploads"], dependencies=[needs("uploads:read")])
async def list_uploads(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    wanted: UploadFilterDep,
    after: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> UploadsPage:
    """List the submitted files, newest first, with the sums of their days."""
    return await service.list_uploads(
        database, beneficiary_id, wanted=wanted, after=after, limit=limit
    )


@router.get("/uploads/{upload_id}", tags=["uploads"], dependencies=[needs("uploads:read")])
async def get_upload(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, upload_id: UUID
) -> Upload:
    """Return one submitted file."""
    return await service.get_upload(database, beneficiary_id, upload_id)


@router.get(
    "/progress",
    tags=["progress"],
    responses=_STREAM,
    response_class=StreamingResponse,
    dependencies=[needs("uploads:read")],
)
async def follow_uploads(
    progress: ProgressDep,
    beneficiary_id: BeneficiaryDep,
    only_changed: Annotated[
        bool, Query(description="After the first event, only files that have changed.")
    ] = False,
) -> StreamingResponse:
    """Stream the newest files: event `uploads` at once and whenever something has changed."""
    return _stream(progress, Followed(beneficiary_id, None), only_changed=only_changed)


@router.get(
    "/uploads/{upload_id}/progress",
    tags=["progress"],
    responses=_STREAM,
    response_class=StreamingResponse,
    dependencies=[needs("uploads:read")],
)
async def follow_upload(
    database: DatabaseDep, progress: ProgressDep, beneficiary_id: BeneficiaryDep, upload_id: UUID
) -> StreamingResponse:
    """Stream one file: event `upload` at every change, then event `end`."""
    await service.get_upload(database, beneficiary_id, upload_id)
    return _stream(progress, Followed(beneficiary_id, upload_id))


def _stream(progress: Progress, what: Followed, *, only_changed: bool = False) -> StreamingResponse:
    events = progress.follow(what, only_changed=only_changed)
    return StreamingResponse(events, media_type="text/event-stream", headers=_NO_CACHE)


#: What a file can be sent as.
UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                "schema": {"type": "string", "format": "binary"}
            },
        },
    },
    "parameters": [
        {
            "name": "name",
            "in": "query",
            "schema": {"type": "string"},
            "description": "The file's name, when the body is the file itself",
        }
    ],
}


_CSV: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {},
        },
        "description": "The refused records",
    }
}


@router.post(
    "/upload", tags=["uploads"], openapi_extra=UPLOAD_BODY, dependencies=[needs("uploads:write")]
)
async def upload_csv(
    request: Request,
    resources: ResourcesDep,
    intake: IntakeDep,
    beneficiary_id: BeneficiaryDep,
    mail: MailMode | None = None,
    sheet: Annotated[str | None, Query(min_length=1, max_length=255)] = None,
) -> UploadAnswer:
    """Take a CSV or a workbook in and count every record; boletos and mails follow by themselves.

    `sheet` names the sheet of a workbook; without it, the first with a header is read. A rejects'
    file that comes back under its own name mends the rejects of its upload.
    """
    async with received_file(request, intake.admission) as received:
        taken_back = await take_back(resources, intake, beneficiary_id, received, mail)
        if taken_back is not None:
            return taken_back
        return await service.ingest_upload(
            resources, intake.ingest_pool, beneficiary_id, received, mail, Reading(sheet=sheet)
        )


@router.delete(
    "/uploads/{upload_id}", status_code=204, tags=["uploads"], dependencies=[needs("uploads:write")]
)
async def remove_upload(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, upload_id: UUID
) -> None:
    """Take a whole file out. It stays listed; its billings are not worked any further."""
    await service.remove_upload(database, beneficiary_id, upload_id)


@router.post("/uploads/{upload_id}/retry", tags=["uploads"], dependencies=[needs("uploads:write")])
async def retry_upload(
    database: DatabaseDep, bus: BusDep, beneficiary_id: BeneficiaryDep, upload_id: UUID
) -> Restarted:
    """Set the batches of a file going again that were stopped after too many failures."""
    batches = await service.retry_upload(database, bus, beneficiary_id, upload_id)
    return Restarted(batches=batches)


@router.post(
    "/uploads/{upload_id}/pause",
    status_code=204,
    tags=["uploads"],
    dependencies=[needs("uploads:write")],
)
async def pause_upload(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, upload_id: UUID
) -> None:
    """Begin no further batch of a file until it is resumed; what is being worked ends."""
    await service.pause_upload(database, beneficiary_id, upload_id)


@router.post("/uploads/{upload_id}/resume", tags=["uploads"], dependencies=[needs("uploads:write")])
async def resume_upload(
    database: DatabaseDep, bus: BusDep, beneficiary_id: BeneficiaryDep, upload_id: UUID
) -> Restarted:
    """End a file's pause."""
    batches = await service.resume_upload(database, bus, beneficiary_id, upload_id)
    return Restarted(batches=batches)


@router.get(
    "/uploads/{upload_id}/rejects",
    tags=["uploads"],
    response_class=StreamingResponse,
    responses=_CSV,
    dependencies=[needs("uploads:read"), HoldDownload],
)
async def get_rejects(
    database: DatabaseDep,
    intake: IntakeDep,
    beneficiary_id: BeneficiaryDep,
    upload_id: UUID,
    *,
    duplicates: bool = False,
    columns: Literal["official", "file"] = "official",
    form: Literal["csv", "xlsx"] = "csv",
    delimiter: Delimiter | None = None,
    accept_language: Annotated[str | None, Header(max_length=500)] = None,
) -> StreamingResponse:
    """Return the refused records as a file that can be mended and sent again.

    With `columns=file`, those in the open, in the columns and the order of their own file; `xlsx`
    has that form only.
    """
    await service.check_upload(database, beneficiary_id, upload_id)
    if columns == "official" and form == "csv":
        lines = service.stream_rejects(
            database,
            beneficiary_id,
            upload_id,
            with_duplicates=duplicates,
            delimiter=delimiter or ",",
        )
        return csv_download(lines, name=f"rejects-{upload_id}")
    language = download.language_of(accept_language)
    if form == "csv":
        return _rejects_csv(database, beneficiary_id, upload_id, language, delimiter)
    await download.check_length(database, beneficiary_id, upload_id)
    content = download.stream_workbook(
        database,
        beneficiary_id,
        upload_id,
        folder=intake.admission.incoming,
        language=language,
    )
    return xlsx_download(content, name=f"{download.FILE_NAMES[language]}-{upload_id}")


@router.get(
    "/uploads/{upload_id}/rejects.csv",
    tags=["uploads"],
    response_class=StreamingResponse,
    responses=_CSV,
    dependencies=[needs("uploads:read"), HoldDownload],
)
async def get_rejects_file(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    upload_id: UUID,
    *,
    delimiter: Delimiter | None = None,
    accept_language: Annotated[str | None, Header(max_length=500)] = None,
) -> StreamingResponse:
    """Return the rejects in the open in the columns and the order of their own file.

    Line and reason stand behind them; the same as `rejects?columns=file`.
    """
    await service.check_upload(database, beneficiary_id, upload_id)
    language = download.language_of(accept_language)
    return _rejects_csv(database, beneficiary_id, upload_id, language, delimiter)


def _rejects_csv(
    database: Database,
    beneficiary_id: int,
    upload_id: UUID,
    language: download.Language,
    delimiter: Delimiter | None,
) -> StreamingResponse:
    """Answer with the rejects in the open in the columns and the order of their own file."""
    lines = download.stream_csv(
        database, beneficiary_id, upload_id, delimiter=delimiter, language=language
    )
    return csv_download(lines, name=f"{download.FILE_NAMES[language]}-{upload_id}")
