"""Money as integer cents: the grammar of amounts in text.

Owns: reading amounts, and writing them for machines; `text_format` writes them for people. Does
not own: currencies other than the real, or rounding (an amount with more than two decimals is
refused, so nothing is ever rounded).
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from cobranca.domain.errors import InvalidField
from cobranca.domain.text_format import format_brl

#: The largest amount that fits the ten places of a barcode: R$ 99,999,999.99.
AMOUNT_MAX_CENTS: Final = 9_999_999_999
#: No amount that fits needs more characters; longer text is refused before it is looked at.
AMOUNT_TEXT_MAX: Final = 32

_BLANK: Final = r"[ \t\u00a0\u2009\u202f]"
_CURRENCY: Final = re.compile(
    rf"(?:R\$:?|BRL){_BLANK}*|{_BLANK}*(?:R\$|BRL|rea(?:l|is))\Z", re.IGNORECASE
)
_AMBIGUOUS: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_NEGATIVE: Final = re.compile(r"[-\u2212][0-9.,]+|[0-9.,]+[-\u2212]|\([0-9.,]+\)")


def _grammar(decimal: str, group: str) -> re.Pattern[str]:
    """Return the forms of an amount whose cents come after `decimal`.

    A group of thousands never begins with zero: "0.123,45" is a slip, not an amount. Zeros after
    the cents say nothing, but three decimals alone could be a group. Blanks between groups are no
    decimal sign; without cents they could also part two numbers.
    """
    cents = rf"{decimal}(?P<%s>[0-9]{{1,2}}|[0-9]{{2}}0%s)"
    plain = rf"(?P<plain>[0-9]+)(?:{cents % ('a', '0+')})?"
    grouped = rf"(?P<grouped>[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+)(?:{cents % ('b', '*')})?"
    spaced = rf"(?P<spaced>[1-9][0-9]{{0,2}}(?:{_BLANK}[0-9]{{3}})+){cents % ('c', '*')}"
    return re.compile(rf"{plain}|{grouped}|{spaced}")


_POINT: Final = _grammar(r"\.", ",")
_COMMA: Final = _grammar(",", r"\.")
_NO_DIGITS: Final = re.compile(r"[^0-9]")


class DecimalStyle(Enum):
    """Which sign parts reais from cents in a file."""

    #: `1234.56` or `1,234.56`
    POINT = "point"
    #: `1234,56` or `1.234,56`
    COMMA = "comma"
    #: Either; what would be read differently by the two (`1.234`) is refused.
    ANY = "any"


def parse_brl(text: str, style: DecimalStyle = DecimalStyle.ANY, field: str = "amount") -> int:
    """Read an amount as whole cents, exactly.

    Accepted: ASCII digits, thousands grouped or not, one or two decimals or none (zeros after
    them), an optional `R$` or `BRL` on one side (`reais` behind), blanks around.

    Args:
        text: what stands in the file, form or request.
        style: the decimal sign; give one to read a whole file by one grammar.
        field: the name that an error carries.

    Raises:
        InvalidField: AMOUNT_MISSING, AMOUNT_FORMAT, AMOUNT_AMBIGUOUS, AMOUNT_NOT_POSITIVE or
            AMOUNT_TOO_LARGE.
    """
    bare = text.strip(" \t")
    if not bare:
        raise InvalidField(field, "The amount is missing.", code="AMOUNT_MISSING")
    if len(bare) > AMOUNT_TEXT_MAX:
        raise InvalidField(field, "The amount is too long.", code="AMOUNT_FORMAT")
    bare, amount = _CURRENCY.sub("", bare, count=1), bare
    if bare == "-" != amount:
        raise InvalidField(field, "The amount is zero.", code="AMOUNT_NOT_POSITIVE")
    if _NEGATIVE.fullmatch(bare):
        raise InvalidField(field, "The amount is negative.", code="AMOUNT_NOT_POSITIVE")
    cents = _read(bare, style, field)
    if cents == 0:
        raise InvalidField(field, "The amount is zero.", code="AMOUNT_NOT_POSITIVE")
    if cents > AMOUNT_MAX_CENTS:
        detail = f"The amount is over {format_brl(AMOUNT_MAX_CENTS)}."
        raise InvalidField(field, detail, code="AMOUNT_TOO_LARGE")
    return cents


def check_amount_cents(amount_cents: int, field: str = "amount_cents") -> None:
    """Refuse cents that a barcode cannot carry.

    Raises:
        InvalidField: AMOUNT_NOT_POSITIVE or AMOUNT_TOO_LARGE.
    """
    if amount_cents <= 0:
        raise InvalidField(field, "The amount is not positive.", code="AMOUNT_NOT_POSITIVE")
    if amount_cents > AMOUNT_MAX_CENTS:
        detail = f"The amount is over {format_brl(AMOUNT_MAX_CENTS)}."
        raise InvalidField(field, detail, code="AMOUNT_TOO_LARGE")


def format_decimal(cents: int) -> str:
    """Write cents with a point and two decimals, for machines: `1234.56`.

    Raises:
        ValueError: cents are negative (a bug of the caller).
    """
    if cents < 0:
        raise ValueError("cents must not be negative")
    reais, rest = divmod(cents, 100)
    return f"{reais}.{rest:02d}"


def _read(bare: str, style: DecimalStyle, field: str) -> int:
    if style is DecimalStyle.ANY and _AMBIGUOUS.fullmatch(bare):
        detail = f"{bare!r} can be read as thousands or as decimals; write the cents."
        raise InvalidField(field, detail, code="AMOUNT_AMBIGUOUS")
    match = None
    if style is not DecimalStyle.COMMA:
        match = _POINT.fullmatch(bare)
    if match is None and style is not DecimalStyle.POINT:
        match = _COMMA.fullmatch(bare)
    if match is None:
        detail = "The amount is not a number with at most two decimals."
        raise InvalidField(field, detail, code="AMOUNT_FORMAT")
    whole = _NO_DIGITS.sub("", match["plain"] or match["grouped"] or match["spaced"])
    cents = match["a"] or match["b"] or match["c"] or ""
    return int(whole) * 100 + int(cents[:2].ljust(2, "0"))
