"""What holds for one billing: the account's terms, and the row's own over them."""

from __future__ import annotations

from datetime import date

from cobranca.domain.terms.stated import BASIS, Limit, Portion, StatedDiscount, StatedTerms
from cobranca.domain.terms.terms import Terms, TermsDiscount, discount_cents


def settle(account: StatedTerms, row: StatedTerms, *, amount_cents: int, due_date: date) -> Terms:
    """Settle the terms of a billing.

    A row's own were checked when it was read (`check_terms`). The account's are made for any
    billing: what cannot hold for this one is left out. That is money that is not less than the
    amount, a discount that would have ended before there were dates, or on another's last day.

    Args:
        account: what the account states.
        row: what the row states, which overrides it.
        amount_cents: the face value.
        due_date: the last day to pay it.
    """
    stated = row.over(account)
    due = due_date.toordinal()
    rebate = stated.rebate_cents or 0
    rebate = rebate if rebate < amount_cents else 0
    limit = stated.payment_limit or Limit()
    last_day = limit.last_day(due)
    return Terms(
        fine=_within(stated.fine, amount_cents),
        interest=_within(stated.interest, amount_cents),
        discounts=_discounts(stated.discounts or (), amount_cents - rebate, amount_cents, due),
        rebate_cents=rebate,
        payment_limit=None if last_day is None else _day(last_day),
        protest_days=stated.protest_days or 0,
        write_off_days=stated.write_off_days or 0,
    )


def _within(portion: Portion | None, amount_cents: int) -> Portion:
    if portion is None or portion.cents >= amount_cents:
        return Portion()
    return portion


def _discounts(
    stated: tuple[StatedDiscount, ...], most_cents: int, amount_cents: int, due: int
) -> tuple[TermsDiscount, ...]:
    by_day: dict[int, Portion] = {}
    for each in stated:
        day = each.last_day(due)
        taken_off = discount_cents(each.portion, amount_cents)
        if each.portion.basis_points < BASIS and 0 < taken_off < most_cents and 0 < day <= due:
            by_day.setdefault(day, each.portion)
    return tuple(
        TermsDiscount(until=_day(day), portion=portion) for day, portion in sorted(by_day.items())
    )


def _day(ordinal: int) -> date:
    return date.fromordinal(min(ordinal, date.max.toordinal()))
