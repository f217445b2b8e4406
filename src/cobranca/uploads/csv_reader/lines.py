"""The physical lines of a block, and which of its delimiters stand outside quotes.

All structural bytes (delimiters, line breaks, quotes) are found at once. Lines whose quotes are not
simply around whole fields are marked: they are read one by one (`quoted_records`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from cobranca.uploads.csv_reader.cells import Bytes, Flags, Int64s

LF: Final = 0x0A
CR: Final = 0x0D
#: DEL, the apostrophe of a rejects' file, and what begins a letter that was written in another way:
#: `+AOM-`, `&atilde;`, `\\u00e3`.
MARKS: Final = b"\x7f'+&\\"
_EACH_MARK: Final = tuple(bytes([mark]) for mark in MARKS)
QUOTE: Final = 0x22
_NO_PLACES: Final = np.zeros(0, dtype=np.int64)


@dataclass(slots=True, kw_only=True)
class Lines:
    """The lines of a block in order. Offsets are into its buffer."""

    #: Bytes [start, end) of each line, line break excluded.
    start: Int64s
    end: Int64s
    #: Offset of the last byte of each line's break.
    line_break: Int64s
    #: Delimiters outside quotes and line breaks, in order: each closes a field.
    delimiters: Int64s
    #: Delimiters of each line, and where its first one stands in `delimiters`.
    delimiter_count: Int64s
    first_delimiter: Int64s
    #: Lines that must be read one by one.
    irregular: Flags
    has_quotes: bool
    has_cr: bool
    #: The block has an apostrophe, a plus or a DEL, for which its names are looked at.
    has_marks: bool
    #: The second quote of each doubled one: its line and its offset.
    doubled_line: Int64s = field(default_factory=lambda: _NO_PLACES)
    doubled: Int64s = field(default_factory=lambda: _NO_PLACES)

    def __len__(self) -> int:
        """Return the number of lines."""
        return self.line_break.size


@dataclass(frozen=True, slots=True, kw_only=True)
class _Structure:
    """The structural bytes of a block up to its last line break."""

    place: Int64s
    byte: Bytes
    #: Which of them are line breaks.
    at_break: Int64s


def find_lines(buffer: Bytes, low: int, high: int, delimiter: int) -> Lines:
    """Find the complete lines of buffer[low:high]."""
    region = buffer[low:high]
    data = region.tobytes()  # Searching bytes is ten times faster than a memoryview.
    has_quotes, has_cr = b'"' in data, b"\r" in data
    found = _find_structure(buffer, region, low, delimiter, has_quotes=has_quotes, has_cr=has_cr)
    place, at_break = found.place, found.at_break
    line_break = place[at_break]
    start = np.empty_like(line_break)
    start[:1] = low
    start[1:] = line_break[:-1] + 1
    end = line_break
    if has_cr:
        end = line_break - (
            (buffer[line_break - 1] == CR) & (buffer[line_break] == LF) & (line_break > start)
        )
    previous = np.empty_like(at_break)
    previous[:1] = -1
    previous[1:] = at_break[:-1]
    lines = Lines(
        start=start,
        end=end,
        line_break=line_break,
        delimiters=place,
        delimiter_count=at_break - previous - 1,
        first_delimiter=previous + 1,
        irregular=np.zeros(at_break.size, dtype=np.bool_),
        has_quotes=has_quotes,
        has_cr=has_cr,
        has_marks=any(mark in data for mark in _EACH_MARK),
    )
    if has_quotes:
        _heed_quotes(buffer, lines, found, delimiter)
    return lines


def _find_structure(
    buffer: Bytes, region: Bytes, low: int, delimiter: int, *, has_quotes: bool, has_cr: bool
) -> _Structure:
    structural = (region == delimiter) | (region == LF)
    if has_quotes:
        structural |= region == QUOTE
    if has_cr:
        is_cr = region == CR
        # A CR is a line break of its own unless an LF follows.
        is_cr[:-1] &= region[1:] != LF
        structural |= is_cr
    place = np.flatnonzero(structural)
    place += low
    byte = buffer[place]
    at_break = np.flatnonzero((byte == LF) | (byte == CR) if has_cr else byte == LF)
    kept = int(at_break[-1]) + 1 if at_break.size else 0
    return _Structure(place=place[:kept], byte=byte[:kept], at_break=at_break)


def _heed_quotes(buffer: Bytes, lines: Lines, found: _Structure, delimiter: int) -> None:
    """Drop delimiters inside quotes; mark lines whose quotes are not simply around whole fields."""
    place, at_break = found.place, found.at_break
    count = at_break.size
    line_of = np.repeat(np.arange(count), np.diff(at_break, prepend=-1))
    is_quote = found.byte == QUOTE
    quotes = np.cumsum(is_quote)
    before_line = np.zeros(count, dtype=np.int64)
    before_line[1:] = quotes[at_break[:-1]]
    inside = ((quotes - before_line[line_of]) & 1).astype(np.bool_)

    at_quote = np.flatnonzero(is_quote)
    opens = inside[at_quote]
    quote_place = place[at_quote]
    quote_line = line_of[at_quote]
    beside = buffer[np.where(opens, quote_place - 1, quote_place + 1)]
    at_line_start: Flags = quote_place == lines.start[quote_line]
    at_line_end = (beside == LF) | (beside == CR)
    # A quote that closes right before one that opens is a doubled quote.
    is_doubled = beside == QUOTE
    fits = (beside == delimiter) | is_doubled
    fits |= (opens & at_line_start) | (~opens & at_line_end)
    lines.irregular[quote_line[~fits]] = True
    lines.irregular |= inside[at_break]  # The line ends inside quotes.

    # A break closes its line wherever it stands; only real delimiters are kept between.
    keep = ~is_quote & ~inside
    keep[at_break] = True
    last = np.cumsum(keep)[at_break] - 1
    first = np.empty_like(last)
    first[:1] = 0
    first[1:] = last[:-1] + 1
    lines.delimiters = place[keep]
    lines.delimiter_count = last - first
    lines.first_delimiter = first
    at_doubled = np.flatnonzero(is_doubled & opens)
    lines.doubled_line, lines.doubled = quote_line[at_doubled], quote_place[at_doubled]
