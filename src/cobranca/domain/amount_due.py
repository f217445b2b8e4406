"""What is to be paid for a billing on a day: the title with its terms, in whole cents.

Up to the end of the next business day after the due date nothing is added. After that, the fine is
added once, and the interest of every calendar day from the due date on. A share of a month is
simple interest over 30 days, rounded half up: once at the end, or to a daily value as banks do
with a remittance that tells them a value a day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from cobranca.domain.business_days import payable_until
from cobranca.domain.terms import Terms, discount_cents

if TYPE_CHECKING:
    from datetime import date

_BASIS: Final = 10_000
_MONTH_DAYS: Final = 30

#: How interest is rounded: once at the end, or each day's.
Rounding = Literal["exact", "daily"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountDue:
    """The parts of what is to be paid on a day; all in cents.

    Attributes:
        title_cents: what is open of the title.
        days_late: calendar days from the due date; 0 up to `payable_until`.
        payable_until: the last day without fine and interest.
        expired: the payment limit of the terms has passed.
    """

    title_cents: int
    days_late: int
    fine_cents: int
    interest_cents: int
    discount_cents: int
    rebate_cents: int
    payable_until: date
    expired: bool

    @property
    def total_cents(self) -> int:
        """Give what is to be paid, never less than nothing."""
        added = self.title_cents + self.fine_cents + self.interest_cents
        return max(0, added - self.discount_cents - self.rebate_cents)


def amount_due(
    terms: Terms,
    title_cents: int,
    *,
    due_date: date,
    on: date,
    rounding: Rounding = "exact",
    also_closed: Collection[date] = (),
) -> AmountDue:
    """Say what is to be paid on a day.

    Args:
        terms: those that hold for the billing.
        title_cents: what is open of the title.
        due_date: of the title.
        on: the day of payment.
        rounding: of the interest.
        also_closed: days on which banks are closed beside the national holidays.
    """
    last_day = payable_until(due_date, also_closed)
    days_late = (on - due_date).days if on > last_day else 0
    discounts = [each.portion for each in terms.discounts if on <= each.until]
    limit = terms.payment_limit
    return AmountDue(
        title_cents=title_cents,
        days_late=days_late,
        fine_cents=terms.fine_cents(title_cents) if days_late else 0,
        interest_cents=_interest_cents(terms, title_cents, days_late, rounding),
        discount_cents=discount_cents(discounts[0], title_cents) if discounts else 0,
        rebate_cents=min(terms.rebate_cents, title_cents),
        payable_until=last_day,
        expired=limit is not None and on > max(limit, last_day),
    )


def _interest_cents(terms: Terms, title_cents: int, days: int, rounding: Rounding) -> int:
    interest = terms.interest
    if interest.cents or rounding == "daily":
        share = title_cents * interest.basis_points
        return days * (interest.cents or _half_up(share, _BASIS * _MONTH_DAYS))
    return _half_up(title_cents * interest.basis_points * days, _BASIS * _MONTH_DAYS)


def _half_up(numerator: int, divisor: int) -> int:
    return (2 * numerator + divisor) // (2 * divisor)
