"""Workbooks of texts, written by hand: one sheet, nothing in it that a spreadsheet would compute.

Every cell is a text and formatted as one, so that zeros in front stay and no date is turned over,
and nothing of it runs as a formula. Numbers stand only where the caller gives one.
"""

from __future__ import annotations

import re
import zipfile
from typing import IO, TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Rows of a sheet.
SHEET_ROWS_MAX: Final = 1_048_576
#: Of one cell, as Excel has it.
_CELL_CHARACTERS_MAX: Final = 32_767
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: What a reader would take for an escaped character.
_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PARTS: Final = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # Formats of cells: 0 plain, 1 text, 2 the header, 3 text that is pointed at.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
        '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="3">'
        '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill><fill><patternFill patternType="solid"><fgColor rgb="FFFBE3DF"/></patternFill>'
        '</fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/>'
        '<xf numFmtId="49" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/>'
        '<xf numFmtId="49" fillId="2" applyNumberFormat="1" applyFill="1"/></cellXfs>'
        "</styleSheet>"
    ),
}  # fmt: skip


class TextWorkbook:
    """An .xlsx that is written row by row; whole after `close`."""

    def __init__(self, target: IO[bytes], *, sheet: str, names: Sequence[str]) -> None:
        """Begin the only sheet with its header, which stays in sight.

        Args:
            target: takes the bytes.
            sheet: its name.
            names: of the columns.
        """
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        for path, text in _PARTS.items():
            self._archive.writestr(path, _HEAD + text)
        workbook = (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet'
            f' name={quoteattr(sheet)} sheetId="1" r:id="rId1"/></sheets></workbook>'
        )
        self._archive.writestr("xl/workbook.xml", _HEAD + workbook)
        self._sheet = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            f'</sheetView></sheetViews><cols><col min="1" max="{max(len(names), 1)}" width="22"'
            ' style="1" customWidth="1"/></cols><sheetData>'
        )
        self._write("<row>" + "".join(_text(name, 2) for name in names) + "</row>")

    def add(self, cells: Sequence[str | int], *, marked: int | None = None) -> None:
        """Write a row.

        Args:
            cells: texts, and numbers where they are meant as such.
            marked: which of them is pointed at.
        """
        self._write(
            "<row>"
            + "".join(
                f"<c><v>{cell}</v></c>"
                if isinstance(cell, int)
                else _text(cell, 3 if at == marked else 1)
                for at, cell in enumerate(cells)
            )
            + "</row>"
        )

    def close(self) -> None:
        """Write the end of the file."""
        self._write("</sheetData></worksheet>")
        self._sheet.close()
        self._archive.close()

    def _write(self, text: str) -> None:
        self._sheet.write(text.encode())


def _text(cell: str, style: int) -> str:
    plain = _ESCAPED.sub("_x005F_", _NOT_IN_XML.sub("", cell[:_CELL_CHARACTERS_MAX]))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(plain)}</t></is></c>'
