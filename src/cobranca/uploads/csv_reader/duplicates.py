"""Which rows repeat a debtId that stands earlier in the file, over all its segments.

Memory: 20 bytes a row that is remembered, and a fixed table of 32 MiB from the second segment on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.uploads.csv_reader.cells import Bytes, Flags, Int64s
from cobranca.uploads.csv_reader.rows import Rows, halves

_TABLE_BITS: Final = 28
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)

Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """The answer for one segment's rows, in their order."""

    #: bool[n]: the row's debtId stands earlier in the file.
    repeated: Flags
    #: int64[n]: the line of the first one; 0 for rows that are not repeated.
    first_line_number: Int64s


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The distinct ids of an earlier segment, in order."""

    high: Words
    low: Words
    line_number: npt.NDArray[np.uint32]


class DuplicateFinder:
    """Remembers the debtIds of a file, segment after segment."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._runs: list[_Run] = []
        # One bit a slot, set where some remembered id falls (eleven million ids: one slot in
        # 25), so that few new ids need a search of the runs.
        self._table: Bytes | None = None

    def find(self, rows: Rows) -> Repeats:
        """Tell which rows repeat an id; then remember the new ids.

        Args:
            rows: the next segment, sorted by debt id, equal ids in line order
                (`Rows.sorted_by_debt_id`).
        """
        high, low = halves(rows.debt_id)
        count = len(high)
        repeated = np.zeros(count, dtype=np.bool_)
        repeated[1:] = (high[1:] == high[:-1]) & (low[1:] == low[:-1])
        first_line = np.zeros(count, dtype=np.int64)
        if repeated.any():
            group = np.cumsum(~repeated) - 1
            lines = rows.line_number[~repeated][group]
            first_line[repeated] = lines[repeated]
        heads = np.flatnonzero(~repeated)
        known = self._known_lines(high[heads], low[heads])
        if known is not None:
            group = np.cumsum(~repeated) - 1
            lines = known[group]
            before = lines > 0
            first_line[before] = lines[before]
            repeated |= before
            heads = heads[known == 0]
        if heads.size:
            run = _Run(
                high=high[heads],
                low=low[heads],
                line_number=rows.line_number[heads].astype(np.uint32),
            )
            self._runs.append(run)
        return Repeats(repeated=repeated, first_line_number=first_line)

    def _known_lines(self, high: Words, low: Words) -> Int64s | None:
        """Return the line of each id in earlier segments, 0 where it is new; None if all are."""
        if not self._runs:
            return None
        if self._table is None:
            self._table = np.zeros(1 << (_TABLE_BITS - 3), dtype=np.uint8)
        _set_bits(self._table, _slots(self._runs[-1].high, self._runs[-1].low))
        maybe = np.flatnonzero(_bits_at(self._table, _slots(high, low)))
        lines = np.zeros(len(high), dtype=np.int64)
        for run in self._runs:
            if not maybe.size:
                break
            found = _search(run, high[maybe], low[maybe])
            lines[maybe[found >= 0]] = run.line_number[found[found >= 0]]
            maybe = maybe[found < 0]
        return lines if lines.any() else None


def _bits_at(table: Bytes, slots: Int64s) -> Flags:
    return ((table[slots >> 3] >> (slots & 7).astype(np.uint8)) & 1).astype(np.bool_)


def _set_bits(table: Bytes, slots: Int64s) -> None:
    np.bitwise_or.at(table, slots >> 3, np.uint8(1) << (slots & 7).astype(np.uint8))


def _slots(high: Words, low: Words) -> Int64s:
    mixed = (high ^ (low * _MIX)) * _MIX
    return (mixed >> np.uint64(64 - _TABLE_BITS)).astype(np.int64)


def _search(run: _Run, high: Words, low: Words) -> Int64s:
    """Return the place of each id in a run, -1 where it is not."""
    place = np.searchsorted(run.high, high)
    found = np.full(len(high), -1, dtype=np.int64)
    end = len(run.high)
    # Ids may share their high half: step through these until the low half fits or is passed.
    left = np.arange(len(high), dtype=np.int64)
    while left.size:
        left = left[place[left] < end]
        at = place[left]
        equal_high = run.high[at] == high[left]
        hit = equal_high & (run.low[at] == low[left])
        found[left[hit]] = at[hit]
        more = equal_high & (run.low[at] < low[left])
        left = left[more]
        place[left] += 1
    return found
