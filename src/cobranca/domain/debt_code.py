"""A debt's code: what its beneficiary calls it, and the UUID by which it is kept.

A UUID is its own code. Any other text of 1 to 40 printable characters is mapped to a UUID of
version 5 (RFC 9562, section 5.5) whose namespace is the beneficiary's, so that the same code always
means the same debt, and another beneficiary's is another debt.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from cobranca.domain.errors import InvalidField

#: Characters of a code.
CODE_LENGTH_MAX: Final = 40

_UUID: Final = re.compile(
    r"(?:urn:uuid:)?(\{)?([0-9a-f]{8})(-?)([0-9a-f]{4})\3([0-9a-f]{4})\3([0-9a-f]{4})\3"
    r"([0-9a-f]{12})(?(1)\})",
    re.IGNORECASE | re.ASCII,
)
#: A UUID with a character too many, too few or another one: nobody has such codes on purpose.
_MEANT_AS_UUID: Final = re.compile(
    r"(?:urn:uuid:)?\{?[0-9a-z]{7,9}-[0-9a-z]{3,5}-[0-9a-z]{3,5}-[0-9a-z]{3,5}-[0-9a-z]{11,13}\}?"
    r"|\{[0-9a-f-]{30,38}\}?|[0-9a-f-]{30,38}\}",
    re.IGNORECASE | re.ASCII,
)
_HEX_DIGITS: Final = 32
#: What a spreadsheet or program makes of a long number: its last digits are lost. `12E3` may be a
#: flat.
_EXPONENT: Final = re.compile(
    r"[0-9](?:[.,][0-9]+)?e\+[0-9]{1,3}|[0-9][.,][0-9]+e[0-9]{1,3}", re.IGNORECASE | re.ASCII
)
_BLANKS: Final = " \t\u00a0"


class CodeFault(Enum):
    """Why a text is no code."""

    TOO_LONG = auto()
    CHARACTER = auto()
    #: Meant as a UUID, and none.
    FORMAT = auto()
    #: A number that a spreadsheet has rounded.
    NUMBER = auto()


def as_uuid(text: str) -> UUID | None:
    """Return the UUID that a text is: any case, with or without hyphens, `{}` or `urn:uuid:`."""
    match = _UUID.fullmatch(text)
    return UUID("".join(match.group(2, 4, 5, 6, 7))) if match else None


def code_fault(text: str) -> CodeFault | None:
    """Tell why a text that is no UUID is no code either; None when it is one."""
    if len(text) > CODE_LENGTH_MAX:
        return CodeFault.FORMAT if _is_nearly_uuid(text) else CodeFault.TOO_LONG
    if not text.isprintable():
        return CodeFault.CHARACTER
    if _is_nearly_uuid(text):
        return CodeFault.FORMAT
    return CodeFault.NUMBER if _EXPONENT.fullmatch(text) else None


def namespace_of(beneficiary_tax_id: str) -> UUID:
    """Return the namespace of a beneficiary's codes."""
    return uuid5(NAMESPACE_URL, f"https://cobranca.example/beneficiary/{beneficiary_tax_id}")


def debt_id_of(text: str, beneficiary_tax_id: str) -> UUID:
    """Return the UUID of the debt that a person or a program names.

    Args:
        text: a UUID or a code; blanks around it are passed over.
        beneficiary_tax_id: whose debt it is; letters and digits only.

    Raises:
        InvalidField: on `debt_id`: it is empty, too long, or has a character that nobody sees.
    """
    bare = text.strip(_BLANKS)
    known = as_uuid(bare)
    if known is not None:
        return known
    code = normal_form(bare)
    if not code or len(code) > CODE_LENGTH_MAX or not code.isprintable():
        detail = f"must be a UUID or a code of 1 to {CODE_LENGTH_MAX} printable characters"
        raise InvalidField("debt_id", detail)
    return uuid5(namespace_of(beneficiary_tax_id), code)


def normal_form(text: str) -> str:
    """Write accents one way (NFC): the same code from two systems is the same debt."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _is_nearly_uuid(text: str) -> bool:
    if _MEANT_AS_UUID.fullmatch(text):
        return True
    digits = text.replace("-", "")
    return (
        text != digits
        and abs(len(digits) - _HEX_DIGITS) <= 1
        and all(c in "0123456789abcdefABCDEF" for c in digits)
        and not digits.isdigit()
    )
