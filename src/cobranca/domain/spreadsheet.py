"""Lines of CSV that people open in a spreadsheet: no field of them runs as a formula.

A spreadsheet may part a line by another sign than the one it was written with, so that a field can
begin in the middle of another. An apostrophe goes before each sign of a formula that stands where a
field might begin; `csv_reader` takes these, and no others, off again.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What a spreadsheet needs at the beginning, to take the rest for UTF-8.
BYTE_ORDER_MARK = "\ufeff".encode()

#: First characters that a spreadsheet takes for a formula (OWASP ASVS 1.2.10), full-width ones too.
FORMULA_SIGNS: Final = "=+-@\uff1d\uff0b\uff0d\uff20"
#: And what it passes over at the beginning of a field, to find one of these.
PASSED_OVER: Final = "\t\r\0"
_STARTS: Final = tuple(FORMULA_SIGNS + PASSED_OVER)
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,]*")
_SIGNS: Final = re.escape(FORMULA_SIGNS)
#: Where another field might begin: after any delimiter or the end of a line, blanks and quotes.
_WITHIN: Final = r'[,;|\t\r\n][ \t\r\n"]*'
_ARMED: Final = re.compile(rf"({_WITHIN})(?=[{_SIGNS}])")
_UNARMED: Final = re.compile(rf'(\A[ "]*"[ "]*|{_WITHIN})\'(?=[{_SIGNS}])')


def csv_line(fields: Sequence[str], *, delimiter: str = ",") -> bytes:
    """Return one line of a CSV, in UTF-8."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter).writerow([unarmed(field) for field in fields])
    return line.getvalue().encode()


def unarmed(field: str) -> str:
    """Keep a spreadsheet from running a field, or a part of it, as a formula; a number is none."""
    if _NUMBER.fullmatch(field):
        return field
    field = _ARMED.sub(r"\1'", field)
    start = field.lstrip(' "')
    if not start.startswith(_STARTS):
        return field
    return f"{field[: len(field) - len(start)]}'{start}"


def without_marks_inside(field: str) -> str:
    """Take off the apostrophes that `unarmed` puts behind the beginning of a field."""
    return _UNARMED.sub(r"\1", field) if "'" in field else field
