"""Ids that rise are looked up without sorting; the answers are those of NumPy for any ids."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cobranca.payments.ids import comes_again, distinct, is_among, places_among, rising

IDS = st.lists(st.integers(1, 40), max_size=30).map(lambda ids: np.array(ids, dtype=np.int64))


@given(ids=IDS | IDS.map(np.unique))
def test_ids_are_told_apart(ids: np.ndarray) -> None:  # type: ignore[type-arg]
    assert sorted(distinct(ids)) == np.unique(ids).tolist()
    assert rising(ids).tolist() == np.unique(ids).tolist()
    listed = ids.tolist()
    assert comes_again(ids).tolist() == [listed.count(each) > 1 for each in listed]


@given(ids=IDS, known=IDS.map(np.unique))
def test_ids_are_looked_up_among_others(ids: np.ndarray, known: np.ndarray) -> None:  # type: ignore[type-arg]
    assert is_among(ids, known).tolist() == np.isin(ids, known).tolist()
    places = places_among(ids, known)
    assert known[places[places >= 0]].tolist() == ids[places >= 0].tolist()
