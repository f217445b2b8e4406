"""Periods of days that somebody asks for, both ends included."""

from __future__ import annotations

from datetime import date, timedelta

from cobranca.domain.errors import InvalidField


def check_period(first: date, last: date, *, days_max: int) -> None:
    """Hold a period to its bounds.

    Raises:
        InvalidField: on `to`: it is before the first day, or too far behind it.
    """
    if not timedelta(0) <= last - first < timedelta(days=days_max):
        detail = f"must be a day from `from` on, and the period {days_max} days at the most"
        raise InvalidField("to", detail)
