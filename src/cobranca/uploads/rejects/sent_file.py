"""The rejects' file as it comes back: whose lines its records mend, under which columns.

A spreadsheet may have parted, quoted and ordered it anew. Its last columns called line and reason
are ours; the others are those of the corrected file, by their names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cobranca.domain.errors import CsvInvalid
from cobranca.uploads.csv_reader import OFFICIAL_COLUMNS, folded, official_of, read_plain
from cobranca.uploads.rejects.merge import SentRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cobranca.uploads.rejects.file_columns import FileColumns

LINE_NAMES: Final = {"pt": "linha", "en": "line"}
REASON_NAMES: Final = {"pt": "motivo", "en": "reason"}
#: And what the report with the official columns calls them.
_LINES: Final = {*LINE_NAMES.values(), "linenumber"}
_REASONS: Final = {*REASON_NAMES.values(), "message"}
#: A number as a spreadsheet may have saved it.
_NUMBER: Final = re.compile(r"\s*'?([0-9]{1,10})(?:[.,]0+)?\s*")


def sent_rows(path: Path, columns: FileColumns) -> Iterator[SentRow]:
    """Return the records of a rejects' file that came back.

    Raises:
        CsvInvalid: it cannot be read, or is none (NOT_REJECTS).
    """
    sent = read_plain(path)
    line_at, places = places_of(sent.names, columns)
    return (_row(record, line_at, places) for record in sent.records)


def is_rejects_header(names: Sequence[str]) -> bool:
    """Whether a header has our columns of lines and reasons."""
    plain = [folded(name) for name in names]
    return any(name in _LINES for name in plain) and any(name in _REASONS for name in plain)


def places_of(names: Sequence[str], columns: FileColumns) -> tuple[int, dict[int, int]]:
    """Return where the lines stand, and the file's position of each other column that it has.

    Raises:
        CsvInvalid: NOT_REJECTS.
    """
    plain = [folded(name) for name in names]
    if not is_rejects_header(names):
        detail = (
            "O arquivo não tem as colunas linha e motivo; baixe de novo as rejeitadas deste envio,"
            " corrija-as e mande o mesmo arquivo."
        )
        raise CsvInvalid(detail, code="NOT_REJECTS")
    line_at = max(at for at, name in enumerate(plain) if name in _LINES)
    reason_at = max(at for at, name in enumerate(plain) if name in _REASONS)
    own: dict[str, list[int]] = {}
    for position, name in enumerate(columns.names):
        own.setdefault(folded(name), []).append(position)
    places: dict[int, int] = {}
    unplaced: list[int] = []
    for at, name in enumerate(plain):
        if at in (line_at, reason_at):
            continue
        if own.get(name):
            places[at] = own[name].pop(0)
        else:
            unplaced.append(at)
    for at in unplaced:
        official = official_of(names[at])
        position = None if official is None else columns.positions[OFFICIAL_COLUMNS.index(official)]
        if position is not None and position not in places.values():
            places[at] = position
    return line_at, places


def _row(record: Sequence[str] | None, line_at: int, places: dict[int, int]) -> SentRow:
    found = _NUMBER.fullmatch(record[line_at]) if record else None
    if record is None or found is None:
        return SentRow(line=0, cells={})
    cells = {position: record[at] for at, position in places.items()}
    return SentRow(line=int(found[1]), cells=cells, rewritten=True)
