"""Fine, interest, discounts and deadlines of an entry, held to what a layout can say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from cobranca.domain.cnab.arrays import Array, days, numbers, shared
from cobranca.domain.cnab.layout import INTEREST_BELOW_A_CENT, NO_DAY, Draft
from cobranca.domain.cnab.read_terms import ReadDiscount, ReadTerms
from cobranca.domain.cnab.titles import Discount

#: Basis points in a whole, times the days of a month of interest.
_DAILY_DIVISOR: Final = 10_000 * 30
#: A percentage of 100; more of interest, fine or discount is a slip of the pen.
_BP_MAX: Final = 10_000
_DISCOUNTS_KNOWN: Final = 3
_NOT_SAID: Final = "TERM_NOT_EXPRESSIBLE"
_WRONG: Final = "TERM_INVALID"


def read_terms(draft: Draft) -> ReadTerms:
    """Read the terms of a draft's titles, and refuse what the layout cannot say."""
    cents, bp, interest_from = _read_interest(draft)
    fine_bp, fine_cents, fine_from = _read_fine(draft)
    protest_days, write_off_days = _read_deadlines(draft)
    return ReadTerms(
        interest_cents=cents,
        interest_bp=bp,
        interest_from=interest_from,
        fine_bp=fine_bp,
        fine_cents=fine_cents,
        fine_from=fine_from,
        discounts=_read_discounts(draft),
        protest_days=protest_days,
        write_off_days=write_off_days,
    )


def _read_interest(draft: Draft) -> tuple[Array, Array, Array]:
    given, limits = draft.titles.terms, draft.limits
    daily = draft.said(numbers(given.interest_daily_cents))
    monthly = draft.said(numbers(given.interest_monthly_bp))
    draft.refuse(daily < 0, "terms.interest_daily_cents", _WRONG, "it is negative.")
    wrong = (monthly < 0) | (monthly >= _BP_MAX)
    draft.refuse(wrong, "terms.interest_monthly_bp", _WRONG, "it must be less than 100 %.")
    draft.refuse(
        (daily > 0) & (daily >= draft.amount),
        "terms.interest_daily_cents",
        _WRONG,
        "interest of a day must be less than the amount.",
    )
    asked = (daily > 0) | (monthly > 0)
    if not limits.interest_daily:
        alone = (daily > 0) & (monthly == 0)
        detail = f"{draft.layout.code} takes interest as a percentage a month, not as money a day."
        draft.refuse(alone, "terms.interest_daily_cents", _NOT_SAID, detail)
        daily = np.zeros_like(daily)
    elif limits.interest_monthly:
        monthly = np.where(daily > 0, 0, monthly)
    else:
        # Rounded down: half up could be more than the law allows.
        derived = draft.amount * np.clip(monthly, 0, _BP_MAX) // _DAILY_DIVISOR
        daily = np.where(daily > 0, daily, derived)
        draft.warn(asked & (daily == 0), INTEREST_BELOW_A_CENT)
        monthly = np.zeros_like(monthly)
    has = (daily > 0) | (monthly > 0)
    start = _first_day(
        draft,
        "terms.interest_from",
        asked,
        days(given.interest_from),
        has_place=limits.interest_from,
        default=0 if limits.interest_on_due else 1,
        on_due=limits.interest_on_due or limits.on_due,
    )
    return shared(daily), shared(monthly), np.where(has, start, NO_DAY)


def _read_fine(draft: Draft) -> tuple[Array, Array, Array]:
    given, limits = draft.titles.terms, draft.limits
    bp, cents = draft.said(numbers(given.fine_bp)), draft.said(numbers(given.fine_cents))
    code = draft.layout.code
    draft.refuse((bp < 0) | (bp > _BP_MAX), "terms.fine_bp", _WRONG, "it must be 0 to 100 %.")
    draft.refuse(cents < 0, "terms.fine_cents", _WRONG, "it is negative.")
    both = (bp > 0) & (cents > 0)
    draft.refuse(both, "terms.fine_cents", _WRONG, "a fine is a percentage or money, not both.")
    if not limits.fine_cents:
        detail = f"{code} takes a fine as a percentage, not as money."
        draft.refuse(cents > 0, "terms.fine_cents", _NOT_SAID, detail)
    if limits.fine_step_bp > 1:
        step = "whole percent" if limits.fine_step_bp == 100 else "tenths of a percent"
        detail = f"{code} takes a fine in {step} only."
        draft.refuse(bp % limits.fine_step_bp != 0, "terms.fine_bp", _NOT_SAID, detail)
    detail = f"the largest fine that {code} has places for is {limits.fine_bp_max} basis points."
    draft.refuse(bp > limits.fine_bp_max, "terms.fine_bp", _NOT_SAID, detail)
    too_large = (cents > 0) & (cents >= draft.amount)
    draft.refuse(too_large, "terms.fine_cents", _WRONG, "a fine must be less than the amount.")
    has = (bp > 0) | (cents > 0)
    start = _first_day(
        draft,
        "terms.fine_from",
        has,
        days(given.fine_from),
        has_place=limits.fine_from,
        default=1,
        on_due=limits.on_due,
    )
    return shared(bp), shared(cents), np.where(has, start, NO_DAY)


def _first_day(
    draft: Draft,
    field: str,
    has: Array,
    given: Array,
    *,
    has_place: bool,
    default: int,
    on_due: bool,
) -> Array:
    """Check the day on which something begins, and say when it begins by itself."""
    told = has & ~np.isnat(given)
    if has_place:
        early = given < draft.due if on_due else given <= draft.due
        bound = "on or after" if on_due else "after"
        draft.refuse(told & early, field, _WRONG, f"it must be {bound} the due date.")
    else:
        usual = (given == draft.due) | (given == draft.due + 1)
        detail = f"{draft.layout.code} has no place for a day: it begins the day after due."
        draft.refuse(told & ~usual, field, _NOT_SAID, detail)
    return np.where(told, given, draft.due + default)


def _read_discounts(draft: Draft) -> tuple[ReadDiscount, ...]:
    given = draft.titles.terms.discounts
    read = [_read_discount(draft, index, discount) for index, discount in enumerate(given)]
    for index, discount in enumerate(read):
        has = discount.value != 0
        field = f"terms.discounts[{index}]"
        if index >= draft.limits.discounts_max:
            most = draft.limits.discounts_max
            plural = "" if most == 1 else "s"
            detail = f"{draft.layout.code} has places for {most} discount{plural} only."
            draft.refuse(has, field, _NOT_SAID, detail)
        if index:
            before = read[index - 1]
            skipped = has & (before.value == 0)
            draft.refuse(skipped, field, _WRONG, "the discount before it is missing.")
            early = has & ~skipped & (discount.until <= before.until)
            draft.refuse(early, field, _WRONG, "it must end later than the one before it.")
    none = ReadDiscount(until=np.asarray(NO_DAY), cents=np.asarray(0), bp=np.asarray(0))
    return (*read, *[none] * _DISCOUNTS_KNOWN)[:_DISCOUNTS_KNOWN]


def _read_discount(draft: Draft, index: int, given: Discount) -> ReadDiscount:
    field = f"terms.discounts[{index}]"
    cents, bp = draft.said(numbers(given.cents)), draft.said(numbers(given.basis_points))
    until = draft.said_day(days(given.until))
    has = (cents != 0) | (bp != 0)
    too_large = ((cents > 0) & (cents >= draft.amount)) | (bp >= _BP_MAX)
    wrong = (cents < 0) | (bp < 0) | too_large
    draft.refuse(wrong, field, _WRONG, "it must be more than nothing and less than the amount.")
    both = (cents > 0) & (bp > 0)
    draft.refuse(both, field, _WRONG, "a discount is a percentage or money, not both.")
    if not draft.limits.discount_bp:
        detail = f"{draft.layout.code} takes a discount as money, not as a percentage."
        draft.refuse(bp > 0, field, _NOT_SAID, detail)
    late = has & (np.isnat(until) | (until > draft.due))
    draft.refuse(late, field, _WRONG, "it must have a last day, on or before the due date.")
    empty = ~has & ~np.isnat(until)
    draft.refuse(empty, field, _WRONG, "it has a day, but no value.")
    return ReadDiscount(until=np.where(has, until, NO_DAY), cents=shared(cents), bp=shared(bp))


def _read_deadlines(draft: Draft) -> tuple[Array, Array]:
    given, limits = draft.titles.terms, draft.limits
    protest = _read_deadline(
        draft, "protest_days", numbers(given.protest_days), limits.protest_days
    )
    write_off = _read_deadline(
        draft, "write_off_days", numbers(given.write_off_days), limits.write_off_days
    )
    if limits.one_deadline:
        both = (protest > 0) & (write_off > 0)
        detail = f"{draft.layout.code} has one place for the days of protest and of write-off."
        draft.refuse(both, "terms.write_off_days", _NOT_SAID, detail)
    return protest, write_off


def _read_deadline(draft: Draft, name: str, given: Array, allowed: Sequence[int]) -> Array:
    said = draft.said(given)
    good = (said == 0) | np.isin(said, np.array(allowed, dtype=np.int64))
    draft.refuse(~good, f"terms.{name}", _NOT_SAID, _range_text(draft, allowed))
    return shared(said)


def _range_text(draft: Draft, allowed: Sequence[int]) -> str:
    if not allowed:
        return f"{draft.layout.code} has no place for it."
    if isinstance(allowed, range):
        return f"{draft.layout.code} takes {allowed[0]} to {allowed[-1]} days."
    return f"{draft.layout.code} takes {' or '.join(map(str, allowed))} days."
