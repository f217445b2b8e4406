"""debtDueDate: text to days since 2000-01-01, all at once where the form is plain.

The forms are those of `date_forms`. Day and month may have changed places: a
column that proves it (`DayMonthOrder`) is refused, for there the third of October is the tenth of
March. A due date must have a due factor of at least 1000, the four digits of the barcode:
2000-07-03 is the first such day, and 2049-10-13 ends the second cycle.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import numpy as np

from cobranca.domain.due_date import DUE_DATE_MIN
from cobranca.infra.columns import POSTGRES_EPOCH
from cobranca.uploads.csv_reader.cells import Bytes, Cells, Codes, Flags, Int64s, typed, words_at
from cobranca.uploads.csv_reader.date_forms import read_form
from cobranca.uploads.csv_reader.day_month_order import DayMonthOrder, OrderVotes
from cobranca.uploads.csv_reader.reject_codes import RejectCode

DUE_DATE_MAX: Final = dt.date(2049, 10, 13)

_FIRST_YEAR: Final = DUE_DATE_MIN.year
_YEARS: Final = DUE_DATE_MAX.year - DUE_DATE_MIN.year + 1
_NO_DAY: Final = -(2**31)
#: The number that a spreadsheet has for a day, from 2000 to 2049.
_SERIAL: Final = re.compile(r"(?:3[6-9]|4[0-9]|5[0-4])[0-9]{3}(?:[.,][0-9]+)?")
_SERIAL_EPOCH: Final = dt.date(1899, 12, 30)
_MIDNIGHT: Final = np.uint64(int.from_bytes(b"00:00:00", "little"))


def days_since_epoch(date: dt.date) -> int:
    """Return PostgreSQL's number of a day."""
    return (date - POSTGRES_EPOCH).days


def read_due_date(text: str, *, month_first: bool = False) -> tuple[int, RejectCode]:
    """Read one due date: the rule that `read_due_dates` agrees with.

    Args:
        text: the cell.
        month_first: the column has proved that its months come first; such dates are refused.
    """
    bare = typed(text)
    if not bare:
        return 0, RejectCode.DUE_DATE_MISSING
    found = read_form(bare)
    order = found.order if found else None
    if month_first and order is not None and not _proves_day_first(*order):
        return 0, RejectCode.DUE_DATE_ORDER
    if found is None:
        is_serial = _SERIAL.fullmatch(bare) is not None
        return 0, RejectCode.DUE_DATE_SERIAL if is_serial else RejectCode.DUE_DATE_FORMAT
    try:
        date = dt.date(found.year, found.month, found.day)
    except ValueError:
        return 0, RejectCode.DUE_DATE_INVALID
    if not DUE_DATE_MIN <= date <= DUE_DATE_MAX:
        return 0, RejectCode.DUE_DATE_OUT_OF_RANGE
    return days_since_epoch(date), RejectCode.ACCEPTED


def keeps_order(text: str, before: str) -> bool:
    """Whether a due date is still the one before it, whose day could be its month.

    Also in another form: a spreadsheet that has rewritten it has read its day first.
    """
    bare, old = typed(text), typed(before)
    found = read_form(old)
    if found is None or found.order is None or found.day == found.month:
        return False
    return bare == old or read_due_date(old) == read_due_date(bare)


def day_of_serial(text: str) -> dt.date:
    """Return the day for which a spreadsheet has this number."""
    return _SERIAL_EPOCH + dt.timedelta(days=int(typed(text)[:5]))


def read_due_dates(cells: Cells, order: DayMonthOrder | None = None) -> tuple[Int64s, Codes]:
    """Read trimmed cells as days since 2000-01-01: int64[n], and the RejectCode of each.

    Args:
        cells: the due dates.
        order: tells, when it is asked, whether the column's months come first.
    """
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
    codes = np.zeros(len(cells), dtype=np.uint8)
    if not is_iso.all():
        is_brazilian = _is_brazilian(places, bare)
        _read_form(places, is_brazilian, days, order=(6, 7, 8, 9, 3, 4, 0, 1))
        if order is not None and (
            order.is_known
            or is_brazilian.any()
            or _votes_one_by_one(cells, ~(is_iso | is_brazilian)).any
        ):
            # Each is read again by the rule, as it may be refused.
            days[~is_iso & order.is_month_first()] = _NO_DAY
    for row in np.flatnonzero(days == _NO_DAY).tolist():
        month_first = order is not None and order.is_known and order.is_month_first()
        days[row], codes[row] = read_due_date(cells.text(row), month_first=month_first)
    return days, codes


def order_votes(cells: Cells) -> OrderVotes:
    """Count the trimmed cells that prove an order of day and month."""
    places = np.ascontiguousarray(cells.matrix(10).T)
    is_brazilian = _is_brazilian(places, cells.length == 10)
    digits = [places[at][is_brazilian] - np.uint8(48) for at in (0, 1, 3, 4)]
    if digits[0].size:
        first, second = (digits[at] * np.uint8(10) + digits[at + 1] for at in (0, 2))
        day = (first > 12) & (first < 32) & (second > 0) & (second < 13)
        month = (second > 12) & (second < 32) & (first > 0) & (first < 13)
        votes = OrderVotes(day_first=int(day.sum()), month_first=int(month.sum()), any=True)
    else:
        votes = OrderVotes()
    is_iso = (places[4] == 0x2D) & (places[7] == 0x2D) & (cells.length == 10)
    return votes + _votes_one_by_one(cells, ~(is_brazilian | is_iso))


def _votes_one_by_one(cells: Cells, chosen: Flags) -> OrderVotes:
    day_first = month_first = hinted = 0
    has_order = False
    for row in np.flatnonzero(chosen).tolist():
        found = read_form(typed(cells.text(row)))
        if found is not None and found.order is not None:
            has_order = True
            day_first += _proves_day_first(*found.order)
            month_first += _proves_day_first(*reversed(found.order))
            hinted += found.has_half
    return OrderVotes(day_first=day_first, month_first=month_first, hinted=hinted, any=has_order)


def _is_brazilian(places: Bytes, bare: Flags) -> Flags:
    mark = places[2]
    return (mark == places[5]) & ((mark == 0x2F) | (mark == 0x2D) | (mark == 0x2E)) & bare


def _proves_day_first(first: int, second: int) -> bool:
    return 12 < first < 32 and 0 < second < 13


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
