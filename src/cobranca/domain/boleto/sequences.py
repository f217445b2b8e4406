"""From our numbers, as return files bring them, back to the sequence numbers they were made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from cobranca.domain.boleto.account import Account

_ZERO = 48


def sequences_of(
    account: Account, our_numbers: npt.NDArray[np.bytes_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Undo `Account.our_number_of` for many our numbers; check digits are another matter.

    Args:
        account: whose they would be.
        our_numbers: bytes[n], digits without check digit; shorter ones lack zeros in front.

    Returns:
        int64[n] of sequence numbers, 0 for what this account never makes; and int64[n] of the years
        of issue, 0 where the bank does not write them.
    """
    issue = account.plans[0].issue
    cells, known = _right_aligned(our_numbers, account.our_number_digits)
    first = cells.shape[1] - issue.digits
    prefix = np.frombuffer(issue.prefix.encode(), dtype=np.uint8) - np.uint8(_ZERO)
    known &= (cells[:, first - len(prefix) : first] == prefix).all(axis=1)
    sequences = _value(cells[:, first:]) - issue.offset
    known &= (sequences >= 1) & (sequences <= account.sequence_max)
    years = np.zeros(len(cells), dtype=np.int64)
    if issue.year:
        years = np.where(known, 2000 + _value(cells[:, :2]), 0)
    return np.where(known, sequences, 0), years


def _right_aligned(
    our_numbers: npt.NDArray[np.bytes_], width: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """Give the digits in a matrix of `width` columns, and which rows fit into it."""
    count, places = len(our_numbers), our_numbers.dtype.itemsize
    given = np.ascontiguousarray(our_numbers).view(np.uint8).reshape(count, places)
    # Digits run from 0; what is no digit, and what is not there, is larger than 9.
    values = given - np.uint8(_ZERO)
    known: npt.NDArray[np.bool_] = np.logical_and.reduce(values <= 9, axis=1)
    if places > width:
        known &= ~values[:, : places - width].any(axis=1)
        return values[:, places - width :], known
    return np.pad(values, ((0, 0), (width - places, 0))), known


def _value(digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    value = np.zeros(len(digits), dtype=np.int64)
    for column in digits.T:
        value = value * 10 + column
    return value
