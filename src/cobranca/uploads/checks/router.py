"""Checks over HTTP: a file is sent and told of, read in another way, and started."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep, ResourcesDep
from cobranca.infra.settings import MailMode
from cobranca.uploads.checks import service
from cobranca.uploads.checks.schemas import CheckChange, ChecksPage, UploadCheck
from cobranca.uploads.receive import received_file
from cobranca.uploads.router import UPLOAD_BODY, IntakeDep
from cobranca.uploads.schemas import UploadAnswer

router = APIRouter(prefix="/uploads/checks", tags=["checks"])


@router.post("", status_code=201, openapi_extra=UPLOAD_BODY, dependencies=[needs("uploads:write")])
async def create_check(
    request: Request,
    resources: ResourcesDep,
    intake: IntakeDep,
    beneficiary_id: BeneficiaryDep,
    mail: MailMode | None = None,
) -> UploadCheck:
    """Keep a file for 24 hours and say what would become of it; nothing is billed."""
    async with received_file(request, intake.admission) as received:
        return await service.create_check(resources, intake, beneficiary_id, received, mail)


@router.get("", dependencies=[needs("uploads:read")])
async def list_checks(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    after: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ChecksPage:
    """List the files that were checked and not started, newest first."""
    return await service.list_checks(database, beneficiary_id, after=after, limit=limit)


@router.get("/{check_id}", dependencies=[needs("uploads:read")])
async def get_check(
    resources: ResourcesDep, beneficiary_id: BeneficiaryDep, check_id: UUID
) -> UploadCheck:
    """Return a check as it was read last."""
    return await service.get_check(resources, beneficiary_id, check_id)


@router.patch("/{check_id}", dependencies=[needs("uploads:write")])
async def change_check(
    resources: ResourcesDep,
    intake: IntakeDep,
    beneficiary_id: BeneficiaryDep,
    check_id: UUID,
    change: CheckChange,
) -> UploadCheck:
    """Read the file again, in another way: other columns, or repairs that somebody asks for."""
    return await service.change_check(resources, intake, beneficiary_id, check_id, change)


@router.post("/{check_id}/start", dependencies=[needs("uploads:write")])
async def start_check(
    resources: ResourcesDep, intake: IntakeDep, beneficiary_id: BeneficiaryDep, check_id: UUID
) -> UploadAnswer:
    """Bill the file as it was read last; boletos and mails follow by themselves."""
    return await service.start_check(resources, intake, beneficiary_id, check_id)


@router.delete("/{check_id}", status_code=204, dependencies=[needs("uploads:write")])
async def remove_check(
    resources: ResourcesDep, beneficiary_id: BeneficiaryDep, check_id: UUID
) -> None:
    """Remove a check and, unless an upload has it, its file."""
    await service.remove_check(resources, beneficiary_id, check_id)
