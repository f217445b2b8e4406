"""Rejects over HTTP: by reason, record by record, checked as they are edited, and mended."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError

from cobranca.domain.errors import InputError, UploadTooLarge
from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep, ResourcesDep
from cobranca.infra.settings import MailMode
from cobranca.uploads.receive import received_file
from cobranca.uploads.rejects import service
from cobranca.uploads.rejects.schemas import (
    ROWS_BODY,
    Correction,
    MendedRows,
    RejectsPage,
    RejectsSummary,
    Verdicts,
)
from cobranca.uploads.router import UPLOAD_BODY, IntakeDep

router = APIRouter(prefix="/billings/csv/uploads/{upload_id}/rejects", tags=["rejects"])

_BODY_BYTES_MAX: Final = 8 << 20


async def _mended(request: Request) -> MendedRows:
    """Read a bounded body of mended records.

    Raises:
        UploadTooLarge: it is longer than that.
        InputError: it is not of the form.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _BODY_BYTES_MAX:
            raise UploadTooLarge("Send fewer records at once, or send them as a file")
    try:
        return MendedRows.model_validate_json(bytes(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{place or 'body'}: {first['msg']}", code="REQUEST_INVALID") from error


MendedDep = Annotated[MendedRows, Depends(_mended)]


@router.get("/reasons", dependencies=[needs("uploads:read")])
async def get_reasons(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, upload_id: UUID
) -> RejectsSummary:
    """Return what of a file's rejects is in the open, by reason, with its sums."""
    return await service.summarize(database, beneficiary_id, upload_id)


@router.get("/records", dependencies=[needs("uploads:read")])
async def list_rejects(
    resources: ResourcesDep,
    intake: IntakeDep,
    beneficiary_id: BeneficiaryDep,
    upload_id: UUID,
    *,
    code: Annotated[str | None, Query(max_length=40, pattern=r"^[A-Z0-9_]+$")] = None,
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RejectsPage:
    """List rejects in the open by line; of one reason, when its code is given."""
    return await service.list_rejects(
        resources, intake, beneficiary_id, upload_id, code=code, after=after, limit=limit
    )


@router.post("/check", openapi_extra=ROWS_BODY, dependencies=[needs("uploads:write")])
async def check_rows(
    resources: ResourcesDep,
    intake: IntakeDep,
    beneficiary_id: BeneficiaryDep,
    upload_id: UUID,
    mended: MendedDep,
) -> Verdicts:
    """Say whether records would pass with new cells; nothing is billed or kept."""
    return await service.check_rows(resources, intake, beneficiary_id, upload_id, mended)


@router.post("/corrections", openapi_extra=ROWS_BODY, dependencies=[needs("uploads:write")])
async def correct_rows(
    resources: ResourcesDep,
    intake: IntakeDep,
    beneficiary_id: BeneficiaryDep,
    upload_id: UUID,
    mended: MendedDep,
) -> Correction:
    """Bill mended records; boletos and mails follow by themselves. Sent twice, they are once."""
    return await service.correct_rows(resources, intake, beneficiary_id, upload_id, mended)


@router.post("/file", openapi_extra=UPLOAD_BODY, dependencies=[needs("uploads:write")])
async def correct_file(
    request: Request,
    resources: ResourcesDep,
    intake: IntakeDep,
    beneficiary_id: BeneficiaryDep,
    upload_id: UUID,
    mail: MailMode | None = None,
) -> Correction:
    """Bill what was mended in the rejects' file, which comes back as CSV or workbook."""
    async with received_file(request, intake.admission) as received:
        return await service.correct_file(
            resources, intake, beneficiary_id, upload_id, received, mail
        )
