"""The debtId in the 25 places that a bank gives back as they were: base 36 of its 128 bits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

COMPANY_USE_WIDTH: Final = 25
_DIGITS: Final = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)
_BASE: Final = np.uint64(36)
#: Six places at a time: 36 ** 6 is less than 2 ** 32, so that a limb and a rest fit 64 bits.
_PLACES: Final = 6
_DIVISOR: Final = np.uint64(36**_PLACES)
_LIMB_BITS: Final = np.uint64(32)
_ROUNDS: Final = 5


def company_use_of(debt_ids: Iterable[UUID]) -> npt.NDArray[np.bytes_]:
    """Write debtIds as a bank gives them back; the return files' reader reads them."""
    packed = b"".join(debt_id.bytes for debt_id in debt_ids)
    limbs = [limb.astype(np.uint64) for limb in np.frombuffer(packed, ">u4").reshape(-1, 4).T]
    table = np.empty((len(limbs[0]), _PLACES * _ROUNDS), dtype=np.uint8)
    for place in range(_PLACES * _ROUNDS, 0, -_PLACES):
        limbs, rest = _divided(limbs)
        for at in range(place - 1, place - 1 - _PLACES, -1):
            higher = rest // _BASE
            table[:, at] = _DIGITS[(rest - higher * _BASE).astype(np.intp)]
            rest = higher
    # 30 places, of which 128 bits never need the first five.
    kept = np.ascontiguousarray(table[:, -COMPANY_USE_WIDTH:])
    return kept.view(f"S{COMPANY_USE_WIDTH}").reshape(-1)


def _divided(
    limbs: list[npt.NDArray[np.uint64]],
) -> tuple[list[npt.NDArray[np.uint64]], npt.NDArray[np.uint64]]:
    """Divide numbers in limbs, the highest first; return the quotients and what is left."""
    rest = np.zeros_like(limbs[0])
    quotients: list[npt.NDArray[np.uint64]] = []
    for limb in limbs:
        whole = (rest << _LIMB_BITS) | limb
        quotient = whole // _DIVISOR
        quotients.append(quotient)
        rest = whole - quotient * _DIVISOR
    return quotients, rest
