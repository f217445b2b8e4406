"""Registering at the bank over HTTP: what is ready, orders, files and their bytes."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from cobranca.http.principal import PrincipalDep, needs
from cobranca.http.state import (
    BeneficiaryDep,
    BusDep,
    DatabaseDep,
    HoldDownload,
    ResourcesDep,
    StorageDep,
)
from cobranca.remittances import orders
from cobranca.remittances.schemas import (
    Order,
    OrderRequest,
    Preview,
    Remittance,
    RemittancesPage,
    Restarted,
)

router = APIRouter(prefix="/remittances", tags=["remittances"])

_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/octet-stream": {}},
        "description": "The file's bytes, as they were frozen",
    }
}
_Key = Annotated[str | None, Header(max_length=200, pattern=r"^[\x21-\x7e]+$")]


@router.get("/preview", dependencies=[needs("remittances:read"), HoldDownload])
async def preview(
    resources: ResourcesDep, beneficiary_id: BeneficiaryDep, upload: UUID | None = None
) -> Preview:
    """Say what would be registered now, of one upload or of all, and what is held back and why."""
    return await orders.preview(resources, beneficiary_id, upload)


@router.post("", status_code=202, dependencies=[needs("remittances:write")])
async def place_order(
    resources: ResourcesDep,
    beneficiary_id: BeneficiaryDep,
    principal: PrincipalDep,
    request: OrderRequest,
    idempotency_key: _Key = None,
) -> Order:
    """Register what is ready; the files follow by themselves.

    An order that is still open about the same, or that has the same key, is the same order.
    """
    return await orders.place_order(
        resources,
        beneficiary_id,
        upload=request.upload,
        asked_by=principal.id,
        idempotency_key=idempotency_key,
    )


@router.get("", dependencies=[needs("remittances:read")])
async def list_remittances(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    order: UUID | None = None,
    after: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> RemittancesPage:
    """Return files, newest first: of one order or of all."""
    return await orders.list_remittances(
        database, beneficiary_id, order=order, after=after, limit=limit
    )


@router.get("/orders/{order_id}", dependencies=[needs("remittances:read")])
async def get_order(database: DatabaseDep, beneficiary_id: BeneficiaryDep, order_id: UUID) -> Order:
    """Return an order with its files."""
    return await orders.get_order(database, beneficiary_id, order_id)


@router.post("/orders/{order_id}/retry", dependencies=[needs("remittances:write")])
async def retry_order(
    database: DatabaseDep, bus: BusDep, beneficiary_id: BeneficiaryDep, order_id: UUID
) -> Restarted:
    """Set what was stopped of an order going again, deliveries too."""
    return await orders.retry_order(database, bus, beneficiary_id, order_id)


@router.get("/{remittance_id}", dependencies=[needs("remittances:read")])
async def get_remittance(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, remittance_id: UUID
) -> Remittance:
    """Return a file as it was frozen."""
    return await orders.get_remittance(database, beneficiary_id, remittance_id)


@router.get(
    "/{remittance_id}/file",
    response_class=StreamingResponse,
    responses=_FILE,
    dependencies=[needs("remittances:read"), HoldDownload],
)
async def get_file(
    database: DatabaseDep,
    storage: StorageDep,
    beneficiary_id: BeneficiaryDep,
    remittance_id: UUID,
) -> StreamingResponse:
    """Return a file's bytes, the same at each call."""
    remittance, pieces = await orders.open_remittance(
        database, storage, beneficiary_id, remittance_id
    )
    return StreamingResponse(
        pieces,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{remittance.name}"',
            "Content-Length": str(remittance.size_bytes),
            "Cache-Control": "private, no-store",
            "ETag": f'"{remittance.sha256}"',
        },
    )
