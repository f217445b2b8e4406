"""Writes a sheet as a CSV in which line n is the sheet's row n.

UTF-8 with its mark, `;` between fields. A break inside a cell becomes a blank, for it would make
lines; a row of nothing is an empty line.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from cobranca.domain.money import DecimalStyle
from cobranca.domain.spreadsheet import BYTE_ORDER_MARK
from cobranca.uploads.workbooks.cell_text import Cell, money_text, plain_text, shown_sign
from cobranca.uploads.workbooks.refusals import Refusal, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from python_calamine import CalamineSheet

    from cobranca.uploads.workbooks.archive import Errors
    from cobranca.uploads.workbooks.sheet_choice import ChosenSheet

#: What a sheet has at the most.
ROWS_MAX: Final = 1_048_576
_COLUMNS_MAX: Final = 16_384
DELIMITER: Final = ";"
#: Lines gathered before one write.
_LINES: Final = 4096
_BREAK: Final = re.compile(r"[\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a sheet was like that has been written."""

    rows: int
    #: By which sign its numbers were written; None when its amounts are texts alone.
    decimal_style: DecimalStyle | None


def write_sheet(chosen: ChosenSheet, errors: Errors, target: IO[bytes]) -> Written:
    """Write a sheet, its numbers by the decimal sign that the texts among its amounts show.

    Args:
        chosen: the sheet.
        errors: its cells that are errors, which come as empty ones.
        target: takes the CSV.

    Raises:
        CsvInvalid: WORKBOOK_TOO_LARGE, when there are more rows or columns than a sheet has.
    """
    sheet = chosen.sheet
    if sheet.total_height > ROWS_MAX or sheet.total_width > _COLUMNS_MAX:
        raise refused(Refusal.TOO_LARGE)
    pages = _Pages(chosen.money_columns, DecimalStyle.POINT)
    pages.write(_with_errors(sheet, errors), target)
    voted = pages.voted()
    if pages.has_numbers and voted is DecimalStyle.COMMA:
        target.seek(0)
        target.truncate()
        pages = _Pages(chosen.money_columns, voted)
        pages.write(_with_errors(sheet, errors), target)
    target.flush()
    return Written(rows=pages.rows, decimal_style=pages.style if pages.numbers else None)


def _with_errors(sheet: CalamineSheet, errors: Errors) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet, from its first one, with the words of what went wrong in it."""
    first_column = sheet.start[1] if sheet.start else 0
    for number, row in enumerate(sheet.iter_rows()):
        if number in errors:
            for column, words in errors[number].items():
                at = column - first_column
                if 0 <= at < len(row) and row[at] == "":
                    row[at] = words
        yield row


class _Pages:
    """The lines of a sheet, as they are made, and what its amounts have shown."""

    def __init__(self, money_columns: frozenset[int], style: DecimalStyle) -> None:
        self.style = style
        self.rows = self.numbers = 0
        #: There are numbers, in whatever column.
        self.has_numbers = False
        self._money_columns = money_columns
        self._votes: Counter[DecimalStyle] = Counter()
        self._writers: list[Callable[[Cell, DecimalStyle], str]] = []

    def write(self, rows: Iterable[Sequence[Cell]], target: IO[bytes]) -> None:
        target.write(BYTE_ORDER_MARK)
        lines: list[str] = []
        for row in rows:
            lines.append(self._line(row))
            if len(lines) == _LINES:
                target.write("".join(lines).encode())
                lines.clear()
        target.write("".join(lines).encode())

    def voted(self) -> DecimalStyle:
        """Return the sign of most texts; the point when they are even, and when there are none."""
        commas, points = self._votes[DecimalStyle.COMMA], self._votes[DecimalStyle.POINT]
        return DecimalStyle.COMMA if commas > points else DecimalStyle.POINT

    def _line(self, row: Sequence[Cell]) -> str:
        self.rows += 1
        if len(self._writers) < len(row):
            self._writers = [
                money_text if at in self._money_columns else plain_text for at in range(len(row))
            ]
        for at in self._money_columns:
            if at < len(row) and row[at] != "":
                self._count(row[at])
        self.has_numbers = self.has_numbers or float in map(type, row)
        style = self.style
        texts = [
            cell if type(cell) is str else writer(cell, style)
            for cell, writer in zip(row, self._writers, strict=False)
        ]
        line = DELIMITER.join(texts)
        if line.count(DELIMITER) == len(texts) - 1 and not _needs_care(line):
            return f"{line}\n" if len(line) >= len(texts) else "\n"
        return DELIMITER.join(_quoted(text) for text in texts) + "\n"

    def _count(self, cell: Cell) -> None:
        if isinstance(cell, str):
            self._votes[shown_sign(cell)] += 1
        else:
            self.numbers += 1


def _needs_care(line: str) -> bool:
    return '"' in line or "\n" in line or "\r" in line


def _quoted(text: str) -> str:
    text = _BREAK.sub(" ", text)
    if DELIMITER not in text and '"' not in text:
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
