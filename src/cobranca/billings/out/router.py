"""Billings out of here over HTTP: whatever the list shows, as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from cobranca.billings.listing.parameters import FilterDep
from cobranca.billings.out import pdfs, service
from cobranca.billings.out.pdfs import Layout
from cobranca.http.csv_download import Delimiter, csv_download
from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep, HoldDownload, StorageDep

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
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {}}, "description": "A PDF for each boleto"}
}
_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}, "description": "All slips in one file"}
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


@router.get("/pdfs.zip", response_class=StreamingResponse, responses=_ZIP)
async def export_pdfs(
    database: DatabaseDep, storage: StorageDep, beneficiary_id: BeneficiaryDep, wanted: FilterDep
) -> StreamingResponse:
    """Return the PDFs of what is filtered, as issued; the last file tells what has none."""
    sought = await service.sought_of(database, beneficiary_id, wanted)
    return _download(pdfs.stream_zip(database, storage, sought), "application/zip", "boletos.zip")


@router.get("/pdfs.pdf", response_class=StreamingResponse, responses=_PDF)
async def export_print_file(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    wanted: FilterDep,
    layout: Layout = "sheet",
) -> StreamingResponse:
    """Return one file to print, a slip a page or three; `X-Left-Out` counts what has no slip."""
    sought = await service.sought_of(database, beneficiary_id, wanted)
    pieces, left_out = await pdfs.print_file(database, sought, layout)
    name = "carne.pdf" if layout == "carne" else "boletos.pdf"
    answer = _download(pieces, "application/pdf", name)
    answer.headers["X-Left-Out"] = str(left_out)
    return answer


def _download(pieces: AsyncIterator[bytes], media_type: str, name: str) -> StreamingResponse:
    return StreamingResponse(
        pieces,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
