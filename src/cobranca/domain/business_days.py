"""On which days banks work: not on weekends, nor on the national holidays of their calendar.

Holidays that move follow Easter, by the Gregorian rule. Holidays of a town or a state, and the
last day of the year, are the caller's to add.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
#: (month, day) of the holidays that do not move.
_FIXED: Final = ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25))
#: A holiday of the whole country since then (Law 14.759/2023).
_BLACK_AWARENESS: Final = (11, 20)
_BLACK_AWARENESS_YEAR: Final = 2024
#: Days from Easter: Carnival's Monday and Tuesday, Good Friday, Corpus Christi.
_FROM_EASTER: Final = (-48, -47, -2, 60)


def easter(year: int) -> date:
    """Return Easter Sunday of a year of the Gregorian calendar."""
    golden = year % 19
    century, rest = divmod(year, 100)
    moon = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon -= moon // 28 * (1 - moon // 28 * (29 // (moon + 1)) * ((21 - golden) // 11))
    week = (year + year // 4 + moon + 2 - century + century // 4) % 7
    days = moon - week
    month = 3 + (days + 40) // 44
    return date(100 * century + rest, month, days + 28 - 31 * (month // 4))


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> frozenset[date]:
    """Return the national holidays of banks in a year."""
    fixed = {date(year, month, day) for month, day in _FIXED}
    if year >= _BLACK_AWARENESS_YEAR:
        fixed.add(date(year, *_BLACK_AWARENESS))
    sunday = easter(year)
    return frozenset(fixed | {sunday + days * _DAY for days in _FROM_EASTER})


def is_business_day(day: date, also_closed: Collection[date] = ()) -> bool:
    """Whether banks work on a day.

    Args:
        day: which.
        also_closed: days of a town or a state on which they do not.
    """
    is_weekend = day.weekday() >= _SATURDAY
    return not (is_weekend or day in bank_holidays(day.year) or day in also_closed)


def payable_until(due_date: date, also_closed: Collection[date] = ()) -> date:
    """Return the last day on which a title is paid in time: the next on which banks work.

    Args:
        due_date: that day itself, when banks work on it.
        also_closed: as above.
    """
    day = due_date
    while not is_business_day(day, also_closed):
        day += _DAY
    return day
