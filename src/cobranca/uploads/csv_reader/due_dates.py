"""debtDueDate: text to days since 2000-01-01, all at once where the form is plain.

Forms: yyyy-mm-dd, yyyy-mm-dd 00:00:00 (Excel), dd/mm/yyyy, dd-mm-yyyy. A due date must have a due
factor of at least 1000, the four digits of the barcode: 2000-07-03 is the first such day, and
2049-10-13 ends the second cycle.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import numpy as np

from cobranca.infra.columns import POSTGRES_EPOCH
from cobranca.uploads.csv_reader.cells import (
    BLANKS,
    Bytes,
    Cells,
    Codes,
    Flags,
    Int64s,
    words_at,
)
from cobranca.uploads.csv_reader.rejects import RejectCode

DUE_DATE_MIN: Final = dt.date(2000, 7, 3)
DUE_DATE_MAX: Final = dt.date(2049, 10, 13)

_FIRST_YEAR: Final = DUE_DATE_MIN.year
_YEARS: Final = DUE_DATE_MAX.year - DUE_DATE_MIN.year + 1
_NO_DAY: Final = -(2**31)
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00:00)?")
_BRAZILIAN: Final = re.compile(r"([0-9]{2})([/-])([0-9]{2})\2([0-9]{4})")
_MIDNIGHT: Final = np.uint64(int.from_bytes(b"00:00:00", "little"))


def days_since_epoch(date: dt.date) -> int:
    """Return PostgreSQL's number of a day."""
    return (date - POSTGRES_EPOCH).days


def read_due_date(text: str) -> tuple[int, RejectCode]:
    """Read one due date: the rule that `read_due_dates` agrees with."""
    bare = text.strip(BLANKS)
    if not bare:
        return 0, RejectCode.DUE_DATE_MISSING
    if match := _ISO.fullmatch(bare):
        year, month, day = match.groups()
    elif match := _BRAZILIAN.fullmatch(bare):
        day, _, month, year = match.groups()
    else:
        return 0, RejectCode.DUE_DATE_FORMAT
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError:
        return 0, RejectCode.DUE_DATE_INVALID
    if not DUE_DATE_MIN <= date <= DUE_DATE_MAX:
        return 0, RejectCode.DUE_DATE_OUT_OF_RANGE
    return days_since_epoch(date), RejectCode.ACCEPTED


def read_due_dates(cells: Cells) -> tuple[Int64s, Codes]:
    """Read trimmed cells as days since 2000-01-01: int64[n], and the RejectCode of each."""
    length = cells.length
    # One contiguous array a place: all further work is on single bytes.
    places = np.ascontiguousarray(cells.matrix(10).T)
    dated = length == 10
    bare = dated
    if not bare.all():
        clock = words_at(cells.buffer, cells.start + 11)
        between = cells.buffer[cells.start + 10]
        midnight = (clock == _MIDNIGHT) & ((between == 32) | (between == 0x54))
        dated = bare | ((length == 19) & midnight)
    days = np.full(len(cells), _NO_DAY, dtype=np.int64)
    is_iso = (places[4] == 0x2D) & (places[7] == 0x2D) & dated
    _read_form(places, is_iso, days, order=(0, 1, 2, 3, 5, 6, 8, 9))
    is_brazilian = (places[2] == places[5]) & ((places[2] == 0x2F) | (places[2] == 0x2D))
    is_brazilian &= bare & ~is_iso
    _read_form(places, is_brazilian, days, order=(6, 7, 8, 9, 3, 4, 0, 1))
    codes = np.zeros(len(cells), dtype=np.uint8)
    for row in np.flatnonzero(days == _NO_DAY).tolist():
        days[row], codes[row] = read_due_date(cells.text(row))
    return days, codes


def _read_form(places: Bytes, chosen: Flags, days: Int64s, *, order: tuple[int, ...]) -> None:
    """Write the days of the chosen rows that are in range.

    Args:
        places: uint8[10, n], the bytes of each cell.
        chosen: rows with this form's separators.
        days: int64[n], written to.
        order: where the form has the digits of year, month and day.
    """
    rows = np.flatnonzero(chosen)
    if not rows.size:
        return
    if rows.size < len(days):
        places = places[:, rows]
    # Below "0" a byte wraps round to a large value: never a digit.
    digits = [places[at] - np.uint8(48) for at in order]
    largest = digits[0]
    for digit in digits[1:]:
        largest = np.maximum(largest, digit)
    ten = np.uint8(10)
    century, year, month, day = (
        digits[at] * ten + digits[at + 1] for at in range(0, len(digits), 2)
    )
    since = century * np.int64(100) + year - _FIRST_YEAR
    good = (largest <= 9) & (since >= 0) & (since < _YEARS) & (month < 16) & (day < 32)
    key = (since << 9) | (month.astype(np.int64) << 5) | day
    found = _CALENDAR[np.where(good, key, 0)]
    days[rows] = np.where(good, found, _NO_DAY)


def _calendar() -> Int64s:
    """Return the day of each (year, month, day) packed as 9 + 4 + 5 bits; _NO_DAY if none."""
    table = np.full(_YEARS << 9, _NO_DAY, dtype=np.int64)
    date = DUE_DATE_MIN
    while date <= DUE_DATE_MAX:
        key = ((date.year - _FIRST_YEAR) << 9) | (date.month << 5) | date.day
        table[key] = days_since_epoch(date)
        date += dt.timedelta(days=1)
    return table


_CALENDAR: Final = _calendar()
