"""debtAmount: text to whole cents, all at once where the form is plain."""

from __future__ import annotations

from typing import Final

import numpy as np

from cobranca.billings.csv_reader.cells import (
    BLANKS,
    Cells,
    Codes,
    Flags,
    Int64s,
    all_digits,
    number_of_digits,
    pad_left_with_zeros,
    words_at,
)
from cobranca.billings.csv_reader.rejects import RejectCode
from cobranca.domain.errors import InvalidField
from cobranca.domain.money import AMOUNT_MAX_CENTS, DecimalStyle, parse_brl

_POINT: Final = 0x2E
_COMMA: Final = 0x2C
_SIGNS: Final = {
    DecimalStyle.POINT: (_POINT, _POINT),
    DecimalStyle.COMMA: (_COMMA, _COMMA),
    DecimalStyle.ANY: (_POINT, _COMMA),
}


def read_amount(text: str, style: DecimalStyle) -> tuple[int, RejectCode]:
    """Read one amount: the rule that `read_amounts` agrees with.

    What two people could read differently (`1.234`) is refused even when the file's style is
    known: to ask costs a line, to guess costs a factor of a thousand.
    """
    try:
        cents = parse_brl(text.strip(BLANKS), DecimalStyle.ANY)
        if style is not DecimalStyle.ANY:
            cents = parse_brl(text.strip(BLANKS), style)
    except InvalidField as error:
        return 0, RejectCode[error.code]
    return cents, RejectCode.ACCEPTED


def read_amounts(cells: Cells, style: DecimalStyle) -> tuple[Int64s, Codes]:
    """Read trimmed cells as cents: int64[n], and the RejectCode of each."""
    whole_end, fraction, good_fraction = _fractions(cells, style)
    digits = whole_end - cells.start
    fits = (digits >= 1) & (digits <= 8)
    words = words_at(cells.buffer, whole_end - 8)
    words = pad_left_with_zeros(words, np.where(fits, digits, 0))
    cents = number_of_digits(words).astype(np.int64) * 100 + fraction
    sure = fits & good_fraction & all_digits(words) & (cents > 0) & (cents <= AMOUNT_MAX_CENTS)
    codes = np.zeros(len(cells), dtype=np.uint8)
    for row in np.flatnonzero(~sure).tolist():
        cents[row], codes[row] = read_amount(cells.text(row), style)
    return cents, codes


def decimal_style(cells: Cells) -> DecimalStyle:
    """Tell which decimal sign most of these amounts show; the first one shown breaks a tie."""
    length, end = cells.length, cells.end
    shown: dict[DecimalStyle, Flags] = {}
    for style, sign in ((DecimalStyle.POINT, _POINT), (DecimalStyle.COMMA, _COMMA)):
        two = (length >= 4) & (cells.buffer[end - 3] == sign)
        one = (length >= 3) & (cells.buffer[end - 2] == sign)
        shown[style] = two | one
    points = int(np.count_nonzero(shown[DecimalStyle.POINT]))
    commas = int(np.count_nonzero(shown[DecimalStyle.COMMA]))
    if not points and not commas:
        return DecimalStyle.ANY
    if points == commas:
        first = int(np.flatnonzero(shown[DecimalStyle.POINT] | shown[DecimalStyle.COMMA])[0])
        return DecimalStyle.POINT if shown[DecimalStyle.POINT][first] else DecimalStyle.COMMA
    return DecimalStyle.POINT if points > commas else DecimalStyle.COMMA


def _fractions(cells: Cells, style: DecimalStyle) -> tuple[Int64s, Int64s, Flags]:
    """Return where the whole part ends, the cents after it, and whether these are digits."""
    end, length, buffer = cells.end, cells.length, cells.buffer
    first_sign, second_sign = _SIGNS[style]
    third, second = buffer[end - 3], buffer[end - 2]
    two = (length >= 4) & ((third == first_sign) | (third == second_sign))
    one = (length >= 3) & ((second == first_sign) | (second == second_sign)) & ~two
    if not (two.any() or one.any()):
        return end, np.zeros(len(cells), dtype=np.int64), np.ones(len(cells), dtype=np.bool_)
    # Below "0" a byte wraps round to a large value: never a digit.
    tens = np.where(two, second, buffer[end - 1]) - np.uint8(48)
    units = buffer[end - 1] - np.uint8(48)
    units[one] = 0
    shows = two | one
    fraction = np.where(shows, tens.astype(np.int64) * 10 + units, 0)
    return end - 3 * two - 2 * one, fraction, ~shows | ((tens <= 9) & (units <= 9))
