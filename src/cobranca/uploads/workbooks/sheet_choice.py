"""Which sheet of a workbook holds the debts: the one that is asked for, or that looks like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from cobranca.domain.errors import CsvInvalid
from cobranca.uploads.csv_reader import OFFICIAL_COLUMNS
from cobranca.uploads.csv_reader.column_names import count_known, official_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from python_calamine import CalamineSheet

    from cobranca.uploads.workbooks.cell_text import Cell

#: Rows looked at to find a header below titles, as many as the CSV reader looks at.
_HEAD_ROWS: Final = 21
#: So many known names make a header that can be told what it lacks.
_KNOWN_MIN: Final = 2
_NAMES_SHOWN_MAX: Final = 20
_AMOUNT: Final = "debtAmount"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenSheet:
    """A sheet, held in memory, and what its header says."""

    sheet: CalamineSheet
    #: Columns that hold amounts.
    money_columns: frozenset[int]


def choose_sheet(workbook: CalamineWorkbook, name: str | None) -> ChosenSheet:
    """Return the sheet of this name, else the first with a header, else the first to be seen.

    Raises:
        CsvInvalid: SHEET_UNKNOWN, or EMPTY_FILE when there is none that could be read.
    """
    if name is not None:
        return _chosen(workbook.get_sheet_by_name(_named(workbook.sheet_names, name)))
    shown = visible_sheets(workbook)
    best, most = None, _KNOWN_MIN - 1
    for candidate in shown:
        sheet = workbook.get_sheet_by_name(candidate)
        known = count_known(_header_of(sheet))
        if known >= len(OFFICIAL_COLUMNS):
            return _chosen(sheet)
        if known > most:
            best, most = candidate, known
        del sheet  # Or its memory would be held while the next one is read.
    names = [best] if best is not None else shown
    if not names:
        raise CsvInvalid("A pasta de trabalho não tem nenhuma aba visível.", code="EMPTY_FILE")
    return _chosen(workbook.get_sheet_by_name(names[0]))


def visible_sheets(workbook: CalamineWorkbook) -> list[str]:
    """Return the names of the sheets that a person sees, in their order."""
    tables = [s for s in workbook.sheets_metadata if s.typ is SheetTypeEnum.WorkSheet]
    return [s.name for s in tables if s.visible is SheetVisibleEnum.Visible]


def _named(names: Sequence[str], wanted: str) -> str:
    """Find a sheet by its name; case and blanks around it do not matter when one alone is left."""
    if wanted in names:
        return wanted
    alike = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    there = ", ".join(f"“{name}”" for name in names[:_NAMES_SHOWN_MAX])
    more = " e outras" if len(names) > _NAMES_SHOWN_MAX else ""
    detail = f"Não há a aba “{wanted}” no arquivo. Há: {there}{more}. Escolha uma delas."
    raise CsvInvalid(detail, code="SHEET_UNKNOWN")


def _chosen(sheet: CalamineSheet) -> ChosenSheet:
    money = {at for at, name in enumerate(_header_of(sheet)) if official_of(name) == _AMOUNT}
    return ChosenSheet(sheet=sheet, money_columns=frozenset(money))


def _header_of(sheet: CalamineSheet) -> list[str]:
    """Return the names of the first rows' best header; none of an empty sheet."""
    rows: list[list[Cell]] = []
    for row in sheet.iter_rows():
        rows.append(row)
        if len(rows) == _HEAD_ROWS:
            break
    headers = [[cell if isinstance(cell, str) else "" for cell in row] for row in rows]
    return max(headers, key=count_known) if headers else []
