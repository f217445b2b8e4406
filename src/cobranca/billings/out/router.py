"""Billings out of here over HTTP: whatever the list shows, as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
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
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {"content": {_WORKBOOK_TYPE: {}}, "description": "The billings, and their totals"}
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


@router.get("/export.xlsx", response_class=StreamingResponse, responses=_WORKBOOK)
async def export_workbook(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, wanted: FilterDep
) -> StreamingResponse:
    """Return what is filtered as a workbook, with a sheet of totals."""
    sought = await service.sought_of(database, beneficiary_id, wanted)
    await service.check_sheet_has_room(database, sought)
    return _download(service.stream_workbook(database, sought), _WORKBOOK_TYPE, "cobrancas.xlsx")


def _download(pieces: AsyncIterator[bytes], media_type: str, name: str) -> StreamingResponse:
    return StreamingResponse(
        pieces,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
