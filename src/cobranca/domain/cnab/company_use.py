"""The debtId in the 25 places that a bank gives back as they were: base 36 of its 128 bits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

COMPANY_USE_WIDTH: Final = 25
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Three places at a time, which is a table that stays in the processor's cache.
_TRIPLES: Final = [a + b + c for a in _DIGITS for b in _DIGITS for c in _DIGITS]
_BASE: Final = len(_TRIPLES)
_TRIPLES_NEEDED: Final = 9


def company_use_of(debt_ids: Iterable[UUID]) -> list[str]:
    """Write debtIds as a bank gives them back; the return files' reader reads them."""
    return [_written(debt_id.int) for debt_id in debt_ids]


def _written(number: int) -> str:
    parts: list[str] = []
    for _ in range(_TRIPLES_NEEDED):
        number, rest = divmod(number, _BASE)
        parts.append(_TRIPLES[rest])
    # 27 places, of which 128 bits never need the first two.
    return "".join(reversed(parts))[-COMPANY_USE_WIDTH:]
