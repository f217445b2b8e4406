"""Lines that are no records: nothing but delimiters, and the total under a column of amounts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from cobranca.uploads.csv_reader.quoted_record import split_loosely

if TYPE_CHECKING:
    from cobranca.uploads.csv_reader.cells import Bytes, Flags, Int64s

_LABEL: Final = re.compile(rb"(?i)tota(?:l|is)")
#: What the label of a total says, in small letters and without what stands around it.
_TOTAL: Final = re.compile(r"(?:sub-? ?)?tota(?:l|is)(?: geral| a receber| r\$| do arquivo)?")
_NUMBER: Final = re.compile(r"(?:R\$)?[ \u00a0]*-?[0-9][0-9., \u00a0]*", re.IGNORECASE)
_AROUND: Final = " \t\u00a0:=-"
#: A line of a total is short.
_TOTAL_BYTES_MAX: Final = 1_000


class NoRecord:
    """Tells the lines that are no records from those that are, by the delimiter of the file."""

    def __init__(self, delimiter: int) -> None:
        """Know the delimiter, a byte."""
        self._delimiter = chr(delimiter)
        self._nothing = _nothing(delimiter)

    def is_nothing(self, line: bytes) -> bool:
        """Tell whether there is nothing in any field: delimiters, blanks and empty quotes."""
        return self._nothing.fullmatch(line) is not None

    def is_total(self, line: bytes) -> bool:
        """Tell a total: one label that says so, and for the rest only numbers."""
        if len(line) > _TOTAL_BYTES_MAX or not _LABEL.search(line):
            return False
        fields = split_loosely(line.decode("utf-8", "replace"), self._delimiter)
        texts = [text for field in fields if (text := field.strip(_AROUND))]
        labels = [text for text in texts if _TOTAL.fullmatch(text.lower())]
        return len(labels) == 1 and all(
            text is labels[0] or _NUMBER.fullmatch(text) for text in texts
        )

    def is_none(self, line: bytes) -> bool:
        """Tell whether a line is no record."""
        return self.is_nothing(line) or self.is_total(line)

    def among(self, buffer: Bytes, start: Int64s, end: Int64s) -> Flags:
        """Tell which of these refused records are none."""
        gone = np.zeros(len(start), dtype=np.bool_)
        if not len(start):
            return gone
        block = buffer[int(start.min()) : int(end.max())].tobytes()
        first = buffer[start]
        maybe = (first == ord(self._delimiter)) | (first <= 0x22) | (first == 0xC2)
        if _LABEL.search(block):
            maybe[:] = True
        for row in np.flatnonzero(maybe).tolist():
            gone[row] = self.is_none(buffer[int(start[row]) : int(end[row])].tobytes())
        return gone


@lru_cache(maxsize=8)
def _nothing(delimiter: int) -> re.Pattern[bytes]:
    """Return what matches a line of empty fields."""
    mark = re.escape(bytes([delimiter]))
    blank = rb"(?: |\xc2\xa0)*+" if delimiter == 0x09 else rb"(?:[ \t]|\xc2\xa0)*+"
    empty = blank + rb'(?:"' + blank + rb'"' + blank + rb")?"
    return re.compile(empty + rb"(?:" + mark + empty + rb")*+")
