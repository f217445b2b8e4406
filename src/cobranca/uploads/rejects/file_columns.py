"""The columns of a corrected file, by names of their own, and a record's cells under them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.uploads.csv_reader import (
    OFFICIAL_COLUMNS,
    TAX_ID,
    USUAL_NAMES,
    find_optional,
    split_loosely,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.uploads.read_as import ReadAs


@dataclass(frozen=True, slots=True, kw_only=True)
class FileColumns:
    """What a file calls its columns, and which of them are read."""

    delimiter: str
    #: Of each official column; of the CNPJ behind them where it has one of its own.
    positions: tuple[int, ...]
    #: As they stand in the file.
    names: tuple[str, ...]
    #: The same, each unlike the others.
    keys: tuple[str, ...]
    #: Which column of docs/csv.md each is; None for those that are not read.
    meanings: tuple[str | None, ...]

    def cells_of(self, raw: str) -> list[str]:
        """Return a record's cells, one a column; what is too much stands in the last."""
        fields = split_loosely(raw, self.delimiter) if raw else []
        width = len(self.names)
        while len(fields) > width and not fields[-1].strip():
            fields.pop()
        if len(fields) > width:
            fields = [*fields[: width - 1], self.delimiter.join(fields[width - 1 :])]
        return fields + [""] * (width - len(fields))

    def line_of(self, cells: Sequence[str]) -> str:
        """Return cells as a record of the file, without its end."""
        line = io.StringIO()
        csv.writer(line, delimiter=self.delimiter, lineterminator="\n").writerow(cells)
        return line.getvalue().removesuffix("\n")

    def position_of(self, column: str, cells: Sequence[str]) -> int | None:
        """Return where the column at fault stands; None when it is the whole record."""
        found = [at for at, meaning in enumerate(self.meanings) if meaning == column]
        filled = [at for at in found if at < len(cells) and cells[at].strip()]
        return (filled or found or [None])[0]


def file_columns(delimiter: str, positions: Sequence[int], read_as: ReadAs) -> FileColumns:
    """Return the columns of a file that was read so."""
    width = len(read_as.header) or max(positions, default=-1) + 1
    names = list(read_as.header) or [""] * width
    meanings: list[str | None] = [None] * width
    for number, position in enumerate(positions):
        official = min(number, TAX_ID) if number >= len(OFFICIAL_COLUMNS) else number
        meanings[position] = OFFICIAL_COLUMNS[official]
        names[position] = names[position] or USUAL_NAMES[official]
    for field in find_optional(names, positions):
        meanings[field.position] = field.column
    keys: list[str] = []
    for position, name in enumerate(names):
        key = plain = name.strip() or f"Coluna {position + 1}"
        times = 1
        while key in keys:
            times += 1
            key = f"{plain} ({times})"
        keys.append(key)
    return FileColumns(
        delimiter=delimiter or ",",
        positions=tuple(positions),
        names=tuple(names),
        keys=tuple(keys),
        meanings=tuple(meanings),
    )
