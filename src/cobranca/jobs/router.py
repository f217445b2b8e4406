"""Jobs over HTTP: an act on all that a filter means, seen first, followed, stopped."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from cobranca.billings.listing.parameters import FilterDep
from cobranca.billings.out.formats import file_download
from cobranca.http.csv_download import csv_download
from cobranca.http.principal import PrincipalDep, needs
from cobranca.http.problem import Problem
from cobranca.http.state import BeneficiaryDep, DatabaseDep, HoldDownload, ResourcesDep
from cobranca.jobs import service
from cobranca.jobs.acts import Act
from cobranca.jobs.result import stream_result
from cobranca.jobs.schemas import Job, JobPreview, JobsPage, NewJob

router = APIRouter(prefix="/jobs", tags=["jobs"])

_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "What was done and what not"}
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}}, "description": "The file, by its format"},
    410: {"model": Problem, "description": "The file has been removed"},
}


@router.get("/preview", dependencies=[needs("billings:read")])
async def preview_job(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, wanted: FilterDep, act: Act
) -> JobPreview:
    """Say what an act on all that is filtered would do now, with counts and sums."""
    return await service.preview(database, beneficiary_id, wanted, act)


@router.post("", status_code=201, dependencies=[needs("billings:read")])
async def start_job(
    resources: ResourcesDep,
    principal: PrincipalDep,
    beneficiary_id: BeneficiaryDep,
    wanted: FilterDep,
    new: NewJob,
) -> Job:
    """Begin an act on all that is filtered, as it was seen in the preview.

    `RESEND` and `CANCEL` need the scope billings:write too, and `RESEND` mails:write.
    """
    return await service.start(resources, principal, beneficiary_id, wanted, new)


@router.get("", dependencies=[needs("billings:read")])
async def list_jobs(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    after: Annotated[int, Query(ge=0, lt=2**63, description="The `next` of the page before.")] = 2
    ** 63
    - 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> JobsPage:
    """List jobs, newest first; they are kept for 90 days after their end."""
    return await service.list_jobs(database, beneficiary_id, before=after, limit=limit)


@router.get("/{job_id}", dependencies=[needs("billings:read")])
async def get_job(database: DatabaseDep, beneficiary_id: BeneficiaryDep, job_id: UUID) -> Job:
    """Return a job with what has become of its billings so far."""
    return await service.get_job(database, beneficiary_id, job_id)


@router.post("/{job_id}/stop", dependencies=[needs("billings:read")])
async def stop_job(
    database: DatabaseDep, principal: PrincipalDep, beneficiary_id: BeneficiaryDep, job_id: UUID
) -> Job:
    """Stop a job: nothing more is done, and what was done stays. Needs what its start needs."""
    return await service.stop(database, principal, beneficiary_id, job_id)


@router.post("/{job_id}/resume", dependencies=[needs("billings:read")])
async def resume_job(
    resources: ResourcesDep, principal: PrincipalDep, beneficiary_id: BeneficiaryDep, job_id: UUID
) -> Job:
    """Let a job go on that was stopped, or given up. Needs what its start needs."""
    return await service.resume(resources, principal, beneficiary_id, job_id)


@router.get(
    "/{job_id}/result.csv",
    response_class=StreamingResponse,
    responses=_CSV,
    dependencies=[needs("billings:read"), HoldDownload],
)
async def download_result(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, job_id: UUID
) -> StreamingResponse:
    """Return what was done and what not, a line for each billing, with the reason."""
    row = await service.find_job(database, beneficiary_id, job_id)
    return csv_download(stream_result(database, beneficiary_id, row), name="resultado")


@router.get(
    "/{job_id}/file",
    response_class=StreamingResponse,
    responses=_FILE,
    dependencies=[needs("billings:read"), HoldDownload],
)
async def download_file(
    resources: ResourcesDep, beneficiary_id: BeneficiaryDep, job_id: UUID
) -> StreamingResponse:
    """Return the file that a job has made, for 24 hours after its end."""
    pieces, file_format, size_bytes = await service.open_file(resources, beneficiary_id, job_id)
    answer = file_download(pieces, file_format)
    answer.headers["Content-Length"] = str(size_bytes)
    return answer
