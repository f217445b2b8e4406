"""Hold a row's own terms against its amount and its due date."""

from __future__ import annotations

from enum import Flag, auto
from typing import Final

from cobranca.domain.terms.stated import BASIS, Portion, StatedTerms
from cobranca.domain.terms.terms import discount_cents

#: What consumer law allows, in basis points: the fine once, the interest a month.
FINE_LEGAL_BP: Final = 200
INTEREST_LEGAL_BP: Final = 100
_MONTH_DAYS: Final = 30
#: More than any amount.
_NEVER: Final = 1 << 62


class Faults(Flag):
    """What is wrong with stated terms; `OVER_LEGAL` is only to be told."""

    NONE = 0
    FINE_TOO_LARGE = auto()
    INTEREST_TOO_LARGE = auto()
    DISCOUNT_1_TOO_LARGE = auto()
    DISCOUNT_2_TOO_LARGE = auto()
    DISCOUNT_3_TOO_LARGE = auto()
    DISCOUNT_1_DATE = auto()
    DISCOUNT_2_DATE = auto()
    DISCOUNT_3_DATE = auto()
    REBATE_TOO_LARGE = auto()
    PAYMENT_LIMIT_EARLY = auto()
    OVER_LEGAL = auto()


_DISCOUNT_TOO_LARGE: Final = (
    Faults.DISCOUNT_1_TOO_LARGE,
    Faults.DISCOUNT_2_TOO_LARGE,
    Faults.DISCOUNT_3_TOO_LARGE,
)
_DISCOUNT_DATE: Final = (Faults.DISCOUNT_1_DATE, Faults.DISCOUNT_2_DATE, Faults.DISCOUNT_3_DATE)


def check_terms(stated: StatedTerms, *, amount_cents: int, due_ordinal: int) -> Faults:
    """Tell what of stated terms cannot hold for an amount and a due date.

    A fine, a day's interest, a rebate, and each discount together with the rebate must be less
    than the amount. A discount ends on or before the due date, no two on one day. A payment limit
    is not before it.

    Args:
        stated: what a row states; a discount that is none is passed over.
        amount_cents: the face value.
        due_ordinal: `date.toordinal` of the due date.
    """
    found = Faults.NONE
    if stated.fine is not None and _too_large(stated.fine, amount_cents):
        found |= Faults.FINE_TOO_LARGE
    if stated.interest is not None and _too_large(stated.interest, amount_cents):
        found |= Faults.INTEREST_TOO_LARGE
    rebate = stated.rebate_cents or 0
    if rebate >= amount_cents:
        found |= Faults.REBATE_TOO_LARGE
    found |= _discount_faults(stated, amount_cents, amount_cents - rebate, due_ordinal)
    if stated.payment_limit is not None:
        last_day = stated.payment_limit.last_day(due_ordinal)
        if last_day is not None and last_day < due_ordinal:
            found |= Faults.PAYMENT_LIMIT_EARLY
    if is_over_legal(stated, amount_cents):
        found |= Faults.OVER_LEGAL
    return found


def is_over_legal(stated: StatedTerms, amount_cents: int) -> bool:
    """Tell whether a fine is over 2 % or interest over 1 % a month, as consumer law allows."""
    fine, interest = stated.fine or Portion(), stated.interest or Portion()
    return (
        fine.basis_points > FINE_LEGAL_BP
        or fine.cents * BASIS > amount_cents * FINE_LEGAL_BP
        or interest.basis_points > INTEREST_LEGAL_BP
        or interest.cents * _MONTH_DAYS * BASIS > amount_cents * INTEREST_LEGAL_BP
    )


def enough_cents(stated: StatedTerms) -> int:
    """Return an amount from which on `check_terms` can find fault with days alone.

    For an amount that is less, or when a share is over the law's bounds, it must be asked.
    """
    fine, interest = stated.fine or Portion(), stated.interest or Portion()
    if fine.basis_points > FINE_LEGAL_BP or interest.basis_points > INTEREST_LEGAL_BP:
        return _NEVER
    rebate = stated.rebate_cents or 0
    most = [
        rebate + 1,
        fine.cents * BASIS // FINE_LEGAL_BP + 1,
        interest.cents * _MONTH_DAYS * BASIS // INTEREST_LEGAL_BP + 1,
    ]
    for discount in stated.discounts or ():
        portion = discount.portion
        left = BASIS - portion.basis_points
        most.append(rebate + portion.cents + 1)
        most.append((rebate + 1) * BASIS // left + 1 if left > 0 else _NEVER)
    return max(most)


def _too_large(portion: Portion, amount_cents: int) -> bool:
    return portion.cents >= amount_cents or portion.basis_points >= BASIS


def _discount_faults(
    stated: StatedTerms, amount_cents: int, most_cents: int, due_ordinal: int
) -> Faults:
    found = Faults.NONE
    days: set[int] = set()
    for number, discount in enumerate(stated.discounts or ()):
        portion, day = discount.portion, discount.last_day(due_ordinal)
        if not portion:
            continue
        if portion.basis_points >= BASIS or discount_cents(portion, amount_cents) >= most_cents:
            found |= _DISCOUNT_TOO_LARGE[number]
        if day > due_ordinal or day in days:
            found |= _DISCOUNT_DATE[number]
        days.add(day)
    return found
