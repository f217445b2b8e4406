"""The accepted records of a segment, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cobranca.infra.columns import TextColumn
from cobranca.uploads.csv_reader.cells import Bytes, Int64s
from cobranca.uploads.csv_reader.optional_columns.details import Details

_INDEX_BITS: Final = 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Validated billings, one array a column, all of length n."""

    #: int64[n]: physical line of the file on which the record begins, from 1.
    line_number: Int64s
    #: uint8[n, 16]: UUIDs.
    debt_id: Bytes
    #: int64[n]
    amount_cents: Int64s
    #: int32[n]: days since 2000-01-01, PostgreSQL's day 0.
    due_date: npt.NDArray[np.int32]
    #: int16[n]: bits of `RowWarning`.
    warnings: npt.NDArray[np.int16]
    name: TextColumn
    #: Without punctuation, upper case.
    tax_id: TextColumn
    email: TextColumn
    #: What the file calls its debts, empty for those that are UUIDs; None where all of them are.
    code: TextColumn | None = None
    #: What the optional columns say; None where the file has none.
    details: Details | None = None

    def __len__(self) -> int:
        """Return n."""
        return len(self.line_number)

    def take(self, rows: npt.NDArray[Any] | slice) -> Rows:
        """Return the chosen rows (indices, a mask or a slice); the text buffer is shared."""
        return Rows(
            line_number=self.line_number[rows],
            # Sixteen bytes move as one item: six times faster than as a row of a matrix.
            debt_id=self.debt_id.view("V16").reshape(-1)[rows].view(np.uint8).reshape(-1, 16),
            amount_cents=self.amount_cents[rows],
            due_date=self.due_date[rows],
            warnings=self.warnings[rows],
            name=self.name.take(rows),
            tax_id=self.tax_id.take(rows),
            email=self.email.take(rows),
            code=None if self.code is None else self.code.take(rows),
            details=None if self.details is None else self.details.take(rows),
        )

    def sorted_by_debt_id(self) -> Rows:
        """Return the rows in the order of PostgreSQL's uuid type; equal ids stay in line order."""
        return self.take(order_of_ids(self.debt_id))


def halves(debt_id: Bytes) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Return the high and low eight bytes of UUIDs as numbers that sort as the bytes do."""
    words = debt_id.view(">u8")
    return words[:, 0].astype(np.uint64), words[:, 1].astype(np.uint64)


def order_of_ids(debt_id: Bytes) -> Int64s:
    """Return the stable order of UUIDs, uint8[n, 16].

    Up to 2^21 rows (a segment), the high bits of an id and its row number share one word: sorting
    words is half the work of sorting indices. The few ids with equal high bits are put in order
    afterwards; when they are many (serial ids), all are sorted by both halves.
    """
    high, low = halves(debt_id)
    count = len(high)
    if count > 1 << _INDEX_BITS:
        return np.lexsort((low, high))
    row_mask = np.uint64((1 << _INDEX_BITS) - 1)
    words = (high & ~row_mask) | np.arange(count, dtype=np.uint64)
    words.sort()
    order = (words & row_mask).astype(np.int64)
    prefix = words >> np.uint64(_INDEX_BITS)
    same = prefix[1:] == prefix[:-1]
    if not same.any():
        return order
    tied = np.zeros(count, dtype=np.bool_)
    tied[1:] = same
    tied[:-1] |= same
    places = np.flatnonzero(tied)
    rows = order[places]
    order[places] = rows[np.lexsort((rows, low[rows], high[rows]))]
    return order
