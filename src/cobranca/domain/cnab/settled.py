"""The terms that hold for billings, as the columns that an entry tells a bank."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cobranca.domain import terms as domain
from cobranca.domain.cnab.titles import Discount, Terms
from cobranca.domain.terms import DISCOUNTS_MAX, Portion


def terms_of(settled: Sequence[domain.Terms]) -> Terms:
    """Return the terms of titles, one after another; what a layout cannot say it will refuse.

    A rebate is `Titles.rebate_cents`, which an entry does not say; a payment limit no layout has.
    """
    interest = [each.interest for each in settled]
    fines = [each.fine for each in settled]
    return Terms(
        interest_daily_cents=np.array([each.cents for each in interest], dtype=np.int64),
        interest_monthly_bp=np.array([each.basis_points for each in interest], dtype=np.int64),
        fine_bp=np.array([each.basis_points for each in fines], dtype=np.int64),
        fine_cents=np.array([each.cents for each in fines], dtype=np.int64),
        discounts=tuple(_discount(settled, at) for at in range(DISCOUNTS_MAX)),
        protest_days=np.array([each.protest_days for each in settled], dtype=np.int64),
        write_off_days=np.array([each.write_off_days for each in settled], dtype=np.int64),
    )


def _discount(settled: Sequence[domain.Terms], at: int) -> Discount:
    """Return the discount of a number of every title; NaT and 0 where there is none."""
    known = [each.discounts[at] if at < len(each.discounts) else None for each in settled]
    portions = [each.portion if each else Portion() for each in known]
    return Discount(
        until=np.array([each.until if each else None for each in known], dtype="datetime64[D]"),
        cents=np.array([each.cents for each in portions], dtype=np.int64),
        basis_points=np.array([each.basis_points for each in portions], dtype=np.int64),
    )
