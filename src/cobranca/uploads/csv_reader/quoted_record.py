"""The strict reader of one record that has quotes (RFC 4180), and a loose one for reports.

Blanks around the quotes of a field are no part of it. Only records that array arithmetic cannot cut
come here: fields with line breaks, blanks beside quotes, and malformed ones. Bounds on bytes and
lines keep an unterminated quote from swallowing the file.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

# Possessive: text without a closing quote fails in one pass.
_CLOSED: Final = re.compile(rb'[^"]*+(?:""[^"]*+)*+"')


class Reading(Enum):
    """How reading a record ended."""

    COMPLETE = "complete"
    #: The quote may close in bytes that have not been read yet.
    NEEDS_MORE = "needs more"
    UNTERMINATED = "unterminated"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedRecord:
    """A record read with quotes: fields as offsets, and which of them have doubled quotes."""

    reading: Reading
    #: (start, end, has doubled quotes) of each field, quotes outside.
    fields: list[tuple[int, int, bool]]
    #: Offset of the line break that ends the record.
    end: int

    def bounds(self, position: int) -> tuple[int, int]:
        """Return the bytes [start, end) of a field; one that is missing is empty, at the end."""
        if position >= len(self.fields):
            return self.end, self.end
        return self.fields[position][:2]

    def is_doubled(self, position: int) -> bool:
        """Tell whether a field has doubled quotes, still doubled."""
        return position < len(self.fields) and self.fields[position][2]


def read_quoted(
    data: memoryview, start: int, limit: int, delimiter: int, *, bounded: bool
) -> QuotedRecord:
    """Read one record that begins at `start`; every line break before `limit` is in `data`.

    Args:
        data: the bytes.
        start: where the record begins.
        limit: one past the last byte that the record may use; a line break stands before it,
            or at it when the data end there.
        delimiter: the byte between fields.
        bounded: the limit is the record's own (not the end of what has been read so far).
    """
    fields: list[tuple[int, int, bool]] = []
    marks = _marks(delimiter)
    position = start
    while True:
        quote = marks.opening.match(data, position, limit)
        if quote is not None:
            closed = _CLOSED.match(data, quote.end(), limit)
            if closed is None:
                reading = Reading.UNTERMINATED if bounded else Reading.NEEDS_MORE
                return QuotedRecord(reading=reading, fields=[], end=start)
            text_end = closed.end() - 1
            blanks = marks.blanks.match(data, closed.end(), limit)
            end = blanks.end() if blanks else closed.end()
            if not bounded and end == limit - 1 and data[end] == 0xC2:
                # The second byte of a no-break space has not been read yet.
                return QuotedRecord(reading=Reading.NEEDS_MORE, fields=[], end=start)
            if end < limit and data[end] not in (delimiter, 0x0A, 0x0D):
                return QuotedRecord(reading=Reading.MALFORMED, fields=[], end=start)
            has_doubled = b'""' in bytes(data[quote.end() : text_end])
            fields.append((quote.end(), text_end, has_doubled))
        else:
            found = marks.ends.search(data, position, limit)
            end = found.start() if found else limit
            fields.append((position, end, False))
        if end >= limit and not bounded:
            return QuotedRecord(reading=Reading.NEEDS_MORE, fields=[], end=start)
        if end >= limit or data[end] != delimiter:
            return QuotedRecord(reading=Reading.COMPLETE, fields=fields, end=end)
        position = end + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """What parts the fields of a file."""

    #: A quote that opens a field, with the blanks before it.
    opening: re.Pattern[bytes]
    blanks: re.Pattern[bytes]
    #: What ends a field without quotes.
    ends: re.Pattern[bytes]


@lru_cache(maxsize=8)
def _marks(delimiter: int) -> _Marks:
    blanks = rb"(?: |\xc2\xa0)*+" if delimiter == 0x09 else rb"(?:[ \t]|\xc2\xa0)*+"
    return _Marks(
        opening=re.compile(blanks + rb'"'),
        blanks=re.compile(blanks),
        ends=re.compile(rb"[\r\n" + re.escape(bytes([delimiter])) + rb"]"),
    )


def split_loosely(raw: str, delimiter: str) -> list[str]:
    """Split a record for people to mend, whatever is wrong with its quotes."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True))
    except csv.Error:
        return text.split(delimiter)
    return rows[0] if len(rows) == 1 else text.split(delimiter)
