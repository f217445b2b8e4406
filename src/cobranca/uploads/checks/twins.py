"""Rows of one file that ask the same payer for the same amount on the same day, by another code."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.infra.columns import windows
from cobranca.uploads.csv_reader import Rows

_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
#: Words that a tax id takes; it has 20 bytes at the most, and buffers have room behind them.
_WORDS: Final = 3

Words = npt.NDArray[np.uint64]


class Twins:
    """Remembers what was asked of whom, twelve bytes a row, over the segments of a file.

    Two that differ are taken for the same once in some 2^64: enough for a warning.
    """

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._keys: list[Words] = []
        self._lines: list[npt.NDArray[np.int32]] = []

    def add(self, rows: Rows) -> None:
        """Take the rows that would be billed."""
        if len(rows):
            self._keys.append(_keys(rows))
            self._lines.append(rows.line_number.astype(np.int32))

    def count(self, *, examples_max: int) -> tuple[int, list[tuple[int, int]]]:
        """Return how many rows follow one like them, and the first of these with its first."""
        if not self._keys:
            return 0, []
        keys, lines = np.concatenate(self._keys), np.concatenate(self._lines)
        same = np.sort(keys)
        repeated = np.unique(same[1:][same[1:] == same[:-1]])
        if not repeated.size:
            return 0, []
        places = np.flatnonzero(np.isin(keys, repeated))
        order = np.lexsort((lines[places], keys[places]))
        keys, lines = keys[places][order], lines[places][order]
        follows = np.zeros(len(keys), dtype=np.bool_)
        follows[1:] = keys[1:] == keys[:-1]
        first = lines[~follows][np.cumsum(~follows) - 1]
        later = np.flatnonzero(follows)
        shown = later[np.argsort(lines[later], kind="stable")][:examples_max]
        pairs = [(int(lines[row]), int(first[row])) for row in shown.tolist()]
        return int(later.size), pairs


def _keys(rows: Rows) -> Words:
    key = rows.amount_cents.astype(np.uint64) * _MIX + rows.due_date.astype(np.uint64)
    texts = windows(rows.tax_id.buffer, 8)
    start, length = rows.tax_id.start.astype(np.int64), rows.tax_id.length.astype(np.int64)
    for number in range(_WORDS):
        left = np.clip(length - 8 * number, 0, 8)
        if not left.any():
            break
        word = texts[start + 8 * number].view(np.uint64)
        key = _mixed(key ^ (word & _KEPT[left]))
    return _mixed(key ^ length.astype(np.uint64))


def _mixed(key: Words) -> Words:
    key = (key ^ (key >> np.uint64(32))) * _MIX
    return key ^ (key >> np.uint64(29))


#: By how many bytes of a little-endian word belong to a text, the bits that are kept.
_KEPT: Final = np.array([(1 << (8 * n)) - 1 for n in range(9)], dtype=np.uint64)
