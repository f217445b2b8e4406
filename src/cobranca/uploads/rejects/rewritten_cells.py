"""What a spreadsheet makes of cells that nobody has touched: numbers without their zeros, dates.

Owns: telling that a cell of a file that came back still says what stood there. Does not own: due
dates, which `parts.with_its_date` tells by their order.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from cobranca.uploads.csv_reader import month_of

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A whole number that loses something as a number: zeros in front, or digits past the eleventh.
_WHOLE: Final = re.compile(r"[0-9]{1,40}")
_NUMBER: Final = re.compile(
    r"([0-9]{1,40})(?:[.,]([0-9]{1,20}))?(?:E\+?([0-9]{1,2}))?", re.IGNORECASE
)
#: What is read as a day of a year that is not said: the third of twelve instalments.
_PAIR: Final = re.compile(r"0?([0-9]{1,2})/0?([0-9]{1,2})")
_DAY: Final = re.compile(r"0?([0-9]{1,2})[-/ ]([a-zç]{3,9})\.?", re.IGNORECASE)


def as_they_stood(cells: Sequence[str], *before: Sequence[str]) -> list[str]:
    """Put back what a spreadsheet has rewritten, for cells that say the same as one before."""
    return [
        next((old for old in olds if _is_rewritten(cell.strip(), _bare(old))), cell)
        for cell, *olds in zip(cells, *before, strict=True)
    ]


def _bare(old: str) -> str:
    """Take off the marks by which a cell was kept a text."""
    return old.strip().strip("'\"=")


def _is_rewritten(cell: str, old: str) -> bool:
    if not cell or cell == old:
        return False
    return _is_same_number(cell, old) or _is_same_pair(cell, old)


def _is_same_number(cell: str, old: str) -> bool:
    """Tell a number in place of its digits, perhaps with fewer of them and an exponent."""
    if not _WHOLE.fullmatch(old):
        return False
    match = _NUMBER.fullmatch(cell)
    if match is None:
        return False
    whole, fraction, exponent = match[1], match[2] or "", match[3]
    if exponent is None:
        return not fraction.strip("0") and int(whole) == int(old)
    places = int(exponent) - len(fraction)
    if places < 0:
        return Decimal(f"{whole}.{fraction or '0'}").scaleb(int(exponent)) == int(old)
    step = 10**places
    return abs(int(whole + fraction) * step - int(old)) * 2 <= step


def _is_same_pair(cell: str, old: str) -> bool:
    """Tell `03/dez` and `12-Mar` in place of `3/12`."""
    pair, day = _PAIR.fullmatch(old), _DAY.fullmatch(cell)
    if pair is None or day is None:
        return False
    month = month_of(day[2])
    return month is not None and {(int(day[1]), month), (month, int(day[1]))} >= {
        (int(pair[1]), int(pair[2]))
    }
