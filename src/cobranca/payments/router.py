"""Return files over HTTP: sent, listed, shown record by record, posted by hand."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from cobranca.http.parameters import After
from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep, HoldDownload, ResourcesDep
from cobranca.payments import service
from cobranca.payments.receive import received_return
from cobranca.payments.schemas import FateName, RecordsPage, ReturnFile, ReturnFilesPage

router = APIRouter(tags=["payments"])

#: What a return file can be sent as.
_BODY: dict[str, Any] = {
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
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post(
    "/payments/returns",
    openapi_extra=_BODY,
    responses={202: {"model": ReturnFile, "description": "A large file, read by a worker"}},
    dependencies=[needs("payments:write"), HoldDownload],
)
async def send_return(
    request: Request,
    response: Response,
    resources: ResourcesDep,
    beneficiary_id: BeneficiaryDep,
    name: Annotated[str, Query(max_length=255)] = "retorno.ret",
    link: Annotated[bool, Query(description="It is ours, whatever its header says")] = False,
) -> ReturnFile:
    """Take a bank's return file: checked whole, then posted whole or refused whole.

    A small one is answered with its verdict, a large one with 202 before it is read.
    """
    async with received_return(request, resources.settings, name) as received:
        taken = await service.take_file(
            resources, beneficiary_id, received, came_by="api", linked=link
        )
    if taken.verdict is None:
        response.status_code = 202
    return taken


@router.get("/payments/returns", dependencies=[needs("payments:read")])
async def list_returns(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    after: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReturnFilesPage:
    """List the return files, newest first."""
    return await service.list_files(database, beneficiary_id, after=after, limit=limit)


@router.get("/payments/returns/{return_id}", dependencies=[needs("payments:read")])
async def get_return(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, return_id: UUID
) -> ReturnFile:
    """Return one return file with what became of it."""
    return await service.get_file(database, beneficiary_id, return_id)


@router.get("/payments/returns/{return_id}/records", dependencies=[needs("payments:read")])
async def list_return_records(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    return_id: UUID,
    fate: FateName | None = None,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> RecordsPage:
    """List a return file's records by line, of one fate or of all."""
    return await service.list_records(
        database, beneficiary_id, return_id, fate=fate, after=after, limit=limit
    )


@router.post(
    "/payments/returns/{return_id}/post", status_code=202, dependencies=[needs("payments:write")]
)
async def post_return(
    resources: ResourcesDep, beneficiary_id: BeneficiaryDep, return_id: UUID
) -> ReturnFile:
    """Post a return file that was only shown, or that is in conflict with another."""
    return await service.post_shown(resources, beneficiary_id, return_id)
