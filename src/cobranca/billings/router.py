"""Uploads and billings over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from cobranca.billings import service
from cobranca.billings.schemas import BillingDetail, BillingsPage, Restarted, UploadAnswer
from cobranca.domain.billing import BillingStatus
from cobranca.http.csv_download import Delimiter, csv_download
from cobranca.http.state import BusDep, DatabaseDep, HoldDownload, ResourcesDep
from cobranca.infra.settings import MailMode
from cobranca.uploads.receive import received_file

router = APIRouter(prefix="/billings")

_UPLOAD_BODY = {
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
        },
    },
    "parameters": [
        {
            "name": "name",
            "in": "query",
            "schema": {"type": "string"},
            "description": "The file's name, when the body is text/csv",
        }
    ],
}


_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "The refused records"}
}


@router.post("/csv/upload", tags=["uploads"], openapi_extra=_UPLOAD_BODY)
async def upload_csv(
    request: Request, resources: ResourcesDep, mail: MailMode | None = None
) -> UploadAnswer:
    """Take a CSV of debts in and count every record; boletos and mails follow by themselves."""
    state = request.app.state
    async with received_file(request, state.admission) as received:
        return await service.ingest_upload(resources, state.ingest_pool, received, mail)


@router.delete("/csv/uploads/{upload_id}", status_code=204, tags=["uploads"])
async def remove_upload(database: DatabaseDep, upload_id: UUID) -> None:
    """Take a whole file out. It stays listed; its billings are not worked any further."""
    await service.remove_upload(database, upload_id)


@router.post("/csv/uploads/{upload_id}/retry", tags=["uploads"])
async def retry_upload(database: DatabaseDep, bus: BusDep, upload_id: UUID) -> Restarted:
    """Set the batches of a file going again that were stopped after too many failures."""
    return Restarted(batches=await service.retry_upload(database, bus, upload_id))


@router.post("/csv/uploads/{upload_id}/pause", status_code=204, tags=["uploads"])
async def pause_upload(database: DatabaseDep, upload_id: UUID) -> None:
    """Begin no further batch of a file until it is resumed; what is being worked ends."""
    await service.pause_upload(database, upload_id)


@router.post("/csv/uploads/{upload_id}/resume", tags=["uploads"])
async def resume_upload(database: DatabaseDep, bus: BusDep, upload_id: UUID) -> Restarted:
    """End a file's pause."""
    return Restarted(batches=await service.resume_upload(database, bus, upload_id))


@router.get(
    "/csv/uploads/{upload_id}/rejects",
    tags=["uploads"],
    response_class=StreamingResponse,
    responses=_CSV,
    dependencies=[HoldDownload],
)
async def get_rejects(
    database: DatabaseDep,
    upload_id: UUID,
    *,
    duplicates: bool = False,
    delimiter: Delimiter = ",",
) -> StreamingResponse:
    """Return the refused records as a CSV that can be mended and sent again."""
    await service.check_upload(database, upload_id)
    lines = service.stream_rejects(
        database, upload_id, with_duplicates=duplicates, delimiter=delimiter
    )
    return csv_download(lines, name=f"rejects-{upload_id}")


@router.get("", tags=["billings"])
async def list_billings(
    database: DatabaseDep,
    upload_id: UUID | None = None,
    status: BillingStatus | None = None,
    search: Annotated[str | None, Query(max_length=320)] = None,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> BillingsPage:
    """List an upload's billings; search finds a debtId, a tax id or an e-mail, each as a whole."""
    return await service.list_billings(
        database, upload_id=upload_id, status=status, search=search, after=after, limit=limit
    )


@router.get("/{debt_id}", tags=["billings"])
async def get_billing(database: DatabaseDep, debt_id: UUID) -> BillingDetail:
    """Return one billing with what happened to it."""
    return await service.get_billing(database, debt_id)


@router.delete("/{debt_id}", status_code=204, tags=["billings"])
async def remove_billing(database: DatabaseDep, debt_id: UUID) -> None:
    """Take one billing out. It keeps its row and its date; it is not worked any further."""
    await service.remove_billing(database, debt_id)
