"""What a file bills by due date: counted while it is written, in whole cents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt


@dataclass(slots=True, kw_only=True)
class DueSums:
    """How many billings fall due on each day, and of how much."""

    #: By day since 2000-01-01.
    billings: dict[int, int] = field(default_factory=dict[int, int])
    amount_cents: dict[int, int] = field(default_factory=dict[int, int])

    @property
    def total_cents(self) -> int:
        """Return the sum of all amounts."""
        return sum(self.amount_cents.values())

    def add_rows(
        self, due_date: npt.NDArray[np.int32], amount_cents: npt.NDArray[np.int64]
    ) -> None:
        """Add rows.

        Args:
            due_date: int32[n], days since 2000-01-01.
            amount_cents: int64[n].
        """
        if not due_date.size:
            return
        first = int(due_date.min())
        places = due_date - first
        billings = np.bincount(places)
        cents = np.zeros(len(billings), dtype=np.int64)
        np.add.at(cents, places, amount_cents)
        days = np.flatnonzero(billings)
        self.add_days(
            zip((days + first).tolist(), billings[days].tolist(), cents[days].tolist(), strict=True)
        )

    def add_days(self, days: Iterable[tuple[int, int, int]]) -> None:
        """Add what was summed already: day, billings and cents."""
        for day, billings, cents in days:
            self.billings[day] = self.billings.get(day, 0) + billings
            self.amount_cents[day] = self.amount_cents.get(day, 0) + cents
