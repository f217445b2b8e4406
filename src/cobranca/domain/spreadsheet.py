"""Lines of CSV that people open in a spreadsheet: no field of them runs as a formula."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What a spreadsheet needs at the beginning, to take the rest for UTF-8.
BYTE_ORDER_MARK = "\ufeff".encode()

#: First characters that a spreadsheet takes for a formula (OWASP ASVS 1.2.10).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*")


def csv_line(fields: Sequence[str], *, delimiter: str = ",") -> bytes:
    """Return one line of a CSV, in UTF-8."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter).writerow([_unarmed(field) for field in fields])
    return line.getvalue().encode()


def _unarmed(field: str) -> str:
    """Keep a spreadsheet from running a field as a formula; a number is none."""
    armed = field.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(field)
    return f"'{field}" if armed else field
