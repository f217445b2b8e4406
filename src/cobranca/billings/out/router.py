"""Billings out of here over HTTP: whatever the list shows, as a file."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from cobranca.billings.listing.parameters import FilterDep
from cobranca.billings.listing.walk import source_of
from cobranca.billings.out import pdfs, service
from cobranca.billings.out.formats import FileFormat, file_download
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
_WORKBOOK: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {FileFormat.XLSX.media_type: {}},
        "description": "The billings, and their totals",
    }
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
    """Return what is filtered as a CSV for a Brazilian spreadsheet, in Portuguese for everybody."""
    sought = await service.sought_of(database, beneficiary_id, wanted)
    source = source_of(database, sought)
    return csv_download(service.stream_csv(database, source, delimiter), name="cobrancas")


@router.get("/export.xlsx", response_class=StreamingResponse, responses=_WORKBOOK)
async def export_workbook(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, wanted: FilterDep
) -> StreamingResponse:
    """Return what is filtered as a workbook, with a sheet of totals; in Portuguese as the CSV."""
    sought = await service.sought_of(database, beneficiary_id, wanted)
    await service.check_sheet_has_room(database, sought)
    source = source_of(database, sought)
    return file_download(service.stream_workbook(database, source), FileFormat.XLSX)


@router.get("/pdfs.zip", response_class=StreamingResponse, responses=_ZIP)
async def export_pdfs(
    database: DatabaseDep, storage: StorageDep, beneficiary_id: BeneficiaryDep, wanted: FilterDep
) -> StreamingResponse:
    """Return the PDFs of what is filtered, as issued; the last file tells what has none."""
    sought = await service.sought_of(database, beneficiary_id, wanted)
    source = source_of(database, sought)
    return file_download(pdfs.stream_zip(database, storage, source), FileFormat.ZIP)


@router.get("/pdfs.pdf", response_class=StreamingResponse, responses=_PDF)
async def export_print_file(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    wanted: FilterDep,
    layout: Layout = "sheet",
) -> StreamingResponse:
    """Return one file to print, a slip a page or three; `X-Left-Out` counts what has no slip."""
    sought = await service.sought_of(database, beneficiary_id, wanted)
    pieces, left_out = await pdfs.print_file(database, source_of(database, sought), layout)
    answer = file_download(pieces, FileFormat.CARNE if layout == "carne" else FileFormat.SHEET)
    answer.headers["X-Left-Out"] = str(left_out)
    return answer
