"""Reading how far the files are, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from cobranca import __version__
from cobranca.domain.boleto import bank
from cobranca.domain.errors import Transient
from cobranca.http.state import DatabaseDep, ResourcesDep, SettingsDep, WatchDep
from cobranca.infra import metrics
from cobranca.overview import service
from cobranca.overview.schemas import About, Health, Ready, Upload, UploadsPage
from cobranca.pipeline.issuing_terms import profile_of
from cobranca.uploads.progress import Progress

router = APIRouter()

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "Server-sent events"}
}


async def _progress(request: Request) -> AsyncIterator[Progress]:
    """Hold a place among the streams until the answer has been sent, or its reader has left."""
    progress: Progress = request.app.state.progress
    with progress.places.taken():
        yield progress


ProgressDep = Annotated[Progress, Depends(_progress)]
_NO_CACHE = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.get("/billings/csv/uploads", tags=["uploads"])
async def list_uploads(
    database: DatabaseDep,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> UploadsPage:
    """List the submitted files, newest first."""
    return await service.list_uploads(database, after=after, limit=limit)


@router.get("/billings/csv/uploads/{upload_id}", tags=["uploads"])
async def get_upload(database: DatabaseDep, upload_id: UUID) -> Upload:
    """Return one submitted file."""
    return await service.get_upload(database, upload_id)


@router.get(
    "/billings/csv/progress", tags=["progress"], responses=_STREAM, response_class=StreamingResponse
)
async def follow_uploads(progress: ProgressDep) -> StreamingResponse:
    """Stream the newest files: event `uploads` at once and whenever something has changed."""
    return _stream(progress, None)


@router.get(
    "/billings/csv/uploads/{upload_id}/progress",
    tags=["progress"],
    responses=_STREAM,
    response_class=StreamingResponse,
)
async def follow_upload(
    database: DatabaseDep, progress: ProgressDep, upload_id: UUID
) -> StreamingResponse:
    """Stream one file: event `upload` at every change, then event `end`."""
    await service.get_upload(database, upload_id)
    return _stream(progress, upload_id)


def _stream(progress: Progress, upload_id: UUID | None) -> StreamingResponse:
    return StreamingResponse(
        progress.follow(upload_id), media_type="text/event-stream", headers=_NO_CACHE
    )


@router.get("/about", tags=["installation"])
async def about(settings: SettingsDep) -> About:
    """Say what this installation is set up to do."""
    beneficiary = settings.beneficiary
    return About(
        version=__version__,
        bank=beneficiary.bank,
        bank_name=bank(beneficiary.bank).name,
        wallet=beneficiary.bank_parameters.get("wallet", ""),
        beneficiary=beneficiary.name,
        demonstration=beneficiary.demonstration,
        warnings=list(profile_of(beneficiary.model_dump()).warnings),
        mail=settings.mail,
        upload_bytes_max=settings.upload_bytes_max,
        needs_key=settings.api_key is not None,
    )


@router.get("/metrics", include_in_schema=False)
async def show_metrics(database: WatchDep) -> Response:
    """Answer Prometheus: this process's own counts, and the backlog as the database has it now."""
    await service.measure_backlog(database)
    return Response(metrics.render(backlog=True), media_type=metrics.CONTENT_TYPE)


@router.get("/health", tags=["installation"])
async def health() -> Health:
    """Answer as long as the process lives."""
    return Health(status="ok")


@router.get("/ready", tags=["installation"], responses={503: {"model": Ready}})
async def ready(resources: ResourcesDep, watch: WatchDep, response: Response) -> Ready:
    """Say whether this process can work. Events may be down: the sweep makes up for them.

    An API that turns uploads away because it has enough of them is ready.
    """
    database = await watch.ping()
    try:
        events = await resources.bus.ping()
    except Transient:
        events = False
    response.status_code = 200 if database else 503
    return Ready(
        status="ok" if database else "unavailable",
        database="ok" if database else "unavailable",
        events="ok" if events else "unavailable",
    )
