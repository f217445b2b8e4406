"""What somebody means by what they typed into the search, told by its shape alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cobranca.domain.boleto.barcode import BARCODE_LENGTH, LINE_LENGTH, barcode_of_line
from cobranca.domain.text_format import CNPJ_LENGTH, CPF_LENGTH

#: What stands between the digits of lines, tax ids and numbers as people copy them.
_BETWEEN: Final = re.compile(r"[\s./\-\u00a0]+")
_UTILITY_LINE_LENGTH: Final = 48
_LINES: Final = (BARCODE_LENGTH, LINE_LENGTH, _UTILITY_LINE_LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search, as what it may be of.

    Attributes:
        text: as typed, without blanks around.
        is_line: whether it can be nothing but a digitable line or a barcode.
        barcode: the 44 digits of a line or barcode; None when they are no boleto's.
        tax_id: what would be a CPF or CNPJ, without punctuation.
        email: what would be an e-mail address.
    """

    text: str
    is_line: bool
    barcode: str | None
    tax_id: str | None
    email: str | None


def asked_for(text: str) -> Asked:
    """Tell by its shape what a text may be; whatever else it is, it may be a code or a name."""
    bare = text.strip()
    packed = _BETWEEN.sub("", bare).upper()
    is_digits = packed.isascii() and packed.isdigit()
    is_line = is_digits and len(packed) in _LINES
    is_tax_id = (is_digits and len(packed) == CPF_LENGTH) or (
        len(packed) == CNPJ_LENGTH
        and packed.isascii()
        and packed.isalnum()
        and packed[CNPJ_LENGTH - 2 :].isdigit()
    )
    return Asked(
        text=bare,
        is_line=is_line,
        barcode=_barcode(packed) if is_line else None,
        tax_id=packed if is_tax_id else None,
        email=bare if "@" in bare else None,
    )


def _barcode(digits: str) -> str | None:
    if len(digits) == BARCODE_LENGTH:
        return digits
    return barcode_of_line(digits) if len(digits) == LINE_LENGTH else None
