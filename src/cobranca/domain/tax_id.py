"""CPF and CNPJ, the CNPJ with letters included: check and normalise.

One rule serves the old CNPJ and the alphanumeric one of July 2026 (IN RFB 2.229/2024): a character
is worth its ASCII code less 48, so digits keep their value and `A` is 17. Tax ids are text, always:
"only digits" cleaners would turn 12ABC34501DE35 into nine digits.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.errors import InvalidField
from cobranca.domain.text_format import CNPJ_LENGTH, CPF_LENGTH

_CPF_TEXT: Final = re.compile(
    r"[0-9]{11}|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}",
)
_CNPJ_TEXT: Final = re.compile(
    r"[0-9A-Z]{12}[0-9]{2}|[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-[0-9]{2}",
)
_PUNCTUATION: Final = str.maketrans("", "", "./-")
#: Weights of the second digit; the first digit's are these without the first one.
_CPF_WEIGHTS: Final = (11, 10, 9, 8, 7, 6, 5, 4, 3, 2)
_CNPJ_WEIGHTS: Final = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


class TaxIdKind(IntEnum):
    """What a tax id is, or why it is none; the value of a good one is its length."""

    #: Neither eleven digits nor the fourteen characters of a CNPJ.
    BAD_FORMAT = 0
    #: The form is right, a check digit is not.
    BAD_CHECK_DIGIT = 1
    #: One digit repeated: the check digits fit, yet nobody has such a number.
    REPEATED = 2
    CPF = 11
    CNPJ = 14


def parse_tax_id(text: str, field: str = "tax_id") -> str:
    """Return the 11 or 14 characters of a CPF or CNPJ, upper case, without punctuation.

    The text is bare or fully punctuated (`529.982.247-25`, `12.ABC.345/01DE-35`), blanks around.

    Raises:
        InvalidField: TAX_ID_MISSING, TAX_ID_FORMAT, TAX_ID_REPEATED or TAX_ID_CHECK_DIGIT.
    """
    bare = text.strip(" \t")
    if not bare:
        raise InvalidField(field, "The CPF or CNPJ is missing.", code="TAX_ID_MISSING")
    kind = tax_id_kind(bare)
    if kind in (TaxIdKind.CPF, TaxIdKind.CNPJ):
        return bare.upper().translate(_PUNCTUATION)
    code, detail = _REFUSALS[kind]
    raise InvalidField(field, detail, code=code)


_REFUSALS: Final = {
    TaxIdKind.BAD_FORMAT: ("TAX_ID_FORMAT", "Neither a CPF (11 digits) nor a CNPJ (14 places)."),
    TaxIdKind.BAD_CHECK_DIGIT: (
        "TAX_ID_CHECK_DIGIT",
        "The check digits of the CPF or CNPJ differ.",
    ),
    TaxIdKind.REPEATED: ("TAX_ID_REPEATED", "The CPF or CNPJ repeats one digit."),
}


def tax_id_kind(text: str) -> TaxIdKind:
    """Tell a CPF from a CNPJ, and both from what is neither; punctuation as in `parse_tax_id`."""
    upper = text.upper() if text.isascii() else ""
    if _CPF_TEXT.fullmatch(upper):
        weights, kind = _CPF_WEIGHTS, TaxIdKind.CPF
    elif _CNPJ_TEXT.fullmatch(upper):
        weights, kind = _CNPJ_WEIGHTS, TaxIdKind.CNPJ
    else:
        return TaxIdKind.BAD_FORMAT
    bare = upper.translate(_PUNCTUATION)
    if bare == bare[0] * len(bare):
        return TaxIdKind.REPEATED
    first = _check_digit(bare[:-2], weights[1:])
    second = _check_digit(bare[:-2] + first, weights)
    return kind if bare[-2:] == first + second else TaxIdKind.BAD_CHECK_DIGIT


def _check_digit(characters: str, weights: tuple[int, ...]) -> str:
    total = sum((ord(c) - 48) * w for c, w in zip(characters, weights, strict=True))
    rest = total % 11
    return "0" if rest < 2 else str(11 - rest)


def tax_id_kinds(
    windows: npt.NDArray[np.uint8], lengths: npt.NDArray[np.integer]
) -> npt.NDArray[np.uint8]:
    """Classify many bare tax ids at once: the bulk form of `tax_id_kind` without punctuation.

    Args:
        windows: uint8[n, 14 or more], each row the ASCII text from the left; what stands after
            its length is ignored.
        lengths: the length of each text; any other than 11 and 14 is BAD_FORMAT.

    Returns:
        uint8[n] of `TaxIdKind` values. Lower-case letters count as upper case.
    """
    kinds = np.full(len(windows), TaxIdKind.BAD_FORMAT, dtype=np.uint8)
    for length, weights in ((CPF_LENGTH, _CPF_WEIGHTS), (CNPJ_LENGTH, _CNPJ_WEIGHTS)):
        rows = np.flatnonzero(lengths == length)
        if rows.size:
            everyone = rows.size == len(windows)
            chosen = windows[:, :length] if everyone else windows[rows, :length]
            kinds[rows] = _kinds_of_length(np.ascontiguousarray(chosen.T), weights)
    return kinds


def _kinds_of_length(
    columns: npt.NDArray[np.uint8],
    weights: tuple[int, ...],
) -> npt.NDArray[np.uint8]:
    """Classify the texts of one length, given as uint8[length, n]: a contiguous row a place."""
    length = len(columns)
    values = columns - np.uint8(48)  # Below "0" it wraps round to a large value: never a digit.
    good_form = np.ones(columns.shape[1], dtype=np.bool_)
    for place in range(length):
        letters_allowed = length == CNPJ_LENGTH and place < length - 2
        if letters_allowed:
            values[place] -= np.where(values[place] >= 49, np.uint8(32), np.uint8(0))
            value = values[place]
            good_form &= (value <= 9) | ((value >= 17) & (value <= 42))
        else:
            good_form &= values[place] <= 9
    repeated = (values[1:] == values[0]).all(axis=0)
    first = _check_digits(values[:-2], weights[1:])
    second = _check_digits(values[:-2], weights[:-1], first, weights[-1])
    matching = (values[-2] == first) & (values[-1] == second)
    kinds = np.where(matching, np.uint8(length), np.uint8(TaxIdKind.BAD_CHECK_DIGIT))
    kinds[repeated] = TaxIdKind.REPEATED
    kinds[~good_form] = TaxIdKind.BAD_FORMAT
    return kinds


def _check_digits(
    values: npt.NDArray[np.uint8],
    weights: tuple[int, ...],
    last: npt.NDArray[np.uint8] | None = None,
    last_weight: int = 0,
) -> npt.NDArray[np.uint8]:
    total = np.zeros(values.shape[1], dtype=np.uint16)
    for row, weight in zip(values, weights, strict=True):
        total += row * np.uint16(weight)
    if last is not None:
        total += last * np.uint16(last_weight)
    rest = (total % np.uint16(11)).astype(np.uint8)
    return np.where(rest < 2, np.uint8(0), np.uint8(11) - rest)
