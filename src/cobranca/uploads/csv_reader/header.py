"""The first lines: which delimiter the file has, and where each official column stands in it.

A line `sep=;`, blank lines and lines of one title may stand above the header; anything else there
is told, for it might be a record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cobranca.domain.errors import CsvInvalid
from cobranca.uploads.csv_reader.column_names import count_known, find_positions, is_contract
from cobranca.uploads.csv_reader.optional_columns.names import OptionalField, find_optional
from cobranca.uploads.csv_reader.quoted_record import Reading, read_quoted
from cobranca.uploads.csv_reader.reject_codes import OFFICIAL_COLUMNS

DELIMITERS: Final = ",;\t|"

#: Lines looked at to find a header below titles.
_LINES_MAX: Final = 20
#: The optional column that tells the debts of one contract apart.
INSTALMENT: Final = "instalment"
_AS_NAMED: Final[Mapping[str, int]] = {}
_SEPARATOR: Final = re.compile(rb"(?i)[\"]?sep=([,;|\t])[,;|\t \"]*(?=[\r\n]|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the first lines of a file say about the rest."""

    delimiter: str
    #: Names as they stand in the file, in its order.
    names: tuple[str, ...]
    #: Position of each of OFFICIAL_COLUMNS, in their order; behind them that of the CNPJ, where
    #: CPF and CNPJ have a column each.
    positions: tuple[int, ...]
    #: The columns beside them that are read too.
    optional: tuple[OptionalField, ...]
    #: Names of the columns that are not read.
    ignored: tuple[str, ...]
    #: Physical line number of the first line after the header.
    body_line_number: int
    #: Bytes of the head that come before the body.
    body_offset: int

    @property
    def column_names(self) -> tuple[str, ...]:
        """What the file calls the official columns, in their order."""
        return tuple(self.names[position] for position in self.positions[: len(OFFICIAL_COLUMNS)])

    @property
    def optional_names(self) -> dict[str, str]:
        """What the file calls the optional columns it has."""
        found: dict[str, list[str]] = {}
        for field in self.optional:
            found.setdefault(field.column, []).append(field.name)
        return {column: " / ".join(names) for column, names in found.items()}

    @property
    def instalment_field(self) -> int | None:
        """Which of the wanted columns is part of a debt's code: the instalment of a contract."""
        if not is_contract(self.column_names[-1]):
            return None
        columns = [field.column for field in self.optional]
        return len(self.positions) + columns.index(INSTALMENT) if INSTALMENT in columns else None

    @property
    def wanted(self) -> tuple[int, ...]:
        """Positions of all columns that are read, the official ones first."""
        return (*self.positions, *(field.position for field in self.optional))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file's lines are parted, whatever its columns mean."""

    delimiter: str
    names: tuple[str, ...]
    #: Physical line number of the first line after the header.
    body_line_number: int
    #: Bytes of the head that come before the body.
    body_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line of the head, split by the delimiter that tells most official columns apart."""

    number: int
    delimiter: str
    names: list[str]
    end: int
    #: Line breaks inside it.
    breaks: int

    @property
    def known(self) -> int:
        return count_known(self.names)


def read_header(head: bytes, columns: Mapping[str, int] = _AS_NAMED) -> Header:
    """Read the header from the first bytes of the text.

    Args:
        head: the first bytes.
        columns: positions of official columns, where somebody has said so.

    Raises:
        CsvInvalid: EMPTY_FILE, NO_HEADER, MISSING_COLUMNS or DUPLICATE_COLUMN.
    """
    line = _header_line(head)
    positions = find_positions(line.names, columns)
    optional = find_optional(line.names, positions)
    read = {*positions, *(field.position for field in optional)}
    body_offset, body_line_number = _skip_line_break(head, line.end, line.number + line.breaks)
    return Header(
        delimiter=line.delimiter,
        names=tuple(line.names),
        positions=positions,
        optional=optional,
        ignored=tuple(n for at, n in enumerate(line.names) if n and at not in read),
        body_line_number=body_line_number,
        body_offset=body_offset,
    )


def read_layout(head: bytes) -> Layout:
    """Read the header, whatever its names mean.

    Raises:
        CsvInvalid: EMPTY_FILE or NO_HEADER.
    """
    line = _header_line(head)
    offset, number = _skip_line_break(head, line.end, line.number + line.breaks)
    return Layout(
        delimiter=line.delimiter,
        names=tuple(line.names),
        body_line_number=number,
        body_offset=offset,
    )


def read_names(head: bytes) -> tuple[str, ...]:
    """Return the names in the header, whatever they mean.

    Raises:
        CsvInvalid: EMPTY_FILE or NO_HEADER.
    """
    return tuple(_header_line(head).names)


def _header_line(head: bytes) -> _Line:
    offset, line_number = _skip_blank_lines(head, 0, 1)
    told = _SEPARATOR.match(head, offset)
    if told:
        offset, line_number = _skip_blank_lines(head, told.end(), line_number)
    if offset >= len(head):
        raise CsvInvalid("O arquivo está vazio.", code="EMPTY_FILE")
    delimiters = told[1].decode() if told else DELIMITERS
    if told and _read_line(head, offset, line_number, delimiters).known <= 1:
        delimiters = DELIMITERS  # Left by another program: it parts nothing here.
    return _find_header(head, offset, line_number, delimiters)


def _find_header(head: bytes, offset: int, line_number: int, delimiters: str) -> _Line:
    """Return the first line, or a whole header below titles.

    Raises:
        CsvInvalid: NO_HEADER, when more than titles stands above it.
    """
    first = line = _read_line(head, offset, line_number, delimiters)
    above: list[_Line] = []
    while line.known < len(OFFICIAL_COLUMNS) and len(above) < _LINES_MAX:
        above.append(line)
        offset, line_number = _skip_line_break(head, line.end, line.number + line.breaks)
        if offset >= len(head):
            break
        line = _read_line(head, offset, line_number, delimiters)
    if first.known == 0 and len(first.names) == 1 and count_known(_inner(first)) > 1:
        detail = (
            "Cada linha do arquivo está inteira entre aspas; tire as aspas do começo e do fim das"
            " linhas (ou salve a planilha de novo como CSV) e envie de novo."
        )
        raise CsvInvalid(detail, code="NO_HEADER")
    if first is line or line.known < len(OFFICIAL_COLUMNS) or first.known > 1:
        return first
    titles = [title for title in above if sum(bool(name) for name in title.names) <= 1]
    if len(titles) < len(above):
        detail = (
            f"O cabeçalho parece ser a linha {line.number}; apague as linhas acima dele e envie de"
            " novo."
        )
        raise CsvInvalid(detail, code="NO_HEADER")
    return line


def _read_line(head: bytes, offset: int, line_number: int, delimiters: str) -> _Line:
    splits = [(delimiter, *_split(head, offset, delimiter)) for delimiter in delimiters]
    # The first of the delimiters when none tells columns apart.
    delimiter, names, end = max(splits, key=lambda split: (count_known(split[1]), len(split[1])))
    breaks = _line_breaks(head[offset:end])
    return _Line(number=line_number, delimiter=delimiter, names=names, end=end, breaks=breaks)


def _inner(line: _Line) -> list[str]:
    """Return the names in a line that has quotes around the whole."""
    splits = [line.names[0].split(delimiter) for delimiter in DELIMITERS]
    return max(splits, key=count_known)


def _split(head: bytes, offset: int, delimiter: str) -> tuple[list[str], int]:
    """Split the line at `offset`; return its names and where it ends."""
    view = memoryview(head)
    record = read_quoted(view, offset, len(head), ord(delimiter), bounded=True)
    if record.reading is not Reading.COMPLETE:
        end = min(_find_line_end(head, offset), len(head))
        return head[offset:end].decode("utf-8", "replace").split(delimiter), end
    names = [
        head[start:end].decode("utf-8", "replace").replace('""', '"').strip()
        for start, end, _ in record.fields
    ]
    return names, record.end


def _find_line_end(head: bytes, offset: int) -> int:
    found = re.compile(rb"[\r\n]").search(head, offset)
    return found.start() if found else len(head)


def _skip_blank_lines(head: bytes, offset: int, line_number: int) -> tuple[int, int]:
    blank = re.compile(rb"[ ]*(?:\r\n|\r|\n|\Z)")
    while offset < len(head) and (match := blank.match(head, offset)):
        offset = match.end()
        line_number += 1
    return offset, line_number


def _skip_line_break(head: bytes, offset: int, line_number: int) -> tuple[int, int]:
    width = 2 if head[offset : offset + 2] == b"\r\n" else 1
    return min(offset + width, len(head)), line_number + 1


def _line_breaks(text: bytes) -> int:
    return len(re.findall(rb"\r\n|\r|\n", text))
