"""CSVs of mended records, each of rows that are judged alike.

A cell that stands as it stood is judged as it was: by the decimal sign and the order of day and
month of its file. A cell that a person has written says by itself what it means. Owns: which rows
are judged alike, and from which line of the corrected file each comes. Does not own: judging, which
is the reader's.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from cobranca.domain.money import DecimalStyle
from cobranca.domain.spreadsheet import unarmed
from cobranca.uploads.csv_reader import OFFICIAL_COLUMNS, ReadOptions, keeps_order
from cobranca.uploads.reading import Judgement, Reading, read_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cobranca.uploads.csv_reader.cells import Int64s
    from cobranca.uploads.read_as import ReadAs
    from cobranca.uploads.rejects.file_columns import FileColumns

_AMOUNT: Final = OFFICIAL_COLUMNS.index("debtAmount")
_DUE_DATE: Final = OFFICIAL_COLUMNS.index("debtDueDate")
_TAX_IDS: Final = "governmentId"
_BREAK: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a row is judged beside the rules that hold for all."""

    decimals: DecimalStyle
    month_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MendedRow:
    """A refused record with what was written into it."""

    line: int
    cells: Sequence[str]
    manner: Manner


def is_same(cell: str, before: str) -> bool:
    """Whether a cell stands as it stood, or as a report has shown it."""
    return cell.strip() in {before.strip(), unarmed(before).strip()}


def manner_of(
    cells: Sequence[str], before: Sequence[str], code: str, columns: FileColumns, read_as: ReadAs
) -> Manner:
    """Return how a row is judged whose cells stood as `before` in the file."""
    amount = columns.positions[_AMOUNT]
    style = DecimalStyle(read_as.decimals)
    if not is_same(cells[amount], before[amount]):
        style = DecimalStyle.ANY
    return Manner(
        decimals=style, month_first=keeps_its_order(cells, before, code, columns, read_as)
    )


def keeps_its_order(
    cells: Sequence[str], before: Sequence[str], code: str, columns: FileColumns, read_as: ReadAs
) -> bool:
    """Whether a due date is still one of a file of months first, its month unknown."""
    if not read_as.month_first and code != "DUE_DATE_ORDER":
        return False
    due_date = columns.positions[_DUE_DATE]
    return keeps_order(cells[due_date], before[due_date])


def with_its_date(
    cells: list[str], before: Sequence[str], code: str, columns: FileColumns, read_as: ReadAs
) -> list[str]:
    """Undo what a spreadsheet does to a due date of which it cannot know the month."""
    if keeps_its_order(cells, before, code, columns, read_as):
        due_date = columns.positions[_DUE_DATE]
        cells[due_date] = before[due_date]
    return cells


@dataclass(slots=True, kw_only=True)
class Part:
    """A CSV of rows that are judged alike, in the names and the order of the corrected file."""

    columns: FileColumns
    manner: Manner
    text: io.StringIO = field(default_factory=io.StringIO)
    _next_line: int = 3
    _starts: list[int] = field(default_factory=list[int])
    _lines: list[int] = field(default_factory=list[int])

    def __post_init__(self) -> None:
        """Write the header."""
        self.text.write(f"\ufeffsep={self.columns.delimiter}\n")
        self._next_line += _breaks(self._write(self.columns.names)) - 1

    def add(self, row: MendedRow) -> None:
        """Write one row."""
        self._starts.append(self._next_line)
        self._lines.append(row.line)
        self._next_line += _breaks(self._write(row.cells))

    def lines_of(self, physical: Int64s) -> Int64s:
        """Return the lines of the corrected file from which records come."""
        places = np.searchsorted(np.array(self._starts), physical, side="right") - 1
        return np.array(self._lines, dtype=np.int64)[places]

    def options(self, judgement: Judgement, read_as: ReadAs) -> ReadOptions:
        """Return how the part is read."""
        positions = self.columns.positions
        told = dict(zip(OFFICIAL_COLUMNS, positions[: len(OFFICIAL_COLUMNS)], strict=True))
        if len(positions) > len(OFFICIAL_COLUMNS):
            del told[_TAX_IDS]  # CPF and CNPJ are told by their names.
        reading = Reading(
            columns=tuple(told.items()),
            lost_zeros=read_as.lost_zeros,
            thousands=read_as.thousands,
            past_due_dates=read_as.past_due_dates,
        )
        return read_options(
            judgement,
            reading,
            decimal_style=self.manner.decimals,
            month_first=self.manner.month_first,
        )

    def write_to(self, path: Path) -> None:
        """Write the part to a file."""
        with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(self.text.getvalue())

    def _write(self, cells: Sequence[str]) -> str:
        line = self.columns.line_of(cells) + "\n"
        self.text.write(line)
        return line


def _breaks(text: str) -> int:
    return len(_BREAK.findall(text))


def parts_of(rows: Sequence[MendedRow], columns: FileColumns) -> list[Part]:
    """Return the rows in parts that are judged alike."""
    parts: dict[Manner, Part] = {}
    for row in rows:
        if row.manner not in parts:
            parts[row.manner] = Part(columns=columns, manner=row.manner)
        parts[row.manner].add(row)
    return list(parts.values())


def canonical(rows: Sequence[MendedRow], columns: FileColumns) -> bytes:
    """Return the CSV that is kept of a correction: the file's columns, and the lines."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=columns.delimiter, lineterminator="\r\n")
    writer.writerow([*columns.names, "linha"])
    for row in rows:
        writer.writerow([*row.cells, str(row.line)])
    return ("\ufeff" + text.getvalue()).encode("utf-8", "replace")


def merged(base: Sequence[str], sent: Mapping[int, str]) -> list[str]:
    """Return a record's cells with those that were sent in their places."""
    return [sent.get(at, cell) for at, cell in enumerate(base)]
