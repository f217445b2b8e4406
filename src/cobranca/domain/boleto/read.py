"""Reading barcodes and digitable lines that others have written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from cobranca.domain.boleto.barcode import (
    BARCODE_LENGTH,
    LINE_LENGTH,
    barcode_of_line,
    digitable_line_of,
)
from cobranca.domain.check_digit import BARCODE_DIGIT, MODULO_10
from cobranca.domain.due_date import FACTOR_MIN, date_of_factor
from cobranca.domain.errors import InvalidField

UTILITY_LINE_LENGTH: Final = 48
#: What people put between the digits; anything else is a typing mistake that must not be dropped.
_MASK: Final = str.maketrans("", "", " .-\t\u00a0")
_TEXT_MAX: Final = 100
#: Places of the three fields of a digitable line: start, check digit.
_FIELDS: Final = (("field_1", 0, 9), ("field_2", 10, 20), ("field_3", 21, 31))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBoleto:
    """What a barcode or digitable line says.

    Attributes:
        bank: three digits, of any bank, known here or not.
        barcode: 44 digits.
        digitable_line: 47 digits; as read when a line was read, wrong check digits included.
        due_factor: the four digits as an integer; 0 when the boleto carries none.
        due_date: the date the factor means on the day of reading; None when there is no factor, or
            when it lies in the 500 days that mean nothing on that day.
        amount_cents: 0 = the payer fills in the amount.
        free_field: the bank's 25 digits.
        wrong_check_digits: of `field_1`, `field_2`, `field_3`, `general`; empty when all are right.
    """

    bank: str
    barcode: str
    digitable_line: str
    due_factor: int
    due_date: date | None
    amount_cents: int
    free_field: str
    wrong_check_digits: tuple[str, ...]


def read_boleto(text: str, today: date) -> ReadBoleto:
    """Read a barcode (44 digits) or a digitable line (47), with or without its mask.

    Args:
        text: digits; blanks, dots and hyphens are passed over.
        today: the day of reading, which tells the cycles of the due factor apart.

    Raises:
        InvalidField: on `line`: LINE_LENGTH, LINE_NOT_DIGITS, LINE_CURRENCY, or UTILITY_BILL for
            utility and tax bills (48 digits beginning with 8), which have another layout.
    """
    digits = _digits_of(text)
    if len(digits) == BARCODE_LENGTH:
        return read_barcode(digits, today)
    return read_digitable_line(digits, today)


def read_barcode(text: str, today: date) -> ReadBoleto:
    """Read 44 digits; see `read_boleto`."""
    barcode = _digits_of(text)
    _check_kind(barcode, BARCODE_LENGTH)
    return _read(barcode, digitable_line_of(barcode), (), today)


def read_digitable_line(text: str, today: date) -> ReadBoleto:
    """Read 47 digits; see `read_boleto`."""
    line = _digits_of(text)
    _check_kind(line, LINE_LENGTH)
    wrong = tuple(
        name
        for name, start, digit in _FIELDS
        if MODULO_10.of_text(line[start:digit]) != line[digit]
    )
    return _read(barcode_of_line(line), line, wrong, today)


def _read(barcode: str, line: str, wrong: tuple[str, ...], today: date) -> ReadBoleto:
    if barcode[3] != "9":
        raise InvalidField("line", "The currency is not the real.", code="LINE_CURRENCY")
    if BARCODE_DIGIT.of_text(barcode[:4] + barcode[5:]) != barcode[4]:
        wrong = (*wrong, "general")
    factor = int(barcode[5:9])
    # An older convention gives the factor's places to large amounts: a leading zero tells it.
    has_factor = factor >= FACTOR_MIN
    return ReadBoleto(
        bank=barcode[:3],
        barcode=barcode,
        digitable_line=line,
        due_factor=factor if has_factor else 0,
        due_date=date_of_factor(factor, today) if has_factor else None,
        amount_cents=int(barcode[9:19] if has_factor else barcode[5:19]),
        free_field=barcode[19:],
        wrong_check_digits=wrong,
    )


def _digits_of(text: str) -> str:
    digits = text[: _TEXT_MAX + 1].translate(_MASK).strip("\r\n")
    if not re.fullmatch(r"[0-9]+", digits):
        raise InvalidField("line", "There is more than digits here.", code="LINE_NOT_DIGITS")
    return digits


def _check_kind(digits: str, length: int) -> None:
    if digits[0] == "8" and len(digits) in (UTILITY_LINE_LENGTH, BARCODE_LENGTH):
        detail = "This is a utility or tax bill (arrecadação), not a boleto."
        raise InvalidField("line", detail, code="UTILITY_BILL")
    if len(digits) != length:
        detail = f"A barcode has 44 digits, a digitable line 47; this has {len(digits)}."
        raise InvalidField("line", detail, code="LINE_LENGTH")
