"""What files of billings are called, what they hold, and how they are answered with."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from fastapi.responses import StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class FileFormat(StrEnum):
    """What a file of billings is."""

    CSV = "CSV"
    XLSX = "XLSX"
    ZIP = "ZIP"  # A PDF for each slip.
    SHEET = "SHEET"  # One PDF, a slip a page.
    CARNE = "CARNE"  # One PDF, three slips a page.

    @property
    def file_name(self) -> str:
        """What a browser saves it as."""
        return _NAMES[self]

    @property
    def suffix(self) -> str:
        """The end of its name, with the point."""
        return self.file_name[self.file_name.rindex(".") :]

    @property
    def media_type(self) -> str:
        """What it is told to be over HTTP."""
        return _MEDIA_TYPES[self.suffix]


_NAMES: Final = {
    FileFormat.CSV: "cobrancas.csv",
    FileFormat.XLSX: "cobrancas.xlsx",
    FileFormat.ZIP: "boletos.zip",
    FileFormat.SHEET: "boletos.pdf",
    FileFormat.CARNE: "carne.pdf",
}
_MEDIA_TYPES: Final = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".pdf": "application/pdf",
}


def file_download(pieces: AsyncIterator[bytes], file_format: FileFormat) -> StreamingResponse:
    """Answer with a file, piece by piece, that no cache keeps."""
    return StreamingResponse(
        pieces,
        media_type=file_format.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{file_format.file_name}"',
            "Cache-Control": "private, no-store",
        },
    )
