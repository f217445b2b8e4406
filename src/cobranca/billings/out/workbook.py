"""A workbook (.xlsx) written piece by piece: a sheet of billings, and a sheet of totals.

Texts stand in their cells, so that nothing is kept for later but counts and sums. A text is typed
as one: no spreadsheet runs it as a formula.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from cobranca.billings.out.columns import HEADERS, SEPARATOR, STATUS_NAMES
from cobranca.infra.clock import SAO_PAULO
from cobranca.infra.columns import POSTGRES_EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from cobranca.billings.out.columns import Columns

#: Billings that a sheet has rows for, under its headers.
ROWS_MAX: Final = 1_048_575
_LEVEL: Final = 1
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BILLINGS_SHEET: Final = "Cobranças"
#: Styles of cells, by their places in `cellXfs`.
_AMOUNT, _DAY, _INSTANT, _BOLD = 1, 2, 3, 4
_WIDTHS: Final = (22, 8, 38, 34, 19, 32, 14, 12, 20, 40, 17, 17, 22, 56)
_PARTS: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.worksheet+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/styles.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="rId3" Type="{_DOCUMENT}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
        f'<sheet name="{_BILLINGS_SHEET}" sheetId="1" r:id="rId1"/>'
        '<sheet name="Totais" sheetId="2" r:id="rId2"/></sheets>'
        '<calcPr fullCalcOnLoad="1"/></workbook>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
        '<numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
        '<numFmt numFmtId="165" formatCode="dd/mm/yyyy\\ hh:mm"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="5"><xf/><xf numFmtId="4" applyNumberFormat="1"/>'
        '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>'
        '<xf fontId="1" applyFont="1"/></cellXfs></styleSheet>'
    ),
}
#: No XML has these, in whatever form.
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1e\x7f\ud800-\udfff\ufffe\uffff]")
_MARKUP: Final = re.compile(f"[&<>]|{_NO_XML.pattern}")
#: Day 0 of a spreadsheet, as days from that of the columns.
_DAY_ZERO: Final = 36_526
_DAY_S: Final = 86_400


class WorkbookWriter:
    """Writes a workbook front to back; what is written is taken away after each step."""

    def __init__(self) -> None:
        """Begin the sheet of billings."""
        self._pieces = _Pieces()
        self._archive = zipfile.ZipFile(
            self._pieces, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL
        )
        for name, text in _PARTS.items():
            self._archive.writestr(name, _HEAD + text)
        self._sheet = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._totals: dict[str, tuple[int, int]] = {}
        self._rows = 0
        columns = "".join(
            f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
            for place, width in enumerate(_WIDTHS, start=1)
        )
        head = "".join(_text_cell(name, _BOLD) for name in HEADERS)
        self._sheet.write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>'
            f"<cols>{columns}</cols><sheetData><row>{head}</row>".encode()
        )

    def add(self, columns: Columns) -> bytes:
        """Write a row for each billing; return what is to be sent on."""
        self._sheet.write("".join(_rows(columns)).encode())
        for status, cents in zip(columns.statuses, columns.amount_cents, strict=True):
            billings, sum_cents = self._totals.get(status, (0, 0))
            self._totals[status] = (billings + 1, sum_cents + cents)
        self._rows += len(columns.lines)
        return self._pieces.take()

    def end(self) -> bytes:
        """Write the totals and the end; return what is to be sent on."""
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()
        self._archive.writestr("xl/worksheets/sheet2.xml", self._totals_sheet())
        self._archive.close()
        return self._pieces.take()

    def _totals_sheet(self) -> str:
        """Return counts and sums by status, and of all as formulas over the sheet of billings."""
        head = "".join(_text_cell(name, _BOLD) for name in ("Situação", "Cobranças", "Valor"))
        rows = [f"<row>{head}</row>"]
        for status, name in STATUS_NAMES.items():
            if status in self._totals:
                billings, cents = self._totals[status]
                rows.append(
                    f"<row>{_text_cell(name)}<c><v>{billings}</v></c>"
                    f'<c s="{_AMOUNT}"><v>{_number(cents)}</v></c></row>'
                )
        billings = sum(count for count, _ in self._totals.values())
        cents = sum(total for _, total in self._totals.values())
        amounts = f"'{_BILLINGS_SHEET}'!G2:G{self._rows + 1}" if self._rows else "0"
        rows.append(
            f"<row>{_text_cell('Total', _BOLD)}<c><v>{billings}</v></c>"
            f'<c s="{_AMOUNT}"><f>SUM({amounts})</f><v>{_number(cents)}</v></c></row>'
        )
        return (
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="3" width="22"'
            f' customWidth="1"/></cols><sheetData>{"".join(rows)}</sheetData></worksheet>'
        )


class _Pieces:
    """A file that can only be written to, and from which what was written is taken."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._written.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Do nothing: what is written is there."""

    def close(self) -> None:
        """Do nothing, either."""

    def take(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken


def _rows(columns: Columns) -> Iterator[str]:
    file_cell = _text_cell(_escaped(columns.file_name))
    days = {day: f'<c s="{_DAY}"><v>{day + _DAY_ZERO}</v></c>' for day in set(columns.due_days)}
    statuses = {status: _text_cell(name) for status, name in STATUS_NAMES.items()}
    cells = zip(
        columns.lines,
        _texts(columns.codes),
        _texts(columns.names),
        _texts(columns.tax_ids),
        _texts(columns.emails),
        columns.amount_cents,
        columns.due_days,
        columns.statuses,
        map(_text_cell, _texts(columns.details)),
        _instants(columns.sent_at),
        _instants(columns.removed_at),
        columns.our_numbers,
        columns.digitable_lines,
        strict=True,
    )
    open_text, close_text = '<c t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
    between = close_text + open_text
    for (
        line, code, name, tax_id, email, cents, day, status, detail, sent, removed, number, digits
    ) in cells:  # fmt: skip
        yield (
            f"<row>{file_cell}<c><v>{line}</v></c>"
            f"{open_text}{code}{between}{name}{between}{tax_id}{between}{email}{close_text}"
            f'<c s="1"><v>{cents // 100}.{cents % 100:02d}</v></c>{days[day]}{statuses[status]}'
            f"{detail}{sent}{removed}{open_text}{number}{between}{digits}{close_text}</row>"
        )


def _text_cell(text: str, style: int = 0) -> str:
    """Return a cell of a text in which nothing is markup."""
    if not text:
        return "<c/>"
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'


def _texts(texts: str) -> list[str]:
    """Part a column, as XML has it; most columns have nothing to be escaped."""
    if _MARKUP.search(texts):
        texts = _escaped(texts)
    return texts.split(SEPARATOR)


def _escaped(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))


def _number(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _instants(instants: Sequence[datetime | None]) -> list[str]:
    cells = {at: _instant_cell(at) if at else "<c/>" for at in set(instants)}
    return [cells[at] for at in instants]


def _instant_cell(at: datetime) -> str:
    local = at.astimezone(SAO_PAULO)
    day: date = local.date()
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    days = (day - POSTGRES_EPOCH).days + _DAY_ZERO
    return f'<c s="{_INSTANT}"><v>{days}.{seconds * 10**8 // _DAY_S:08d}</v></c>'
