"""Amounts and dates of many lines at once: all fields of a table in one pass over the bytes.

The rule is `decode_value` of the record engine; this is its fast twin. It reads what is plain,
digits or blanks, eight characters to a machine word, and asks the rule about everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.record import Field
from cobranca.domain.cnab.values import FIRST_DAY, LAST_DAY, FieldInvalid, decode_value

Bytes: TypeAlias = npt.NDArray[np.uint8]
Ints: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint64]
Days: TypeAlias = npt.NDArray[np.datetime64]

#: Two words hold what a field may have at most.
PLACES_MAX: Final = 16
DATE_PICTURES: Final = ("D6", "D8", "Y8")

_ZERO: Final = 0x30
_BLANK: Final = 0x20
_ZEROS: Final = np.uint64(0x3030303030303030)
_SIXES: Final = np.uint64(0x0606060606060606)
_HIGH: Final = np.uint64(0xF0F0F0F0F0F0F0F0)
_PLAIN: Final = np.uint64(0x3333333333333333)
_PAIRS: Final = np.uint64(0x000000FF000000FF)
_EPOCH: Final = date(1970, 1, 1).toordinal()
_NAT: Final = np.iinfo(np.int64).min


def _calendar() -> tuple[Ints, Ints]:
    """Give the first day of each year, and the day of the year of ddmm; -1 where there is none.

    The second table has two rows: years of 365 days, and of 366.
    """
    years = np.full(10_000, _NAT, dtype=np.int64)
    for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
        years[year] = date(year, 1, 1).toordinal() - _EPOCH
    days = np.full((2, 10_000), -1, dtype=np.int64)
    for leap, year in enumerate((2001, 2004)):
        first = date(year, 1, 1).toordinal()
        for ordinal in range(first, date(year, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            days[leap, day.day * 100 + day.month] = ordinal - first
    return years, days


_YEARS, _DAYS = _calendar()


class FieldWrong(Exception):
    """A field is not what its picture says; inside this package only."""

    def __init__(self, field: Field, text: str, row: int) -> None:
        """Keep the field, what stands there, and the row."""
        self.field = field
        self.text = text
        self.row = row
        super().__init__(f"{field.name} (places {field.where}): {text!r}")


class NumberReader:
    """Reads the fields of pictures V, D6, D8 and Y8 that a table has."""

    def __init__(self, fields: Sequence[Field]) -> None:
        """Plan which byte goes to which place of a word."""
        self.fields = tuple(f for f in fields if f.picture == "V" or f.picture in DATE_PICTURES)
        places = np.zeros((len(self.fields), PLACES_MAX), dtype=np.intp)
        self._padding = np.ones(places.shape, dtype=np.bool_)
        for row, f in enumerate(self.fields):
            places[row, PLACES_MAX - f.width :] = np.arange(f.start, f.stop)
            self._padding[row, PLACES_MAX - f.width :] = False
        self._places = places.ravel()
        self._padding = self._padding.ravel()
        blank = np.where(self._padding, _ZERO, _BLANK).astype(np.uint8)
        self._blank = blank.view(np.uint64)

    def read(self, rows: Bytes) -> dict[str, npt.NDArray[Any]]:
        """Read all fields of the lines.

        Returns:
            By name: int64[n] of amounts, 0 where blank; datetime64[D][n] of dates, NaT for none.

        Raises:
            FieldWrong: the first one in the file's order.
        """
        values, odd = self._values(rows)
        columns: dict[str, npt.NDArray[Any]] = {}
        for index, f in enumerate(self.fields):
            column = values[index]
            if f.picture in DATE_PICTURES:
                column, wrong = _days_of(column, f.picture)
                odd[index] |= wrong
            columns[f.name] = column
        if odd.any():
            self._ask_about(rows, odd, columns)
        return {
            f.name: columns[f.name].view("datetime64[D]")
            if f.picture in DATE_PICTURES
            else columns[f.name]
            for f in self.fields
        }

    def _values(self, rows: Bytes) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """Give the digits as numbers, and where they are neither digits nor blanks: [field, n]."""
        cells = np.take(rows, self._places, axis=1)
        cells[:, self._padding] = _ZERO
        # One row a word, so that what follows runs through memory in order.
        words = np.ascontiguousarray(cells.view(np.uint64).T)
        numbers = _numbers_of(words)
        values = numbers[0::2] * 100_000_000 + numbers[1::2]
        high = (words & _HIGH) | (((words + _SIXES) & _HIGH) >> np.uint64(4))
        plain = high == _PLAIN
        if plain.all():
            return values, np.zeros(values.shape, dtype=np.bool_)
        blank = words == self._blank[:, np.newaxis]
        is_blank = blank[0::2] & blank[1::2]
        values[is_blank] = 0
        return values, ~((plain[0::2] & plain[1::2]) | is_blank)

    def _ask_about(
        self, rows: Bytes, odd: npt.NDArray[np.bool_], columns: dict[str, npt.NDArray[Any]]
    ) -> None:
        for row, index in np.argwhere(odd.T).tolist():
            f = self.fields[index]
            text = rows[row, f.start : f.stop].tobytes().decode("latin-1")
            try:
                value = decode_value(f, text)
            except FieldInvalid as error:
                raise FieldWrong(f, text, row) from error
            if isinstance(value, date):
                value = value.toordinal() - _EPOCH
            missing = _NAT if f.picture in DATE_PICTURES else 0
            columns[f.name][row] = missing if value is None else value


def _numbers_of(words: Words) -> Ints:
    """Read eight ASCII digits a word."""
    values = words - _ZEROS
    values = values * np.uint64(10) + (values >> np.uint64(8))
    low = (values & _PAIRS) * np.uint64(0x000F424000000064)
    high = ((values >> np.uint64(16)) & _PAIRS) * np.uint64(0x0000271000000001)
    return ((low + high) >> np.uint64(32)).astype(np.int64)


def _days_of(values: Ints, picture: str) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Turn the digits of dates into days since 1970, and tell which are no days."""
    if picture == "Y8":
        years, rest = np.divmod(values, 10_000)
        rest = rest % 100 * 100 + rest // 100
    else:
        rest, years = np.divmod(values, 10_000 if picture == "D8" else 100)
    years = years + 2000 if picture == "D6" else years
    inside = (years < 10_000) & (rest < 10_000)
    years, rest = np.where(inside, years, 0), np.where(inside, rest, 0)
    leap = ((years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))).astype(np.int64)
    first, of_year = _YEARS[years], _DAYS[leap, rest]
    none = values == 0
    wrong = ~none & ((first == _NAT) | (of_year < 0))
    return np.where(none | wrong, _NAT, first + of_year), wrong
