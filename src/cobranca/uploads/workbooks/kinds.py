"""Which files are workbooks, told by their first bytes; the name of a file says nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

#: What clients call workbooks when they send one as the body itself.
WORKBOOK_MEDIA_TYPES: Final = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel.sheet.macroenabled.12",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.ms-excel",
    }
)
_ARCHIVE: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: How an OpenDocument archive begins: its first entry, uncompressed, is its media type.
_OPEN_DOCUMENT: Final = b"mimetypeapplication/vnd.oasis.opendocument"
_OPEN_DOCUMENT_AT: Final = 30
_HEAD_BYTES: Final = 128


class WorkbookKind(StrEnum):
    """A form of workbook, by its usual ending."""

    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"


def workbook_kind(path: Path) -> WorkbookKind | None:
    """Return what a file is to be read as; None for anything that is not packed as a workbook.

    Any zip archive and any compound file is taken for one: what is in it, its reader finds out.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(_COMPOUND):
        return WorkbookKind.XLS
    if not head.startswith(_ARCHIVE):
        return None
    is_open_document = head.startswith(_OPEN_DOCUMENT, _OPEN_DOCUMENT_AT)
    return WorkbookKind.ODS if is_open_document else WorkbookKind.XLSX
