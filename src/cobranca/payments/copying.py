"""Columns of a COPY, from arrays of a return file: dates and amounts that may be missing, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cobranca.domain.cnab.returns import debt_ids_in
from cobranca.infra import pg_copy
from cobranca.infra.columns import TextColumn

if TYPE_CHECKING:
    from datetime import datetime

    import numpy.typing as npt

    from cobranca.payments.pieces import Days, Flags, Ints, Texts

_EPOCH: Final = np.datetime64("2000-01-01", "D")
_EPOCH_S: Final = 946_684_800
_REPLACED: Final = ord("?")


def days(values: Days) -> pg_copy.Column:
    """Column of `date`, NULL for NaT."""
    missing = np.isnat(values)
    if not missing.any():
        return pg_copy.date((values - _EPOCH).astype(np.int64))
    since = np.where(missing, 0, (values - _EPOCH).astype(np.int64))
    return _unless(since.astype(">i4"), missing)


def amounts(values: Ints, *, missing: Flags) -> pg_copy.Column:
    """Column of `bigint`, NULL where it is missing."""
    return _unless(values.astype(">i8"), missing) if missing.any() else pg_copy.int8(values)


def debts(controls: Texts) -> pg_copy.Column:
    """Column of `uuid`: the debtId that a control is, NULL where it is none."""
    debt_ids, is_debt_id = debt_ids_in(controls)
    start = np.arange(len(controls)) * debt_ids.shape[1]
    length = np.where(is_debt_id, debt_ids.shape[1], -1)
    return TextColumn(buffer=debt_ids.reshape(-1), start=start, length=length)


def instant(at: datetime) -> pg_copy.Column:
    """Column of `timestamptz` that is the same in all rows."""
    micros = (int(at.timestamp()) - _EPOCH_S) * 1_000_000 + at.microsecond
    return pg_copy.int8(np.int64(micros))


def texts(values: Texts) -> pg_copy.Column:
    """Column of `text`, of a file's bytes: what is no printable ASCII becomes a question mark."""
    length = np.char.str_len(values).astype(np.int64)
    width = values.dtype.itemsize
    cells = np.ascontiguousarray(values).view(np.uint8).reshape(-1).copy()
    cells[(cells < ord(" ")) | (cells > ord("~"))] = _REPLACED
    if len(values) and (length == width).all():
        return pg_copy.fixed_bytes(cells.reshape(-1, width))
    return TextColumn(buffer=cells, start=np.arange(len(values)) * width, length=length)


def words(numbers: npt.NDArray[np.integer[Any]], vocabulary: tuple[str, ...]) -> TextColumn:
    """Column of `text` of which each row is one of a few words."""
    return TextColumn.of(vocabulary).take(numbers.astype(np.int64))


def _unless(values: npt.NDArray[Any], missing: Flags) -> TextColumn:
    width = values.dtype.itemsize
    buffer = np.ascontiguousarray(values).view(np.uint8).reshape(-1)
    length = np.where(missing, -1, width)
    return TextColumn(buffer=buffer, start=np.arange(len(values)) * width, length=length)
