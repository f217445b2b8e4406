"""Texts and codes of the optional columns: what each may hold, one cell at a time.

Each rule takes the bytes of a trimmed cell that is not empty, and gives what is kept of it, or None
when the cell is refused. They are cached where a file repeats its values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from cobranca.domain.address import POSTAL_CODE_DIGITS, STATES, states_of_postal_code
from cobranca.domain.characters import find_refused
from cobranca.domain.debt_code import CodeFault, code_fault
from cobranca.domain.email_address import address_fault
from cobranca.uploads.csv_reader.cells import typed, visible
from cobranca.uploads.csv_reader.column_names import without_accents
from cobranca.uploads.csv_reader.garbled_text import is_garbled
from cobranca.uploads.csv_reader.lines import MARKS
from cobranca.uploads.csv_reader.names import clean_name
from cobranca.uploads.csv_reader.placeholders import stands_for_nothing

Rule = Callable[[bytes], bytes | None]

COPIES_MAX: Final = 5
#: Cells kept per rule: a column repeats its values, or has new ones all the time.
_CACHED: Final = 1 << 14
_STATE_BY_NAME: Final = {name: letters for letters, name in STATES.items()}
_POSTAL_CODE: Final = re.compile(
    r"(?:CEP:? ?)?(?:([0-9]{5})(?:[ .]| ?- ?)?([0-9]{3})|([0-9]{2})\.([0-9]{3}) ?- ?([0-9]{3}))",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(r"\+?[0-9() .\-/]{8,24}")
_INSTALMENT: Final = re.compile(
    r"(?:parcela|parc\.?|prestação)? *+(?:n[.ºo°]+ *+)?"
    r"0*([1-9][0-9]{0,2})(?:[ªa]|[.,]0+)?(?: parcela)?"
    r"(?:(?: ?/ ?| de )0*([1-9][0-9]{0,2}))?(?: parcelas)?",
    re.IGNORECASE,
)
_BETWEEN_ADDRESSES: Final = re.compile(r"[;,\s]+")
_DIGITS: Final = re.compile(r"[^0-9]")
#: Signs for which a text is looked at.
_MARKS: Final = frozenset(MARKS.decode())
_COUNTRY: Final = "55"


def text_rule(characters_max: int) -> Rule:
    """Make the rule of a text: so many characters, none that nobody sees, nothing garbled."""

    def read(cell: bytes) -> bytes | None:
        if cell.isascii() and len(cell) <= characters_max:
            text = cell.decode()
            if text.isprintable() and _MARKS.isdisjoint(text) and text[0] not in "#<([eEnNuU":
                return cell
        return _text(cell, characters_max)

    return read


def _text(cell: bytes, characters_max: int) -> bytes | None:
    text = cell.decode("utf-8", "replace")
    bare = clean_name(text)
    if not bare or len(bare) > characters_max or find_refused(bare):
        return None
    if is_garbled(text) or stands_for_nothing(bare):
        return None
    return bare.encode()


def document_rule(characters_max: int) -> Rule:
    """Make the rule of a document's number: a text, but none that a spreadsheet has rounded."""
    read_text = text_rule(characters_max)

    def read(cell: bytes) -> bytes | None:
        kept = read_text(cell)
        rounded = kept is not None and code_fault(kept.decode()) is CodeFault.NUMBER
        return None if rounded else kept

    return read


@lru_cache(maxsize=_CACHED)
def read_state(cell: bytes) -> bytes | None:
    """Read a state: its two letters, or its name."""
    text = visible(cell.decode("utf-8", "replace"))
    short = text.upper().replace(".", "")
    if short in STATES:
        return short.encode()
    letters = _STATE_BY_NAME.get(without_accents(text))
    return letters.encode() if letters else None


@lru_cache(maxsize=_CACHED)
def read_postal_code(cell: bytes) -> bytes | None:
    """Read a postal code of eight digits, with its mask or without; 00000-000 is none."""
    if len(cell) == POSTAL_CODE_DIGITS and cell.isdigit():
        digits = cell.decode()
    else:
        match = _POSTAL_CODE.fullmatch(typed(cell.decode("utf-8", "replace")))
        if match is None:
            return None
        digits = "".join(part for part in match.groups() if part)
    return digits.encode() if states_of_postal_code(digits) else None


def read_phone(cell: bytes) -> bytes | None:
    """Read a phone number with its area code; digits are kept, those abroad with a plus before."""
    text = typed(cell.decode("utf-8", "replace"))
    if not _PHONE.fullmatch(text):
        return None
    digits = _DIGITS.sub("", text)
    if text.startswith("+") and not digits.startswith(_COUNTRY):
        return f"+{digits}".encode() if 8 <= len(digits) <= 15 else None
    if len(digits) in {12, 13} and digits.startswith(_COUNTRY):
        digits = digits[2:]
    elif len(digits) in {11, 12} and digits.startswith("0"):
        digits = digits[1:]
    good = len(digits) in {10, 11} and digits[0] != "0" and digits[1] != "0"
    return digits.encode() if good else None


def read_copies(cell: bytes) -> bytes | None:
    """Read up to five further addresses, with commas, semicolons or blanks between them."""
    text = visible(cell.decode("utf-8", "replace"))
    found = dict.fromkeys(part for part in _BETWEEN_ADDRESSES.split(text) if part)
    if not found or len(found) > COPIES_MAX or any(map(address_fault, found)):
        return None
    return ",".join(found).encode()


@lru_cache(maxsize=_CACHED)
def read_instalment(cell: bytes) -> bytes | None:
    """Read which instalment it is, and of how many: `3/12`, `3 de 12`, `3`."""
    match = _INSTALMENT.fullmatch(typed(cell.decode("utf-8", "replace")))
    if match is None or (match[2] and int(match[1]) > int(match[2])):
        return None
    return f"{match[1]}/{match[2]}".encode() if match[2] else match[1].encode()
