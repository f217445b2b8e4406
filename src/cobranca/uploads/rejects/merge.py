"""Puts what was sent of mended records into the records as they stand, a bounded number at a time.

Owns: what becomes of a line that was sent before it is judged. Does not own: judging.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from cobranca.domain.errors import InputError
from cobranca.uploads.csv_reader import RAW_BYTES_MAX, RejectCode
from cobranca.uploads.rejects.parts import MendedRow, is_same, manner_of, merged, with_its_date
from cobranca.uploads.rejects.rewritten_cells import as_they_stood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cobranca.uploads.read_as import ReadAs
    from cobranca.uploads.rejects.file_columns import FileColumns

#: Records of one correction, and bytes of their cells; more are sent in parts.
ROWS_MAX: Final = 200_000
BYTES_MAX: Final = 64 << 20
#: Of one cell.
CELL_CHARACTERS_MAX: Final = 4096
CELL_BREAKS_MAX: Final = 100
_LOOKED_UP: Final = 1000
_LINE_MAX: Final = 2**31 - 1
#: Kept of a record that was longer: its end may be missing, up to the bytes of one character.
_CUT_BYTES: Final = RAW_BYTES_MAX - 3
_NAME: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow:
    """Cells that were sent for the record of a line, by their positions; the others stand."""

    line: int
    cells: Mapping[int, str]
    #: A spreadsheet has had it, and may have written values in another form.
    rewritten: bool = False


@dataclass(slots=True, kw_only=True)
class Merged:
    """What becomes of the lines that were sent."""

    #: To be judged.
    rows: list[MendedRow] = field(default_factory=list[MendedRow])
    #: As they stood: nobody has mended anything. Their places are kept.
    untouched: list[int] = field(default_factory=list[int])
    #: Mended before, or sent twice.
    mended_before: int = 0
    #: No such line was rejected, or its cells cannot be told.
    unknown: list[int] = field(default_factory=list[int])
    sent: int = 0


def merge(
    sent: Iterable[SentRow],
    find: Callable[[list[int]], Iterable[Mapping[str, Any]]],
    columns: FileColumns,
    read_as: ReadAs,
) -> Merged:
    """Return what becomes of the rows.

    Args:
        sent: in any order.
        find: gives the rejects of lines, mended or not.
        columns: of the corrected file.
        read_as: how it was read.

    Raises:
        InputError: REJECTS_TOO_MANY.
    """
    found, seen = Merged(), set[int]()
    rows, size = iter(sent), 0
    while chunk := list(islice(rows, _LOOKED_UP)):
        found.sent += len(chunk)
        lines = [row.line for row in chunk if 0 < row.line <= _LINE_MAX]
        known = {reject["line_number"]: reject for reject in find(lines)}
        for row in chunk:
            reject = known.get(row.line)
            if reject is None:
                found.unknown.append(row.line)
            elif reject["mended_by"] is not None or row.line in seen:
                found.mended_before += 1
            else:
                size += _merge_one(row, reject, columns, read_as, found)
            seen.add(row.line)
        if found.sent > ROWS_MAX or size > BYTES_MAX:
            detail = f"Send at most {ROWS_MAX} mended records at once; the rest in another call"
            raise InputError(detail, code="REJECTS_TOO_MANY")
    return found


def _merge_one(
    row: SentRow,
    reject: Mapping[str, Any],
    columns: FileColumns,
    read_as: ReadAs,
    found: Merged,
) -> int:
    """Put one row where it belongs; return how large it is."""
    standing = reject["raw"] if reject["edited"] is None else reject["edited"]
    if is_cut(standing) and len(row.cells) < len(columns.names):
        found.unknown.append(row.line)
        return 0
    before = columns.cells_of(reject["raw"])
    shown = columns.cells_of(standing)
    cells = merged(shown, row.cells)
    if row.rewritten:
        cells = as_they_stood(cells, shown, before)
        cells = with_its_date(cells, before, reject["code"], columns, read_as)
    if not all(_is_cell(cell) for cell in cells):
        found.unknown.append(row.line)
        return 0
    if _stands(cells, before, reject["code"], columns):
        found.untouched.append(row.line)
        return 0
    manner = manner_of(cells, before, reject["code"], columns, read_as)
    found.rows.append(MendedRow(line=row.line, cells=cells, manner=manner))
    return sum(map(len, cells))


def is_cut(raw: str) -> bool:
    """Whether of a record only the beginning was kept, so that all cells have to be sent."""
    return len(raw.encode()) >= _CUT_BYTES


def _is_cell(cell: str) -> bool:
    return len(cell) <= CELL_CHARACTERS_MAX and cell.count("\n") <= CELL_BREAKS_MAX


def _stands(cells: Sequence[str], before: Sequence[str], code: str, columns: FileColumns) -> bool:
    """Whether nobody has mended a record: it keeps its reason, whatever else was found in its file.

    A conflict is mended elsewhere, where the other billing is cancelled.
    """
    if code == "CONFLICT":
        return False
    if code == RejectCode.NAME_ENCODING.name:
        # What was meant by the bytes of the file is not known any more: the name has to be written.
        name = columns.positions[_NAME]
        return is_same(cells[name], before[name])
    return all(map(is_same, cells, before))
