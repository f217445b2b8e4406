"""The terms that hold for one billing, with days and all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cobranca.domain.terms.stated import BASIS, NO_PORTION, Portion

_MONTH_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsDiscount:
    """A discount until a day."""

    until: date
    portion: Portion


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What happens before and after the due date of one billing; nothing by default.

    Attributes:
        fine: once, from the day after due.
        interest: from the day after due; cents a day, or basis points a month.
        discounts: alternatives, the one that ends first at the front.
        rebate_cents: taken off in any case.
        payment_limit: the last day on which the boleto may be paid; None = there is none.
        protest_days: days after due; 0 is never.
        write_off_days: days after due; 0 is never.
    """

    fine: Portion = NO_PORTION
    interest: Portion = NO_PORTION
    discounts: tuple[TermsDiscount, ...] = ()
    rebate_cents: int = 0
    payment_limit: date | None = None
    protest_days: int = 0
    write_off_days: int = 0

    def fine_cents(self, amount_cents: int) -> int:
        """Give the fine in cents, rounded half up as a bank prints it."""
        return self.fine.cents or (2 * amount_cents * self.fine.basis_points + BASIS) // (2 * BASIS)

    def interest_daily_cents(self, amount_cents: int) -> int:
        """Give the interest of a day, rounded down: half up could be more than the law allows."""
        share = amount_cents * self.interest.basis_points // (BASIS * _MONTH_DAYS)
        return self.interest.cents or share


def discount_cents(portion: Portion, amount_cents: int) -> int:
    """Give a discount in cents; a share is rounded down."""
    return portion.cents or amount_cents * portion.basis_points // BASIS
