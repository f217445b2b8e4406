"""Whether the dates of a column have the day first or the month first.

Owns: the decision, by what the whole column proves, and asking for it once and only when a date
needs it: a file of yyyy-mm-dd is never looked through for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

#: Where so many dates prove the day first, one that proves the month first is a slip of its own.
_DAYS_FOR_A_SLIP: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderVotes:
    """How many dates can be read in one order only."""

    day_first: int = 0
    month_first: int = 0
    #: What says without proof that months come first: an hour with AM or PM, the column's name.
    hinted: int = 0
    #: There are dates that have an order at all.
    any: bool = False

    def __add__(self, other: OrderVotes) -> OrderVotes:
        """Return both together."""
        return OrderVotes(
            day_first=self.day_first + other.day_first,
            month_first=self.month_first + other.month_first,
            hinted=self.hinted + other.hinted,
            any=self.any or other.any,
        )

    @property
    def is_month_first(self) -> bool:
        """Whether the column has to be refused: months come first, not by a rare slip.

        Without any proof a hint decides, for to guess wrong moves a due date by months.
        """
        if not self.month_first and not self.day_first:
            return self.hinted > 0
        return self.month_first > 0 and self.month_first * _DAYS_FOR_A_SLIP > self.day_first


class DayMonthOrder:
    """The order of one file's column, found out when it is first asked for."""

    def __init__(self, count: Callable[[], OrderVotes]) -> None:
        """Keep what counts the votes of the whole column."""
        self._count = count
        self._is_month_first: bool | None = None

    @property
    def is_known(self) -> bool:
        """Whether the column has been looked through already."""
        return self._is_month_first is not None

    def is_month_first(self) -> bool:
        """Tell whether the column's months come first."""
        if self._is_month_first is None:
            self._is_month_first = self._count().is_month_first
        return self._is_month_first
