"""Sums by due date, in whole cents however large."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cobranca.uploads.due_sums import DueSums

_rows = st.lists(st.tuples(st.integers(-1000, 40_000), st.integers(1, 9_999_999_999)), max_size=40)


@given(st.lists(_rows, max_size=4))
def test_days_have_what_falls_due_on_them_over_all_parts(
    parts: list[list[tuple[int, int]]],
) -> None:
    sums = DueSums()
    wanted: defaultdict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for rows in parts:
        days = np.array([day for day, _ in rows], dtype=np.int32)
        sums.add_rows(days, np.array([cents for _, cents in rows], dtype=np.int64))
        for day, cents in rows:
            billings, amount = wanted[day]
            wanted[day] = billings + 1, amount + cents
    found = {day: (count, sums.amount_cents[day]) for day, count in sums.billings.items()}
    assert found == wanted
    assert sums.total_cents == sum(cents for _, cents in wanted.values())


def test_no_cent_is_lost_where_a_float_would_lose_it() -> None:
    sums = DueSums()
    cents = np.array([9_999_999_999] * 1_000_000 + [1, 1, 1], dtype=np.int64)
    sums.add_rows(np.zeros(len(cents), dtype=np.int32), cents)
    assert sums.total_cents == 9_999_999_999 * 1_000_000 + 3


def test_what_was_summed_elsewhere_comes_on_top() -> None:
    sums = DueSums()
    sums.add_rows(np.array([7], dtype=np.int32), np.array([5], dtype=np.int64))
    sums.add_days([(7, 2, 10), (9, 1, 1)])
    assert sums.billings == {7: 3, 9: 1}
    assert sums.amount_cents == {7: 15, 9: 1}
