"""debtAmount: text to whole cents, all at once where the form is plain."""

from __future__ import annotations

from typing import Final

import numpy as np

from cobranca.domain.errors import InvalidField
from cobranca.domain.money import AMOUNT_MAX_CENTS, DecimalStyle, parse_brl
from cobranca.uploads.csv_reader.cells import (
    Bytes,
    Cells,
    Codes,
    Flags,
    Int64s,
    all_digits,
    number_of_digits,
    pad_left_with_zeros,
    typed,
    words_at,
)
from cobranca.uploads.csv_reader.reject_codes import RejectCode

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
    bare = typed(text)
    try:
        cents = parse_brl(bare, DecimalStyle.ANY)
        if style is not DecimalStyle.ANY:
            cents = parse_brl(bare, style)
    except InvalidField as error:
        return 0, RejectCode[error.code]
    return cents, RejectCode.ACCEPTED


def read_amounts(cells: Cells, style: DecimalStyle) -> tuple[Int64s, Codes]:
    """Read trimmed cells as cents: int64[n], and the RejectCode of each."""
    start = _after_currency(cells)
    whole_end, fraction, sign = _fractions(cells.buffer, start, cells.end, style)
    digits = whole_end - start
    fits = (digits >= 1) & (digits <= 8)
    words = words_at(cells.buffer, whole_end - 8)
    words = pad_left_with_zeros(words, np.where(fits, digits, 0))
    whole = number_of_digits(words).astype(np.int64)
    sure = fits & all_digits(words)
    rows = np.flatnonzero(~sure & (digits >= 5) & (digits <= 10) & (sign != 0))
    if rows.size:
        whole[rows], sure[rows] = _grouped(
            cells.buffer, whole_end[rows], digits[rows], _OTHER_SIGN[sign[rows]]
        )
    cents = whole * 100 + fraction
    sure &= (fraction >= 0) & (cents > 0) & (cents <= AMOUNT_MAX_CENTS)
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


def _after_currency(cells: Cells) -> Int64s:
    """Return where each amount begins after `R$` and one space."""
    start, buffer = cells.start, cells.buffer
    marked = np.flatnonzero((buffer[start] == 0x52) & (buffer[start + 1] == 0x24))
    if not marked.size:
        return start
    start = start.copy()
    start[marked] += 2
    start[marked] += buffer[start[marked]] == 32
    return start


def _fractions(
    buffer: Bytes, start: Int64s, end: Int64s, style: DecimalStyle
) -> tuple[Int64s, Int64s, Bytes]:
    """Return where each whole part ends, the cents after it and the sign between (0 for none).

    Cents that are no digits are negative.
    """
    length = end - start
    first_sign, second_sign = _SIGNS[style]
    third, second = buffer[end - 3], buffer[end - 2]
    two = (length >= 4) & ((third == first_sign) | (third == second_sign))
    one = (length >= 3) & ((second == first_sign) | (second == second_sign)) & ~two
    sign = np.where(two, third, np.where(one, second, np.uint8(0)))
    if not sign.any():
        return end, np.zeros(len(end), dtype=np.int64), sign
    # Below "0" a byte wraps round to a large value: never a digit.
    last = buffer[end - 1] - np.uint8(48)
    tens = np.where(two, second - np.uint8(48), last)
    units = np.where(two, last, np.uint8(0))
    fraction = tens.astype(np.int64) * 10 + units
    fraction[(tens > 9) | (units > 9)] = -(10**12)
    return end - 3 * two - 2 * one, np.where(sign != 0, fraction, 0), sign


def _grouped(
    buffer: Bytes, whole_end: Int64s, size: Int64s, group_sign: Bytes
) -> tuple[Int64s, Flags]:
    """Read whole parts in groups of thousands, 1.234 to 99.999.999; tell which are well formed.

    Args:
        buffer: the bytes.
        whole_end: where each whole part ends.
        size: its bytes, 5 to 10.
        group_sign: what must stand between its groups.
    """
    values = np.zeros(len(whole_end), dtype=np.int64)
    good = size != 8  # It would begin with a sign.
    good &= buffer[whole_end - size] != 0x30
    power = 1
    for place in range(10):
        byte, used = buffer[whole_end - 1 - place], size > place
        if place % 4 == 3:
            good &= ~used | (byte == group_sign)
            continue
        digit = byte - np.uint8(48)
        good &= ~used | (digit <= 9)
        values += np.where(used, digit.astype(np.int64) * power, 0)
        power *= 10
    return values, good


#: By decimal sign, the sign between groups of thousands.
_OTHER_SIGN: Final = np.zeros(256, dtype=np.uint8)
_OTHER_SIGN[_POINT], _OTHER_SIGN[_COMMA] = _COMMA, _POINT
