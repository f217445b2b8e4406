"""Ids in columns that mostly rise already: told apart and looked up without sorting them again."""

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
    return values if (values[1:] > values[:-1]).all() else np.unique(values)


def is_among(values: npt.NDArray[np.integer[Any]], known: npt.NDArray[np.integer[Any]]) -> Flags:
    """Tell which values are among those that are known, which rise."""
    if not known.size:
        return np.zeros(len(values), dtype=np.bool_)
    place = np.searchsorted(known, values).clip(max=len(known) - 1)
    return known[place] == values


def comes_again(values: Ints) -> Flags:
    """Tell which values stand more than once."""
    if (values[1:] > values[:-1]).all():
        return np.zeros(len(values), dtype=np.bool_)
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return count[place] > 1
