"""PostgreSQL's binary COPY format, written column by column with NumPy.

Owns: the bytes between `COPY ... FROM STDIN (FORMAT BINARY)` and its end. Does not own: which table
or which columns; the features say that.

A row on the wire is the number of its fields (int16) and then, for each field, its length (int32)
and its bytes, big-endian. Neighbouring columns of fixed width make one structured array (a *run*),
so that a row costs a handful of block copies and no Python object.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cobranca.infra.columns import Bytes, TextColumn, scatter_texts, windows

#: Signature, no flags, no header extension.
COPY_HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TRAILER: Final = b"\xff\xff"
#: About 1 MB of output for rows of the billing table.
CHUNK_ROWS: Final = 8192

_INT2_MAX: Final = 32_767


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedColumn:
    """Values of one width, or one value for every row (a 0-dimensional array)."""

    values: npt.NDArray[Any]
    wire: np.dtype[Any]


Column = TextColumn | FixedColumn


def int8(values: npt.ArrayLike) -> FixedColumn:
    """Column of `bigint`."""
    return FixedColumn(values=np.asarray(values), wire=np.dtype(">i8"))


def int4(values: npt.ArrayLike) -> FixedColumn:
    """Column of `integer`."""
    return FixedColumn(values=np.asarray(values), wire=np.dtype(">i4"))


def int2(values: npt.ArrayLike) -> FixedColumn:
    """Column of `smallint`."""
    return FixedColumn(values=np.asarray(values), wire=np.dtype(">i2"))


def boolean(values: npt.ArrayLike) -> FixedColumn:
    """Column of `boolean`."""
    return FixedColumn(values=np.asarray(values, dtype=np.bool_), wire=np.dtype("u1"))


def date(days: npt.ArrayLike) -> FixedColumn:
    """Column of `date`, given as days since 2000-01-01."""
    return int4(days)


def fixed_bytes(values: npt.NDArray[Any]) -> FixedColumn:
    """Column of `bytea` or `text` whose values all have one width: uint8[n, width], `S` or `V`."""
    if values.ndim == 2:
        width = values.shape[1] * values.dtype.itemsize
        values = np.ascontiguousarray(values).view(f"V{width}").reshape(-1)
    wire = np.dtype(f"V{values.dtype.itemsize}")
    return FixedColumn(values=values.view(wire), wire=wire)


def uuid(values: Bytes) -> FixedColumn:
    """Column of `uuid`, given as uint8[n, 16]."""
    return fixed_bytes(values)


def encode_rows(columns: Sequence[Column], *, chunk_rows: int = CHUNK_ROWS) -> Iterator[bytes]:
    """Yield a whole COPY stream, header and trailer included, in chunks of `chunk_rows` rows.

    Args:
        columns: in the order of the COPY's column list; at least one of them has a row dimension.
        chunk_rows: rows of one chunk; bounds the memory used.

    Raises:
        ValueError: the columns differ in length, or there are none (a bug of the caller).
    """
    plan = _Plan(columns)
    yield COPY_HEADER
    for first in range(0, plan.rows, chunk_rows):
        yield plan.encode(first, min(first + chunk_rows, plan.rows))
    yield COPY_TRAILER


class _Plan:
    """How rows are cut into runs of fixed width and texts, and the arrays that this needs."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.rows = _row_count(columns)
        # What fills the fields of each run: (field name, column, chunk) for the fixed columns.
        self._runs: list[tuple[np.dtype[Any], list[tuple[str, FixedColumn]]]] = []
        self._prefixes: dict[str, int] = {"count": len(columns)}
        self._texts: list[TextColumn] = []
        fields: list[tuple[str, Any]] = [("count", ">i2")]
        fixed: list[tuple[str, FixedColumn]] = []
        for number, column in enumerate(columns):
            fields.append((f"length{number}", ">i4"))
            if isinstance(column, FixedColumn):
                self._prefixes[f"length{number}"] = column.wire.itemsize
                fields.append((f"value{number}", column.wire))
                fixed.append((f"value{number}", column))
            else:
                self._texts.append(column)
                self._runs.append((np.dtype(fields), fixed))
                fields, fixed = [], []
        if fields:
            self._runs.append((np.dtype(fields), fixed))

    def encode(self, first: int, last: int) -> bytes:
        """Return the rows [first, last) as the wire has them."""
        texts = [text.take(slice(first, last)) for text in self._texts]
        size = np.full(last - first, sum(dtype.itemsize for dtype, _ in self._runs), dtype=np.int64)
        for text in texts:
            size += np.maximum(text.length, 0)
        place = np.cumsum(size)
        out = np.empty(int(place[-1]), dtype=np.uint8)
        place -= size
        for number, (dtype, fixed) in enumerate(self._runs):
            text = texts[number] if number < len(texts) else None
            run = self._fill(dtype, fixed, first, last, text)
            windows(out, dtype.itemsize)[place] = run.view(f"V{dtype.itemsize}")
            place += dtype.itemsize
            if text is not None:
                scatter_texts(out, place, text)
                place += np.maximum(text.length, 0)
        return out.tobytes()

    def _fill(
        self,
        dtype: np.dtype[Any],
        fixed: Sequence[tuple[str, FixedColumn]],
        first: int,
        last: int,
        text: TextColumn | None,
    ) -> npt.NDArray[Any]:
        run = np.empty(last - first, dtype=dtype)
        for name in dtype.names or ():
            if name in self._prefixes:
                run[name] = self._prefixes[name]
        for name, column in fixed:
            run[name] = column.values[first:last] if column.values.ndim else column.values
        if text is not None and dtype.names:
            run[dtype.names[-1]] = np.maximum(text.length, -1)
        return run


def _row_count(columns: Sequence[Column]) -> int:
    counts = {
        len(column) if isinstance(column, TextColumn) else len(column.values)
        for column in columns
        if isinstance(column, TextColumn) or column.values.ndim
    }
    if len(counts) != 1 or not 0 < len(columns) <= _INT2_MAX:
        raise ValueError("the columns of a COPY need one common number of rows")
    return counts.pop()
