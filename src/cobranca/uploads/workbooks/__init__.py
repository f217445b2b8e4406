"""A workbook in (.xlsx, .ods, .xls), one of its sheets out as a CSV of the reader's own."""

from __future__ import annotations

from cobranca.uploads.workbooks.converter import CsvSource, WorkbookBounds, as_csv, bounds_of
from cobranca.uploads.workbooks.kinds import WORKBOOK_MEDIA_TYPES, WorkbookKind, workbook_kind

__all__ = [
    "WORKBOOK_MEDIA_TYPES",
    "CsvSource",
    "WorkbookBounds",
    "WorkbookKind",
    "as_csv",
    "bounds_of",
    "workbook_kind",
]
