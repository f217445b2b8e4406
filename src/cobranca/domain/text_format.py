"""How amounts, dates and tax ids are written for people in Brazil, on slips and in mails alike.

Does not own: the mask of a digitable line (`boleto.format_digitable_line`), forms for machines
(`money.format_decimal`), or reading any of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

CPF_LENGTH: Final = 11
CNPJ_LENGTH: Final = 14
_TAX_ID_MARKS: Final = str.maketrans("", "", "./-")


def format_amount(cents: int) -> str:
    """Write cents as reais without their sign of currency: 123456 is `1.234,56`."""
    reais, rest = divmod(abs(cents), 100)
    grouped = str(reais) if reais < 1000 else f"{reais:,}".replace(",", ".")
    return f"{'-' if cents < 0 else ''}{grouped},{rest:02d}"


def format_brl(cents: int) -> str:
    """Write cents as people read them: `R$ 1.234,56`."""
    return f"-R$ {format_amount(-cents)}" if cents < 0 else f"R$ {format_amount(cents)}"


def format_date(day: date) -> str:
    """Write a date as dd/mm/yyyy."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def format_tax_id(bare: str) -> str:
    """Punctuate the 11 or 14 characters of a CPF or CNPJ that was read (`tax_id.parse_tax_id`).

    Raises:
        ValueError: another length (a bug of the caller).
    """
    if len(bare) == CPF_LENGTH:
        return f"{bare[:3]}.{bare[3:6]}.{bare[6:9]}-{bare[9:]}"
    if len(bare) == CNPJ_LENGTH:
        return f"{bare[:2]}.{bare[2:5]}.{bare[5:8]}/{bare[8:12]}-{bare[12:]}"
    raise ValueError("a tax id has 11 or 14 characters")


def label_tax_id(text: str) -> str:
    """Name and punctuate a CPF or CNPJ (with letters too); what is neither is left as it came."""
    bare = text if text.isalnum() else text.strip().translate(_TAX_ID_MARKS)
    if len(bare) == CPF_LENGTH and bare.isascii() and bare.isdigit():
        return f"CPF: {format_tax_id(bare)}"
    if len(bare) == CNPJ_LENGTH and bare.isascii() and bare.isalnum() and bare[-2:].isdigit():
        return f"CNPJ: {format_tax_id(bare)}"
    return f"CPF/CNPJ: {text}"
