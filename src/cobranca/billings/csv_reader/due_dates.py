"""debtDueDate: text to days since 2000-01-01, all at once where the form is plain.

Forms: yyyy-mm-dd, yyyy-mm-dd 00:00:00 (Excel), dd/mm/yyyy, dd-mm-yyyy. A due date must have a due
factor, the four digits of the barcode: 1997-10-07 is day 0 and 2049-10-13 ends the second cycle.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import numpy as np

from cobranca.billings.csv_reader.cells import (
    BLANKS,
    Cells,
    Codes,
    Flags,
    Int64s,
    Words,
    all_digits,
    words_at,
)
from cobranca.billings.csv_reader.rejects import RejectCode
from cobranca.infra.pg_copy import POSTGRES_EPOCH

DUE_DATE_MIN: Final = dt.date(1997, 10, 7)
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
    head = words_at(cells.buffer, cells.start)
    tail = words_at(cells.buffer, cells.start + 2)
    length = cells.length
    bare = length == 10
    if not bare.all():
        clock = words_at(cells.buffer, cells.start + 11)
        between = cells.buffer[cells.start + 10]
        midnight = (clock == _MIDNIGHT) & ((between == 32) | (between == 0x54))
        with_clock = (length == 19) & midnight
    else:
        with_clock = np.zeros(len(cells), dtype=np.bool_)
    days = np.full(len(cells), _NO_DAY, dtype=np.int64)
    is_iso = (_byte(head, 4) == 0x2D) & (_byte(head, 7) == 0x2D) & (bare | with_clock)
    _read_form(head, tail, is_iso, days, iso=True)
    separator = _byte(head, 2)
    is_brazilian = (separator == _byte(head, 5)) & ((separator == 0x2F) | (separator == 0x2D))
    is_brazilian &= bare & ~is_iso
    _read_form(head, tail, is_brazilian, days, iso=False)
    codes = np.zeros(len(cells), dtype=np.uint8)
    for row in np.flatnonzero(days == _NO_DAY).tolist():
        days[row], codes[row] = read_due_date(cells.text(row))
    return days, codes


def _read_form(head: Words, tail: Words, chosen: Flags, days: Int64s, *, iso: bool) -> None:
    """Write the days of the chosen rows that are one form and in range."""
    rows = np.flatnonzero(chosen)
    if not rows.size:
        return
    if rows.size < len(days):
        head, tail = head[rows], tail[rows]
    # Byte n of the ten is byte n of `head` below 8, byte n - 2 of `tail` from 2 on.
    order = (0, 1, 2, 3, 5, 6, 8, 9) if iso else (6, 7, 8, 9, 3, 4, 0, 1)
    digits = np.zeros(rows.size, dtype=np.uint64)
    for at, byte in enumerate(order):
        value = _byte(head, byte) if byte < 8 else _byte(tail, byte - 2)
        digits |= value << np.uint64(8 * at)
    good = all_digits(digits)
    values = digits & np.uint64(0x0F0F0F0F0F0F0F0F)
    two = values * np.uint64(10) + (values >> np.uint64(8))
    year = _byte(two, 0).astype(np.int64) * 100 + _byte(two, 2).astype(np.int64) - _FIRST_YEAR
    month, day = _byte(two, 4).astype(np.int64), _byte(two, 6).astype(np.int64)
    good &= (year >= 0) & (year < _YEARS) & (month < 16) & (day < 32)
    key = np.where(good, (year << 9) | (month << 5) | day, 0)
    days[rows] = np.where(good, _CALENDAR[key], _NO_DAY)


def _byte(words: Words, number: int) -> Words:
    return (words >> np.uint64(8 * number)) & np.uint64(0xFF)


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
