"""The cells of a workbook as the text that a CSV has for them: one reading each.

Numbers are what a spreadsheet has for a person's digits, so what its arithmetic leaves behind
(0.1 + 0.2) is not part of them; a real third decimal is, and is refused by the reader. Which sign
parts reais from cents is the caller's, for numbers may stand in a column of texts.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from cobranca.domain.money import DecimalStyle

#: What a sheet's cells are, as the library hands them over.
Cell = str | float | bool | dt.date | dt.time | dt.timedelta

#: What arithmetic leaves behind of a number: absolute, and relative to it.
_NOISE: Final = 1e-9
_NOISE_SHARE: Final = 1e-14
_DECIMALS: Final = 9
#: From here on a spreadsheet has lost digits: 15 are all that it keeps.
_EXACT_BELOW: Final = 10**15


def plain_text(cell: Cell, style: DecimalStyle) -> str:
    """Write a cell of a column that holds no amounts: whole numbers have no decimals."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "VERDADEIRO" if cell else "FALSO"
    if isinstance(cell, int | float):
        return _signed(_digits(cell), style)
    return _clock_text(cell)


def money_text(cell: Cell, style: DecimalStyle) -> str:
    """Write a cell of a column of amounts: numbers have two decimals, or those that they have."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return plain_text(cell, style)
    rounded = f"{cell:.2f}"
    if abs(float(rounded) - cell) <= max(_NOISE, abs(cell) * _NOISE_SHARE):
        return _signed(rounded, style)
    digits = _digits(cell)
    # Three decimals alone could be taken for a group of thousands, which a number's are not.
    is_group = digits[-4:-3] == "."
    return _signed(f"{digits}0" if is_group else digits, style)


def shown_sign(text: str) -> DecimalStyle:
    """Tell which decimal sign a text shows, by the rule of the CSV; ANY when it shows none."""
    bare = text.strip(" \t\u00a0")
    for place, least in ((-3, 4), (-2, 3)):
        if len(bare) >= least and bare[place] in ".,":
            return DecimalStyle.POINT if bare[place] == "." else DecimalStyle.COMMA
    return DecimalStyle.ANY


def _digits(number: float) -> str:
    """Write a number with as many decimals as it has; with an exponent when its digits are lost.

    The reader refuses that one for what it is, as a tax id and as a code.
    """
    if abs(number) >= _EXACT_BELOW or number != number:  # noqa: PLR0124 - it is not a number
        return f"{number:.14E}"
    if float(number).is_integer():
        return str(int(number))
    return f"{number:.{_DECIMALS}f}".rstrip("0").rstrip(".")


def _signed(text: str, style: DecimalStyle) -> str:
    return text.replace(".", ",") if style is DecimalStyle.COMMA else text


def _clock_text(cell: dt.date | dt.time | dt.timedelta) -> str:
    """Write a date; an hour behind it is not part of a date, and a sheet seldom shows it."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)
