"""The strict reader of one record that has quotes (RFC 4180), and a loose one for reports.

Only records that the vectorised framing cannot take come here: fields with line breaks or doubled
quotes, and malformed ones. Bounds on bytes and lines keep an unterminated quote from swallowing
the file.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from enum import Enum
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
    ends = re.compile(rb"[\r\n" + re.escape(bytes([delimiter])) + rb"]")
    position = start
    while True:
        if position < limit and data[position] == 0x22:
            closed = _CLOSED.match(data, position + 1, limit)
            if closed is None:
                reading = Reading.UNTERMINATED if bounded else Reading.NEEDS_MORE
                return QuotedRecord(reading=reading, fields=[], end=start)
            end = closed.end()
            if end < limit and data[end] not in (delimiter, 0x0A, 0x0D):
                return QuotedRecord(reading=Reading.MALFORMED, fields=[], end=start)
            has_doubled = b'""' in bytes(data[position + 1 : end - 1])
            fields.append((position + 1, end - 1, has_doubled))
        else:
            found = ends.search(data, position, limit)
            end = found.start() if found else limit
            fields.append((position, end, False))
        if end >= limit and not bounded:
            return QuotedRecord(reading=Reading.NEEDS_MORE, fields=[], end=start)
        if end >= limit or data[end] != delimiter:
            return QuotedRecord(reading=Reading.COMPLETE, fields=fields, end=end)
        position = end + 1


def split_loosely(raw: str, delimiter: str) -> list[str]:
    """Split a record for people to mend, whatever is wrong with its quotes."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return text.split(delimiter)
    return rows[0] if len(rows) == 1 else text.split(delimiter)
