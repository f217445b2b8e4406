"""Billings out of here over HTTP: whatever the list shows, as a file."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from cobranca.billings.listing.parameters import FilterDep
from cobranca.billings.out import service
from cobranca.http.csv_download import Delimiter, csv_download
from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep, HoldDownload

router = APIRouter(
    prefix="/billings", tags=["billings"], dependencies=[needs("billings:read"), HoldDownload]
)

_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "The billings"}
}


@router.get("/export.csv", response_class=StreamingResponse, responses=_CSV)
async def export_csv(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    wanted: FilterDep,
    delimiter: Delimiter = ";",
) -> StreamingResponse:
    """Return what is filtered as a CSV for a Brazilian spreadsheet."""
    sought = await service.sought_of(database, beneficiary_id, wanted)
    return csv_download(service.stream_csv(database, sought, delimiter), name="cobrancas")
