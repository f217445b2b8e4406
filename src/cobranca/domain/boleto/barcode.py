"""The barcode's 44 digits and the digitable line's 47, whatever the bank.

Barcode:        1-3 bank, 4 currency (9 = real), 5 general check digit, 6-9 due factor,
                10-19 amount in cents, 20-44 free field.
Digitable line: 1-10  barcode 1-4 and 20-24, check digit
                11-21 barcode 25-34, check digit
                22-32 barcode 35-44, check digit
                33    barcode 5
                34-47 barcode 6-19
The layout is FEBRABAN's, the same for every bank.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from cobranca.domain.check_digit import BARCODE_DIGIT, MODULO_10
from cobranca.domain.due_date import check_due_date, due_factor
from cobranca.domain.money import check_amount_cents

BARCODE_LENGTH: Final = 44
LINE_LENGTH: Final = 47
CURRENCY_REAL: Final = "9"


def barcode_of(bank: str, free_field: str, amount_cents: int, due_date: date) -> str:
    """Write the 44 digits.

    Args:
        bank: three digits.
        free_field: 25 digits.
        amount_cents: 1 to 9,999,999,999.
        due_date: from 2000-07-03 on.

    Raises:
        InvalidField: on `amount_cents` or `due_date`.
    """
    check_amount_cents(amount_cents)
    check_due_date(due_date)
    before = bank + CURRENCY_REAL
    after = f"{due_factor(due_date):04d}{amount_cents:010d}{free_field}"
    return before + BARCODE_DIGIT.of_text(before + after) + after


def digitable_line_of(barcode: str) -> str:
    """Write the 47 digits that people type, of the 44 that machines read.

    Raises:
        ValueError: not 44 ASCII digits; texts of unknown origin go to `read_barcode`.
    """
    _check_digits(barcode, BARCODE_LENGTH)
    fields = (barcode[:4] + barcode[19:24], barcode[24:34], barcode[34:])
    checked = "".join(field + MODULO_10.of_text(field) for field in fields)
    return checked + barcode[4] + barcode[5:19]


def barcode_of_line(line: str) -> str:
    """Give the 44 digits of a line of 47, without looking at its check digits.

    Raises:
        ValueError: not 47 ASCII digits; texts of unknown origin go to `read_digitable_line`.
    """
    _check_digits(line, LINE_LENGTH)
    return line[:4] + line[32] + line[33:] + line[4:9] + line[10:20] + line[21:31]


def format_digitable_line(line: str) -> str:
    """Put the dots and spaces into 47 digits, as printed.

    Raises:
        ValueError: not 47 ASCII digits.
    """
    _check_digits(line, LINE_LENGTH)
    return (
        f"{line[:5]}.{line[5:10]} {line[10:15]}.{line[15:21]} "
        f"{line[21:26]}.{line[26:32]} {line[32]} {line[33:]}"
    )


def _check_digits(text: str, length: int) -> None:
    if len(text) != length or not (text.isascii() and text.isdigit()):
        raise ValueError(f"expected {length} digits")
