"""A workbook in (.xlsx, .ods, .xls), one of its sheets out as a CSV of the reader's own."""

from __future__ import annotations

from cobranca.uploads.workbooks.converter import Conversion, WorkbookBounds, converted
from cobranca.uploads.workbooks.kinds import WORKBOOK_MEDIA_TYPES, WorkbookKind, workbook_kind

__all__ = [
    "WORKBOOK_MEDIA_TYPES",
    "Conversion",
    "WorkbookBounds",
    "WorkbookKind",
    "converted",
    "workbook_kind",
]
