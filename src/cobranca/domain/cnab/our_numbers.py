"""Our numbers of titles, with the check digits that a layout wants beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.check_digit import CheckDigitRule, Column, values_of_text
from cobranca.domain.cnab.arrays import Array, bare
from cobranca.domain.cnab.layout import Draft
from cobranca.domain.cnab.text import Bytes, lengths_of, matrix_of, rows_that

_ZERO: Final = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class OurNumbers:
    """Our numbers as ASCII digits.

    Attributes:
        number: uint8[n, width], without check digits.
        digit: uint8[n, digits]; zeros where the bank is to number the title.
        is_zero: where the bank is to number the title.
    """

    number: Bytes
    digit: Bytes
    is_zero: Array

    @property
    def whole(self) -> Bytes:
        """The number with its check digits behind it."""
        return np.hstack([self.number, self.digit])


def read_our_numbers(
    draft: Draft,
    width: int,
    rule: CheckDigitRule | None = None,
    *,
    over: str = "",
    front: str = "",
) -> OurNumbers:
    """Read the our numbers of a draft, and compute their check digits.

    They may come as the boletos have them, `width` digits, or with the check digits behind, which
    must then be right; and with `front` before them, which is then dropped.

    Args:
        draft: whose titles; what is no our number is refused.
        width: digits of the number itself.
        rule: of the check digits; None = it has none.
        over: what the check digits cover before the number.
        front: what may stand before the number.
    """
    digits = rule.width if rule else 0
    given, lengths = _without_front(
        matrix_of(bare(draft.titles.our_number, draft.count)), front, {width, width + digits}
    )
    number = np.zeros((draft.count, width), dtype=np.uint8)
    reach = min(width, given.shape[1])
    number[:, :reach] = given[:, :reach]
    wrong = rows_that((number - np.uint8(_ZERO)) > 9)
    good = np.broadcast_to(~wrong, draft.count)
    if wrong.any():
        number[wrong] = _ZERO
    digit = _digits(number, rule, over)
    is_zero = ~(number != _ZERO).any(axis=1)
    digit[is_zero] = _ZERO
    longer = lengths == width + digits if digits else np.zeros(draft.count, dtype=np.bool_)
    wanted = f"{width} digits" + (f", or {width + digits} with check digits" if digits else "")
    detail = f"{draft.layout.code} wants {wanted}."
    good = good & ((lengths == width) | longer)
    draft.refuse(~good, "our_number", "OUR_NUMBER_FORM", detail)
    if longer.any():
        same = (given[:, width : width + digits] == digit).all(axis=1)
        detail = "its check digit is wrong for this account."
        draft.refuse(good & longer & ~same, "our_number", "OUR_NUMBER_DIGIT", detail)
    return OurNumbers(number=number, digit=digit, is_zero=is_zero)


def _without_front(
    given: Bytes, front: str, widths: set[int]
) -> tuple[Bytes, npt.NDArray[np.int64]]:
    """Drop what stands before numbers that are longer than they must be."""
    lengths = lengths_of(given)
    before = np.frombuffer(front.encode(), dtype=np.uint8)
    long = np.isin(lengths, [len(front) + width for width in widths])
    if not front or not long.any():
        return given, lengths
    has: npt.NDArray[np.bool_] = long & (given[:, : len(front)] == before).all(axis=1)
    shifted = np.zeros_like(given)
    shifted[:, : given.shape[1] - len(front)] = given[:, len(front) :]
    return (
        np.where(has[:, np.newaxis], shifted, given),
        np.where(has, lengths - len(front), lengths),
    )


def _digits(number: Bytes, rule: CheckDigitRule | None, over: str) -> Bytes:
    if rule is None:
        return np.empty((len(number), 0), dtype=np.uint8)
    columns: list[Column] = [*values_of_text(over)]
    columns += list(np.ascontiguousarray(number.T) - np.uint8(_ZERO))
    found = np.empty((len(number), rule.width), dtype=np.uint8)
    for place, column in enumerate(rule.of_columns(columns)):
        found[:, place] = column + np.uint8(_ZERO)
    return found
