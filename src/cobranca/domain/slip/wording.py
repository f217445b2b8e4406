"""How amounts, dates and tax ids are written on a slip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

_CPF_CHARS: Final = 11
_CNPJ_CHARS: Final = 14
_MASK_CHARS: Final = str.maketrans("", "", "./- ")


def amount_text(amount_cents: int) -> str:
    """Write cents as reais: 123456 is "1.234,56"."""
    reais, cents = divmod(amount_cents, 100)
    if reais < 1000:
        return f"{reais},{cents:02d}"
    return f"{reais:,}".replace(",", ".") + f",{cents:02d}"


def date_text(day: date) -> str:
    """Write a date as dd/mm/yyyy."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def line_text(line: str) -> str:
    """Put the mask on 47 digits, as banks print it and applications take it."""
    return (
        f"{line[:5]}.{line[5:10]} {line[10:15]}.{line[15:21]} "
        f"{line[21:26]}.{line[26:32]} {line[32]} {line[33:]}"
    )


def tax_id_label(tax_id: str) -> str:
    """Name and mask a CPF or CNPJ (with letters too); what is neither is left as it came."""
    plain = tax_id if tax_id.isalnum() else tax_id.translate(_MASK_CHARS)
    if len(plain) == _CPF_CHARS and plain.isdigit():
        return f"CPF: {plain[:3]}.{plain[3:6]}.{plain[6:9]}-{plain[9:]}"
    if len(plain) == _CNPJ_CHARS and plain.isalnum():
        root = f"{plain[:2]}.{plain[2:5]}.{plain[5:8]}"
        return f"CNPJ: {root}/{plain[8:12]}-{plain[12:]}"
    return f"CPF/CNPJ: {tax_id}"
