"""The due factor: the four digits of a barcode that tell the due date, in cycles.

The factor counts days from 1997-10-07. It reached 9999 on 2025-02-21 and began again at 1000 the
day after; a cycle has 9,000 days, so the same four digits come back on 2049-10-14. A reader needs
the day it reads on to tell the cycles apart (FEBRABAN's window, see `date_of_factor`).
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.errors import InvalidField

FACTOR_BASE: Final = date(1997, 10, 7)
FACTOR_MIN: Final = 1000
FACTOR_MAX: Final = 9999
CYCLE_DAYS: Final = 9000
#: The earliest date that a barcode carries today: its factor is 1000.
DUE_DATE_MIN: Final = FACTOR_BASE + timedelta(days=FACTOR_MIN)
#: How far a date may lie behind and ahead of the day of reading. 500 of the 9,000 days of a cycle
#: are in neither: a factor there means nothing on that day.
PAST_DAYS_MAX: Final = 3000
FUTURE_DAYS_MAX: Final = 5500

_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BASE_DAY: Final = np.datetime64(FACTOR_BASE, "D")


def due_factor(due_date: date, field: str = "due_date") -> int:
    """Give the factor of a date: 0..9999 in the first cycle, then 1000..9999 again and again.

    Raises:
        InvalidField: DUE_DATE_TOO_EARLY, before 1997-10-07.
    """
    days = due_date.toordinal() - FACTOR_BASE.toordinal()
    if days < 0:
        raise _too_early(field, FACTOR_BASE)
    return days if days <= FACTOR_MAX else (days - FACTOR_MIN) % CYCLE_DAYS + FACTOR_MIN


def check_due_date(due_date: date, field: str = "due_date") -> None:
    """Refuse a date whose factor would be under 1000, which readers take for "no factor".

    Raises:
        InvalidField: DUE_DATE_TOO_EARLY, before 2000-07-03.
    """
    if due_date < DUE_DATE_MIN:
        raise _too_early(field, DUE_DATE_MIN)


def parse_due_date(text: str, field: str = "due_date") -> date:
    """Read `YYYY-MM-DD`.

    Raises:
        InvalidField: DATE_FORMAT, or DUE_DATE_TOO_EARLY before 2000-07-03.
    """
    if not _ISO_DATE.fullmatch(text):
        raise InvalidField(field, "The date is not YYYY-MM-DD.", code="DATE_FORMAT")
    try:
        due_date = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidField(field, "There is no such day.", code="DATE_FORMAT") from error
    check_due_date(due_date, field)
    return due_date


def date_of_factor(factor: int, today: date) -> date | None:
    """Give the date that a factor means on the day it is read, or None when it means none.

    Of the dates that share the factor, the one from 3,000 days ago to 5,500 days ahead counts; a
    cycle is longer than that, so there is at most one.

    Raises:
        ValueError: the factor is not 0..9999 (a bug of the caller).
    """
    if not 0 <= factor <= FACTOR_MAX:
        raise ValueError("a factor has four digits")
    if factor < FACTOR_MIN:
        return None
    today_days = today.toordinal() - FACTOR_BASE.toordinal()
    cycle = max(0, -((factor - (today_days - PAST_DAYS_MAX)) // CYCLE_DAYS))
    days = factor + CYCLE_DAYS * cycle
    if not today_days - PAST_DAYS_MAX <= days <= today_days + FUTURE_DAYS_MAX:
        return None
    return FACTOR_BASE + timedelta(days=days)


def due_factors(due_dates: npt.NDArray[np.datetime64]) -> npt.NDArray[np.uint16]:
    """Give the factors of many dates: the bulk form of `due_factor`.

    Args:
        due_dates: datetime64[D][n], none before 2000-07-03.

    Raises:
        InvalidField: DUE_DATE_TOO_EARLY, when one is earlier or is no date (NaT).
    """
    days = (due_dates.astype("datetime64[D]") - _BASE_DAY).astype(np.int64)
    if days.size and days.min() < FACTOR_MIN:  # NaT is the smallest integer.
        raise _too_early("due_date", DUE_DATE_MIN)
    factors = np.where(days <= FACTOR_MAX, days, (days - FACTOR_MIN) % CYCLE_DAYS + FACTOR_MIN)
    return factors.astype(np.uint16)


def _too_early(field: str, first: date) -> InvalidField:
    return InvalidField(field, f"The date is before {first}.", code="DUE_DATE_TOO_EARLY")
