"""The terms of titles as they were read: columns, one value a title."""

from __future__ import annotations

from dataclasses import dataclass

from cobranca.domain.cnab.arrays import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDiscount:
    """One discount of each title: `cents` or `bp` is 0, both where there is none."""

    until: Array
    cents: Array
    bp: Array

    @property
    def value(self) -> Array:
        """Cents or basis points, whichever there are."""
        return self.cents + self.bp


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTerms:
    """The terms of each title, as far as its movement and its layout say any.

    Attributes:
        interest_cents: money a day; 0 where there is none, or a percentage is said.
        interest_bp: basis points a month, where that is said.
        interest_from: NaT where there is no interest.
        fine_bp: basis points.
        fine_cents: money.
        fine_from: NaT where there is no fine.
        discounts: always three.
        protest_days: 0 is none.
        write_off_days: 0 is none.
    """

    interest_cents: Array
    interest_bp: Array
    interest_from: Array
    fine_bp: Array
    fine_cents: Array
    fine_from: Array
    discounts: tuple[ReadDiscount, ...]
    protest_days: Array
    write_off_days: Array

    @property
    def has_interest(self) -> Array:
        """Which titles have interest."""
        return (self.interest_cents > 0) | (self.interest_bp > 0)

    @property
    def has_fine(self) -> Array:
        """Which titles have a fine."""
        return (self.fine_bp > 0) | (self.fine_cents > 0)

    @property
    def protested(self) -> Array:
        """Which titles are protested by themselves."""
        return self.protest_days > 0
