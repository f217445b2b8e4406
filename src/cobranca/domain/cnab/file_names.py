"""Names of remittances: as banks want them, or by a pattern of one's own.

Owns: which bank wants which name. Does not own: where a file goes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Final

from cobranca.domain.errors import InvalidField

_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Two places of digits and letters, from 01 on.
_BRADESCO_MAX: Final = len(_LETTERS) ** 2 - 1
#: By month: 1 to 9, then the first letters of October, November and December.
_SICREDI_MONTHS: Final = "123456789OND"
#: By the number of the file on its day, from the first on.
_SICREDI_ENDINGS: Final = ("CRM", *(f"RM{place}" for place in "234567890"))
_FIELDS: Final = ("bank", "layout", "width", "sequence", "day", "number")
_SAFE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
_SAMPLE_SEQUENCE: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFile:
    """What a file is named by.

    Attributes:
        layout_code: `341-400`.
        sequence: number of the file in the account's series.
        day: when it was made, by the beneficiary's clock.
        number: which of the account's files of that day it is, from 1.
        values: the account's, as `RemittanceAccount.values` has them.
    """

    layout_code: str
    sequence: int
    day: date
    number: int
    values: Mapping[str, str]

    @property
    def bank(self) -> str:
        """The bank's three digits."""
        return self.layout_code[:3]


def file_name(file: NamedFile, pattern: str | None = None) -> str:
    """Name a file, by a pattern or as its bank wants it.

    Where a day has more files than the bank's way of naming can tell apart, the others are named
    by their sequence.

    Raises:
        InvalidField: the pattern gives no name of a file.
    """
    if pattern is not None:
        return _by_pattern(file, pattern)
    return _wanted(file) or f"{file.layout_code}-{file.sequence:06d}.rem"


def check_pattern(pattern: str) -> None:
    """Refuse a pattern that would give no name, or one name to two files.

    Raises:
        InvalidField: on `file_name`.
    """
    names = {
        _by_pattern(
            NamedFile(
                layout_code="341-400",
                sequence=_SAMPLE_SEQUENCE + at,
                day=date(2026, 1, 31),
                number=1 + at,
                values={},
            ),
            pattern,
        )
        for at in range(2)
    }
    used = {name for _, name, _, _ in Formatter().parse(pattern) if name}
    if len(names) == 1 or ("sequence" not in used and not {"number", "day"} <= used):
        detail = "Two files would have one name: put {sequence}, or {number} and {day}, into it."
        raise InvalidField("file_name", detail)


def _by_pattern(file: NamedFile, pattern: str) -> str:
    known = {
        "bank": file.bank,
        "layout": file.layout_code,
        "width": file.layout_code[4:],
        "sequence": file.sequence,
        "day": file.day,
        "number": file.number,
    }
    try:
        parsed = [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
        if not set(parsed) <= known.keys():
            raise KeyError
        name = pattern.format(**known)
    except (KeyError, ValueError, IndexError) as error:
        detail = f"It is no pattern; it may have {', '.join(map('{{{}}}'.format, _FIELDS))}."
        raise InvalidField("file_name", detail) from error
    if not _SAFE.fullmatch(name):
        detail = "A name has up to 80 letters, digits and . _ - and begins with one of the former."
        raise InvalidField("file_name", detail)
    return name


def _wanted(file: NamedFile) -> str | None:
    if file.layout_code == "237-400" and file.number <= _BRADESCO_MAX:
        high, low = divmod(file.number, len(_LETTERS))
        return f"CB{file.day:%d%m}{_LETTERS[high]}{_LETTERS[low]}.REM"
    if file.bank == "748" and file.number <= len(_SICREDI_ENDINGS):
        code = file.values["agreement"].zfill(5)
        month = _SICREDI_MONTHS[file.day.month - 1]
        return f"{code}{month}{file.day:%d}.{_SICREDI_ENDINGS[file.number - 1]}"
    if file.layout_code == "077-400":
        return f"CI400_001_{file.sequence:07d}.REM"
    return None
