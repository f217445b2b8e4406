"""Records of CNAB files: one table, from which lines are written and read, singly or in bulk.

A table is text, one field a line: places (from 1, as manuals count), picture, content, and a note
after `#`. Content in quotes is a constant, else the name of a value. A record's name stands alone
in a line, with a colon:

    trailer:
      1        9  '9'        # record type
      2-394    B
      395-400  9  line

| picture | what | value | absent (None) |
|---|---|---|---|
| 9 | digits, zeros in front | digits as text, or a whole number | zeros |
| V | whole number of its last decimal | whole number | zeros |
| N | letters and digits, zeros in front | text | zeros |
| X | text, folded to ASCII capitals, cut, blanks behind | text | blanks |
| R | text as given, never cut | text | blanks |
| D6 D8 Y8 | ddmmyy, ddmmyyyy, yyyymmdd | date | zeros |
| T6 | hhmmss | time | zeros |
| B, Z | blanks, zeros | none | |

`encode_one` and `decode_one` read the table for one line, `encode` and `decode` for many; they
share the table and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias, cast, get_args

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.columns import Column, decode_column, encode_column
from cobranca.domain.cnab.text import Bytes
from cobranca.domain.cnab.values import Value, decode_value, encode_value

Picture: TypeAlias = Literal["9", "V", "N", "X", "R", "D6", "D8", "Y8", "T6", "B", "Z"]

_FILLERS: Final = {"B": " ", "Z": "0"}
_LINE: Final = re.compile(
    r"(?P<first>\d+)(?:-(?P<last>\d+))?\s+(?P<picture>\w+)"
    r"(?:\s+(?:'(?P<constant>[^']*)'|(?P<name>[a-z][\w.]*)))?\s*(?:#.*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Places of a record.

    Attributes:
        start: first place, from 0.
        stop: place after the last one.
        picture: how a value is written.
        name: of the value; empty for constants and fillers.
        constant: exactly what stands there, when it is no value.
    """

    start: int
    stop: int
    picture: Picture
    name: str = ""
    constant: str | None = None

    @property
    def width(self) -> int:
        """How many places it has."""
        return self.stop - self.start

    @property
    def where(self) -> str:
        """The places as manuals write them: `63-70`."""
        first, last = self.start + 1, self.stop
        return str(first) if first == last else f"{first}-{last}"


@dataclass(frozen=True, kw_only=True)
class Record:
    """One kind of line of a layout, tiled by fields without a gap or an overlap.

    Raises:
        ValueError: the fields do not tile the width (a bug of the table).
    """

    name: str
    width: int
    fields: tuple[Field, ...]
    _template: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the tiling and write what never varies."""
        edges = [(0, 0), *((f.start, f.stop) for f in self.fields), (self.width, self.width)]
        for (_, stop), (start, _) in pairwise(edges):
            if stop != start:
                raise ValueError(f"record {self.name}: place {min(stop, start) + 1} is not tiled")
        constants = (f.constant if f.constant is not None else " " * f.width for f in self.fields)
        object.__setattr__(self, "_template", "".join(constants).encode("ascii"))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all values."""
        return frozenset(f.name for f in self.fields if f.name)

    @cached_property
    def values(self) -> tuple[Field, ...]:
        """The fields that hold a value."""
        return tuple(f for f in self.fields if f.name)

    def places(self, name: str) -> Field:
        """Find the first field of a name.

        Raises:
            KeyError: there is none.
        """
        for found in self.values:
            if found.name == name:
                return found
        raise KeyError(name)

    def encode_one(self, values: Mapping[str, Value]) -> str:
        """Write one line, without its line end.

        Raises:
            FieldInvalid: a value that its picture cannot write.
            KeyError: a name of the table is not among the values.
        """
        parts = [
            f.constant if f.constant is not None else encode_value(f, values[f.name])
            for f in self.fields
        ]
        return "".join(parts)

    def decode_one(self, line: str) -> dict[str, Value]:
        """Read one line of exactly the record's width; of a name that stands twice, the first.

        Raises:
            FieldInvalid: a field that is not what its picture says.
            ValueError: another width (a bug of the caller).
        """
        if len(line) != self.width:
            raise ValueError(f"a line of {self.name} has {self.width} places")
        read: dict[str, Value] = {}
        for f in self.values:
            if f.name not in read:
                read[f.name] = decode_value(f, line[f.start : f.stop])
        return read

    def encode(self, columns: Mapping[str, Column], count: int) -> Bytes:
        """Write many lines: the bulk form of `encode_one`.

        Args:
            columns: by name, either one value for all lines or an array (see `columns`).
            count: how many lines.

        Returns:
            uint8[count, width], without line ends.
        """
        out = np.empty((count, self.width), dtype=np.uint8)
        self.encode_into(out, columns)
        return out

    def encode_into(self, out: Bytes, columns: Mapping[str, Column]) -> None:
        """Write many lines into uint8[n, width], which may be a view into something wider.

        Raises:
            FieldInvalid: a value that its picture cannot write, with the row.
            KeyError: a name of the table is not among the columns.
        """
        template = bytearray(self._template)
        varying: list[Field] = []
        for f in self.values:
            column = columns[f.name]
            if isinstance(column, np.generic) or (
                isinstance(column, np.ndarray) and column.ndim == 0
            ):
                column = _item(column)
            if column is None or isinstance(column, str | int | date | time):
                template[f.start : f.stop] = encode_value(f, column).encode("ascii")
            else:
                varying.append(f)
        out[:] = np.frombuffer(bytes(template), dtype=np.uint8)
        for f in varying:
            encode_column(f, columns[f.name], out[:, f.start : f.stop])

    def decode(self, lines: Bytes) -> dict[str, Column]:
        """Read many lines, uint8[n, width or more]: the bulk form of `decode_one`.

        Returns:
            Arrays by name: bytes (blanks behind dropped) of pictures 9, N, X, R and T6; int64 of V;
            datetime64[D] of dates, NaT for none.

        Raises:
            FieldInvalid: a field that is not what its picture says, with the row.
        """
        read: dict[str, Column] = {}
        for f in self.values:
            if f.name not in read:
                read[f.name] = decode_column(f, lines[:, f.start : f.stop])
        return read


def _item(column: npt.NDArray[Any] | np.generic) -> Value:
    """Take the value out of an array without dimensions."""
    value: Any = column.item()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def parse_records(width: int, table: str) -> dict[str, Record]:
    """Read the tables of a layout.

    Raises:
        ValueError: a line that is no field, or a record that is not tiled (a bug of the table).
    """
    return {
        name: Record(name=name, width=width, fields=fields)
        for name, fields in parse_fields(table).items()
    }


def overlay(base: Mapping[str, Record], table: str) -> dict[str, Record]:
    """Lay the fields of a table over the records of a base; they replace what they cover.

    Raises:
        ValueError: a record that the base has not, or that is no longer tiled.
    """
    laid = dict(base)
    for name, fields in parse_fields(table).items():
        if name not in base:
            raise ValueError(f"the base has no record {name}")
        kept = [
            old
            for old in base[name].fields
            if not any(new.start < old.stop and old.start < new.stop for new in fields)
        ]
        tiles = tuple(sorted([*kept, *fields], key=lambda f: f.start))
        laid[name] = Record(name=name, width=base[name].width, fields=tiles)
    return laid


def parse_fields(table: str) -> dict[str, tuple[Field, ...]]:
    """Read the fields of each record of a table, which need not tile it.

    Return files are read by such tables: nobody knows all that banks write into them.

    Raises:
        ValueError: a line that is no field (a bug of the table).
    """
    records: dict[str, list[Field]] = {}
    fields: list[Field] | None = None
    for line in filter(None, map(str.strip, table.splitlines())):
        if line.endswith(":") and " " not in line:
            fields = records.setdefault(line[:-1], [])
        elif fields is None:
            raise ValueError(f"a field before any record: {line}")
        else:
            fields.append(_parse_field(line))
    return {name: tuple(sorted(fs, key=lambda f: f.start)) for name, fs in records.items()}


def _parse_field(line: str) -> Field:
    found = _LINE.fullmatch(line)
    if found is None or found["picture"] not in get_args(Picture):
        raise ValueError(f"no field: {line}")
    first = int(found["first"])
    bare = Field(
        start=first - 1,
        stop=int(found["last"] or first),
        picture=cast("Picture", found["picture"]),
        name=found["name"] or "",
    )
    if bare.name and bare.picture not in _FILLERS:
        return bare
    return Field(
        start=bare.start,
        stop=bare.stop,
        picture=bare.picture,
        constant=_constant(bare, found["constant"]),
    )


def _constant(place: Field, given: str | None) -> str:
    if place.name or (given is None) != (place.picture in _FILLERS):
        raise ValueError(f"places {place.where}: a constant or a name is wanted, or B or Z")
    if given is None:
        return _FILLERS[place.picture] * place.width
    filled = given.zfill(place.width) if place.picture == "9" else given.ljust(place.width)
    if len(filled) != place.width:
        raise ValueError(f"places {place.where}: {given!r} does not fit")
    return filled
