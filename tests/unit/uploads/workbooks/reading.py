"""Makes a CSV of a workbook in this process, and takes one apart and together again."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from cobranca.uploads.workbooks.archive import WorkbookArchive
from cobranca.uploads.workbooks.sheet_choice import choose_sheet
from cobranca.uploads.workbooks.sheet_csv import Written, write_sheet
from tests.support.workbooks import xlsx_of
from tests.unit.uploads.csv_reader.reading import Outcome, read

HEADER = ["Nome", "CPF", "E-mail", "Valor", "Vencimento", "ID"]
UUID = "1adb6ccf-ff16-467f-bea7-5f05d494280f"


def sheet_csv(content: bytes, sheet: str | None = None) -> tuple[str, Written]:
    """Return a workbook's sheet as its CSV, without the mark at its beginning."""
    target = io.BytesIO()
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.seek(0)
        archive = WorkbookArchive(Path(file.name))
        with CalamineWorkbook.from_filelike(file) as workbook:
            chosen = choose_sheet(workbook, sheet)
            written = write_sheet(chosen, archive.errors_of(chosen.sheet.name), target)
    return target.getvalue().decode("utf-8-sig"), written


def read_rows(*rows: list[Any], header: list[str] = HEADER, **options: Any) -> Outcome:
    """Read a sheet of these rows below a header, as an upload of it is read."""
    return read_xlsx(xlsx_of({"Plan1": [header, *rows]}), **options)


def read_xlsx(content: bytes, **options: Any) -> Outcome:
    """Read a workbook as an upload of it is read."""
    text, written = sheet_csv(content)
    return read("\ufeff" + text, decimal_style=written.decimal_style, **options)
