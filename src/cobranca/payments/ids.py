"""Ids in columns that mostly rise already: told apart and looked up, in sorted order where not.

Sorting first is what makes it fast: `np.unique` puts numbers into a table, and a search for numbers
in no order jumps about in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from cobranca.payments.pieces import Flags, Ints


def distinct(values: npt.NDArray[np.integer[Any]]) -> list[int]:
    """Give the values that there are; most columns have one alone."""
    if values.size and (values == values[0]).all():
        return [int(values[0])]
    return np.unique(values).tolist()


def rising(values: Ints) -> Ints:
    """Give the values in order, each once."""
    if (values[1:] > values[:-1]).all():
        return values
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), dtype=np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_first]


def places_among(values: Ints, known: Ints) -> Ints:
    """Give where each value stands among those that are known, which rise; -1 where it does not."""
    if not known.size:
        return np.full(len(values), -1, dtype=np.int64)
    order = np.argsort(values)
    ordered = values[order]
    places = np.searchsorted(known, ordered).clip(max=len(known) - 1)
    found = np.empty(len(values), dtype=np.int64)
    found[order] = np.where(known[places] == ordered, places, -1)
    return found


def is_among(values: Ints, known: Ints) -> Flags:
    """Tell which values are among those that are known, which rise."""
    return places_among(values, known) >= 0


def comes_again(values: Ints) -> Flags:
    """Tell which values stand more than once."""
    again = np.zeros(len(values), dtype=np.bool_)
    if (values[1:] > values[:-1]).all():
        return again
    order = np.argsort(values)
    ordered = values[order]
    same = ordered[1:] == ordered[:-1]
    again[order[1:][same]] = True
    again[order[:-1][same]] = True
    return again
