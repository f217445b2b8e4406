"""Second copies, as settings: what a late payer owes, and when banks are closed."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field


class SecondCopySettings(BaseModel):
    """How what is due on a day is counted."""

    #: Interest by days, rounded once at the end; or each day's, as many banks do.
    rounding: Literal["exact", "daily"] = "exact"
    #: Banks are closed on the last weekday of the year.
    year_end_closed: bool = False
    #: Holidays of the town and the state.
    also_closed: list[date] = Field(default_factory=list[date], max_length=1000)

    def closed_days(self, due_date: date) -> frozenset[date]:
        """Return the days on which banks are closed beside the national holidays."""
        if not self.year_end_closed:
            return frozenset(self.also_closed)
        last = date(due_date.year, 12, 31)
        return frozenset([*self.also_closed, _weekday_before(last)])


def _weekday_before(day: date) -> date:
    """Return the day itself, or the Friday before it."""
    return day.replace(day=day.day - max(0, day.weekday() - 4))
