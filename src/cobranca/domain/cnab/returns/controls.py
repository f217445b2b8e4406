"""The debtIds that our remittances write as control, read back in columns."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.returns.lines import Bytes

_WIDTH: Final = 25
#: Five places at a time: a limb times 36 ** 5, and what is carried, fit 64 bits.
_PLACES: Final = 5
_BASE: Final = np.uint64(36**_PLACES)
_POWERS: Final = 36 ** np.arange(_PLACES - 1, -1, -1, dtype=np.int64)
_LIMB: Final = np.uint64(0xFFFFFFFF)
_NONE: Final = 255


def _digits() -> npt.NDArray[np.uint8]:
    table = np.full(256, _NONE, dtype=np.uint8)
    for value, character in enumerate(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        table[character] = value
    return table


_VALUES: Final = _digits()


def debt_ids_in(
    controls: npt.NDArray[np.bytes_],
) -> tuple[Bytes, npt.NDArray[np.bool_]]:
    """Read controls as debtIds.

    Another program's control may have 25 places too; it counts as a debtId only when it has the
    form of a UUID: its variant, and a version of 1 to 8.

    Returns:
        uint8[n, 16] of the debtIds, and bool[n] whether the control is one.
    """
    count, width = len(controls), controls.dtype.itemsize
    if width < _WIDTH:
        return np.zeros((count, 16), dtype=np.uint8), np.zeros(count, dtype=np.bool_)
    cells = np.ascontiguousarray(controls).view(np.uint8).reshape(count, width)
    values = _VALUES[cells[:, :_WIDTH]]
    is_one = (values != _NONE).all(axis=1) & (cells[:, _WIDTH:] == 0).all(axis=1)
    limbs = [np.zeros(count, dtype=np.uint64) for _ in range(4)]  # The lowest first.
    digits = values.reshape(count, -1, _PLACES).astype(np.int64) @ _POWERS
    for carried in digits.T:
        carry = carried.astype(np.uint64)
        for place, limb in enumerate(limbs):
            carry += limb * _BASE
            limbs[place] = carry & _LIMB
            carry >>= np.uint64(32)
        is_one &= carry == 0
    words = np.stack(limbs[::-1], axis=1).astype(">u4")
    debt_ids = np.ascontiguousarray(words).view(np.uint8).reshape(count, 16)
    version, variant = debt_ids[:, 6] >> 4, debt_ids[:, 8] >> 6
    return debt_ids, is_one & (version >= 1) & (version <= 8) & (variant == 2)
