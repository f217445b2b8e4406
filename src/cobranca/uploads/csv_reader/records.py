"""From bytes to records: where each record and each of its fields lies.

Owns: line breaks, delimiters, quotes, physical line numbers. Does not own: what a field means.

All structural bytes of a block (delimiters, line breaks, quotes) are found at once. A line whose
quotes stand around whole fields, doubled ones inside included, is cut with array arithmetic; what
is left (line breaks in quotes, stray and broken quotes) is read record by record (`quoted`). A
record that fails costs its first line only; the next line is a new record, so no quote swallows
the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cobranca.uploads.csv_reader.cells import Bytes, Flags, Int64s
from cobranca.uploads.csv_reader.quoted import QuotedRecord, Reading, read_quoted
from cobranca.uploads.csv_reader.rejects import RejectCode

_LF: Final = 0x0A
_CR: Final = 0x0D
_QUOTE: Final = 0x22
_NONE: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What framing must know about a file."""

    #: The byte between fields.
    delimiter: int
    #: Fields of every record, as the header has them.
    field_count: int
    #: Position of each wanted column.
    positions: tuple[int, ...]
    record_bytes_max: int = 65_536
    record_lines_max: int = 50


@dataclass(slots=True, kw_only=True)
class Frames:
    """The records of one block. Offsets are into the buffer that was framed."""

    #: Records with the right number of fields, in line order.
    line_number: Int64s
    #: Bytes [start, end) of each record.
    start: Int64s
    end: Int64s
    #: Bytes [start, end) of each wanted column's fields: int64[columns, n].
    field_start: Int64s
    field_end: Int64s
    #: Records read one by one; their text may hold line breaks.
    is_irregular: Flags
    #: Fields with doubled quotes, still doubled: (wanted column, record).
    doubled: list[tuple[int, int]]
    #: Refused records as (line number, RejectCode, start, end), in no particular order.
    rejected_line: Int64s
    rejected_code: npt.NDArray[np.uint8]
    rejected_start: Int64s
    rejected_end: Int64s
    #: First byte that belongs to the next block, and the number of its line.
    next_offset: int
    next_line_number: int


@dataclass(slots=True)
class _Lines:
    """The physical lines of a block and its structural bytes."""

    #: Bytes [start, end) of each line, line break excluded.
    start: Int64s
    end: Int64s
    #: Offset of each line's break.
    line_break: Int64s
    #: Structural bytes that are delimiters outside quotes, in order.
    delimiters: Int64s
    #: Delimiters of each line, and where its first one stands in `delimiters`.
    delimiter_count: Int64s
    first_delimiter: Int64s
    #: Lines that must be read one by one.
    irregular: Flags
    has_quotes: bool
    #: The second quote of each doubled one: its line and its offset.
    doubled_line: Int64s = field(default_factory=lambda: _NONE)
    doubled: Int64s = field(default_factory=lambda: _NONE)


@dataclass(slots=True)
class _Irregular:
    """What reading the irregular lines one by one has given."""

    #: Lines that belong to a record which began earlier, or are read or refused here.
    done: Flags
    #: Lines from here on are left to the next block.
    lines: int
    records: list[tuple[int, QuotedRecord]] = field(default_factory=list[tuple[int, QuotedRecord]])
    rejected: list[tuple[int, RejectCode, int]] = field(
        default_factory=list[tuple[int, RejectCode, int]]
    )


def frame(
    buffer: Bytes, low: int, high: int, line_number: int, dialect: Dialect, *, is_last: bool
) -> Frames:
    """Cut buffer[low:high] into records.

    Args:
        buffer: the bytes; when `is_last` one byte after `high` must be writable (a line break is
            put there when the file ends without one).
        low: where a record begins.
        high: one past the last byte read so far.
        line_number: physical line number at `low`.
        dialect: delimiter, fields and limits.
        is_last: the file ends at `high`.

    Returns:
        The records that are complete; `next_offset` is `low` when there is none.
    """
    if is_last and high > low and buffer[high - 1] not in (_LF, _CR):
        buffer[high] = _LF
        high += 1
    if not is_last and high > low and buffer[high - 1] == _CR:
        high -= 1  # Its LF may come with the next block.
    lines = _find_lines(buffer, low, high, dialect)
    irregular = _read_irregular(buffer, lines, dialect, high, is_last=is_last)
    count = irregular.lines
    alive = ~irregular.done[:count]
    width = dialect.field_count - 1
    length = lines.end[:count] - lines.start[:count]
    too_long = alive & (length > dialect.record_bytes_max)
    counted = lines.delimiter_count[:count] == width
    blank = alive & _blank_lines(buffer, lines, count, dialect)
    regular = alive & counted & ~too_long & ~blank
    wrong = alive & ~counted & ~too_long & ~blank

    numbers = np.arange(line_number, line_number + count, dtype=np.int64)
    rows = np.flatnonzero(regular)
    everyone = rows.size == count
    field_start, field_end = _regular_fields(buffer, lines, rows, dialect, everyone=everyone)
    frames = Frames(
        line_number=numbers if everyone else numbers[rows],
        start=lines.start[:count] if everyone else lines.start[rows],
        end=lines.end[:count] if everyone else lines.end[rows],
        field_start=field_start,
        field_end=field_end,
        is_irregular=np.zeros(rows.size, dtype=np.bool_),
        doubled=[],
        rejected_line=np.concatenate([numbers[too_long], numbers[wrong]]),
        rejected_code=np.concatenate(
            [
                np.full(np.count_nonzero(too_long), RejectCode.RECORD_TOO_LONG, dtype=np.uint8),
                np.full(np.count_nonzero(wrong), RejectCode.FIELD_COUNT, dtype=np.uint8),
            ]
        ),
        rejected_start=np.concatenate([lines.start[:count][too_long], lines.start[:count][wrong]]),
        rejected_end=np.concatenate([lines.end[:count][too_long], lines.end[:count][wrong]]),
        next_offset=int(lines.line_break[count - 1]) + 1 if count else low,
        next_line_number=line_number + count,
    )
    frames.doubled = _doubled_fields(lines, rows, frames)
    return _with_irregular(frames, lines, irregular, line_number, dialect)


def _find_lines(buffer: Bytes, low: int, high: int, dialect: Dialect) -> _Lines:
    region = buffer[low:high]
    data = region.tobytes()  # Searching bytes is ten times faster than a memoryview.
    has_quotes, has_cr = b'"' in data, b"\r" in data
    structural = (region == dialect.delimiter) | (region == _LF)
    if has_quotes:
        structural |= region == _QUOTE
    if has_cr:
        is_cr = region == _CR
        # A CR is a line break of its own unless an LF follows.
        is_cr[:-1] &= region[1:] != _LF
        structural |= is_cr
    place = np.flatnonzero(structural)
    place += low
    byte = buffer[place]
    is_break = (byte == _LF) | (byte == _CR) if has_cr else byte == _LF
    at_break = np.flatnonzero(is_break)
    line_break = place[at_break]
    start = np.empty_like(line_break)
    start[:1] = low
    start[1:] = line_break[:-1] + 1
    end = line_break
    if has_cr:
        end = line_break - (
            (buffer[line_break - 1] == _CR) & (buffer[line_break] == _LF) & (line_break > start)
        )
    if at_break.size:
        place, byte = place[: at_break[-1] + 1], byte[: at_break[-1] + 1]
    else:
        place, byte = place[:0], byte[:0]
    if has_quotes:
        return _with_quotes(
            buffer,
            place,
            byte,
            at_break,
            _Lines(start, end, line_break, place, at_break, at_break, np.zeros(0, np.bool_), True),
            dialect,
        )
    previous = np.empty_like(at_break)
    previous[:1] = -1
    previous[1:] = at_break[:-1]
    # `delimiters` keeps the line breaks too: each closes the last field of its line.
    return _Lines(
        start,
        end,
        line_break,
        place,
        at_break - previous - 1,
        previous + 1,
        np.zeros(at_break.size, dtype=np.bool_),
        False,
    )


def _with_quotes(
    buffer: Bytes,
    place: Int64s,
    byte: Bytes,
    at_break: Int64s,
    lines: _Lines,
    dialect: Dialect,
) -> _Lines:
    """Drop delimiters inside quotes; mark lines whose quotes are not simply around whole fields."""
    count = at_break.size
    lengths = np.diff(at_break, prepend=-1)
    line_of = np.repeat(np.arange(count), lengths)
    is_quote = byte == _QUOTE
    quotes = np.cumsum(is_quote)
    before_line = np.zeros(count, dtype=np.int64)
    before_line[1:] = quotes[at_break[:-1]]
    inside = ((quotes - before_line[line_of]) & 1).astype(np.bool_)

    at_quote = np.flatnonzero(is_quote)
    opens = inside[at_quote]
    quote_place = place[at_quote]
    quote_line = line_of[at_quote]
    neighbour = np.where(opens, quote_place - 1, quote_place + 1)
    beside = buffer[neighbour]
    at_line_start: Flags = quote_place == lines.start[quote_line]
    at_line_end = (beside == _LF) | (beside == _CR)
    # A quote that closes right before one that opens is a doubled quote.
    is_doubled = beside == _QUOTE
    fits = (beside == dialect.delimiter) | is_doubled
    fits |= (opens & at_line_start) | (~opens & at_line_end)
    irregular = np.zeros(count, dtype=np.bool_)
    irregular[quote_line[~fits]] = True
    irregular |= inside[at_break]  # The line ends inside quotes.

    # A break closes its line wherever it stands; only real delimiters are kept between.
    keep = ~is_quote & ~inside
    keep[at_break] = True
    kept = np.cumsum(keep)
    last = kept[at_break] - 1
    first = np.empty_like(last)
    first[:1] = 0
    first[1:] = last[:-1] + 1
    lines.delimiters = place[keep]
    lines.delimiter_count = last - first
    lines.first_delimiter = first
    lines.irregular = irregular
    at_doubled = np.flatnonzero(is_doubled & opens)
    lines.doubled_line, lines.doubled = quote_line[at_doubled], quote_place[at_doubled]
    return lines


def _blank_lines(buffer: Bytes, lines: _Lines, count: int, dialect: Dialect) -> Flags:
    """Tell the lines that hold nothing but spaces (and tabs, when these are not delimiters)."""
    start, end = lines.start[:count], lines.end[:count]
    blank = start == end
    few = (
        (lines.delimiter_count[:count] == 0)
        & ~blank
        & ((buffer[start] == 32) | (buffer[start] == 9))
    )
    few &= ~lines.irregular[:count]
    for row in np.flatnonzero(few).tolist():
        blank[row] = not buffer[start[row] : end[row]].tobytes().strip(b" \t")
    return blank


def _regular_fields(
    buffer: Bytes, lines: _Lines, rows: Int64s, dialect: Dialect, *, everyone: bool
) -> tuple[Int64s, Int64s]:
    """Return the start and end of the wanted fields of regular lines, quotes around taken off."""
    wanted, last = dialect.positions, dialect.field_count - 1
    field_start = np.empty((len(wanted), rows.size), dtype=np.int64)
    field_end = np.empty_like(field_start)
    if not rows.size:
        return field_start, field_end
    line_start = lines.start if everyone and rows.size == lines.start.size else lines.start[rows]
    line_end = lines.end if everyone and rows.size == lines.end.size else lines.end[rows]
    first = lines.first_delimiter[rows]
    table = None
    if everyone and rows.size * (last + 1) <= lines.delimiters.size:
        # Every line has the same number of delimiters: a view, no gathering.
        table = lines.delimiters[: rows.size * (last + 1)].reshape(-1, last + 1)
    for number, position in enumerate(wanted):
        if position == 0:
            field_start[number] = line_start
        else:
            before = (
                table[:, position - 1]
                if table is not None
                else lines.delimiters[first + position - 1]
            )
            np.add(before, 1, out=field_start[number])
        if position == last:
            field_end[number] = line_end
        else:
            field_end[number] = (
                table[:, position] if table is not None else lines.delimiters[first + position]
            )
    if lines.has_quotes:
        quoted = (buffer[field_start] == _QUOTE) & (field_end - field_start >= 2)
        field_start += quoted
        field_end -= quoted
    return field_start, field_end


def _doubled_fields(lines: _Lines, rows: Int64s, frames: Frames) -> list[tuple[int, int]]:
    """Return (wanted column, record) of the regular fields that have doubled quotes."""
    if not lines.doubled.size or not rows.size:
        return []
    record = np.minimum(np.searchsorted(rows, lines.doubled_line), rows.size - 1)
    found: list[tuple[int, int]] = []
    for column, (start, end) in enumerate(zip(frames.field_start, frames.field_end, strict=True)):
        inside = (rows[record] == lines.doubled_line) & (start[record] <= lines.doubled)
        inside &= lines.doubled < end[record]
        found += [(column, row) for row in np.unique(record[inside]).tolist()]
    return found


def _read_irregular(
    buffer: Bytes, lines: _Lines, dialect: Dialect, high: int, *, is_last: bool
) -> _Irregular:
    """Read the irregular lines in order; a record takes the lines it runs over with it."""
    count = lines.line_break.size
    result = _Irregular(np.zeros(count, dtype=np.bool_), count)
    if not lines.has_quotes:
        return result
    data = buffer.data
    free = 0
    for line in np.flatnonzero(lines.irregular).tolist():
        if line < free:
            continue
        free = line + 1
        start = int(lines.start[line])
        line_end = int(lines.end[line])
        if line_end - start > dialect.record_bytes_max:
            result.done[line] = True
            result.rejected.append((line, RejectCode.RECORD_TOO_LONG, line_end))
            continue
        limit, bounded = _limit(lines, dialect, line, high, is_last=is_last)
        record = read_quoted(data, start, limit, dialect.delimiter, bounded=bounded)
        if record.reading is Reading.NEEDS_MORE:
            result.lines = line
            return result
        result.done[line] = True
        code = _refusal(record, start, dialect)
        if record.reading is Reading.COMPLETE and code is not RejectCode.RECORD_TOO_LONG:
            free = int(np.searchsorted(lines.line_break, record.end, side="left")) + 1
            result.done[line:free] = True
        if code is RejectCode.ACCEPTED:
            result.records.append((line, record))
        else:
            result.rejected.append((line, code, max(record.end, line_end)))
    return result


def _refusal(record: QuotedRecord, start: int, dialect: Dialect) -> RejectCode:
    if record.reading is Reading.UNTERMINATED:
        return RejectCode.UNTERMINATED_QUOTE
    if record.reading is Reading.MALFORMED:
        return RejectCode.QUOTE_MALFORMED
    if record.end - start > dialect.record_bytes_max:
        return RejectCode.RECORD_TOO_LONG
    if len(record.fields) != dialect.field_count:
        return RejectCode.FIELD_COUNT
    return RejectCode.ACCEPTED


def _limit(
    lines: _Lines, dialect: Dialect, line: int, high: int, *, is_last: bool
) -> tuple[int, bool]:
    """Return how far a record from this line may reach, and whether more bytes cannot help."""
    by_bytes = int(lines.start[line]) + dialect.record_bytes_max + 1
    last_line = line + dialect.record_lines_max - 1
    by_lines = int(lines.line_break[last_line]) + 1 if last_line < lines.line_break.size else high
    limit = min(by_bytes, by_lines, high)
    complete = is_last or by_bytes <= high or last_line < lines.line_break.size
    return limit, complete


def _with_irregular(
    frames: Frames, lines: _Lines, irregular: _Irregular, line_number: int, dialect: Dialect
) -> Frames:
    """Merge the records that were read one by one into the frames, in line order."""
    if irregular.rejected:
        rejected = irregular.rejected
        at = np.array([line for line, _, _ in rejected], dtype=np.int64)
        frames.rejected_line = np.concatenate([frames.rejected_line, at + line_number])
        codes = np.array([code for _, code, _ in rejected], dtype=np.uint8)
        frames.rejected_code = np.concatenate([frames.rejected_code, codes])
        ends = np.array([end for _, _, end in rejected], dtype=np.int64)
        frames.rejected_start = np.concatenate([frames.rejected_start, lines.start[at]])
        frames.rejected_end = np.concatenate([frames.rejected_end, ends])
    if not irregular.records:
        return frames
    at = np.array([line for line, _ in irregular.records], dtype=np.int64)
    bounds: npt.NDArray[Any] = np.array(
        [[record.fields[p][:2] for p in dialect.positions] for _, record in irregular.records],
        dtype=np.int64,
    )
    ends = np.array([record.end for _, record in irregular.records], dtype=np.int64)
    numbers = np.concatenate([frames.line_number, at + line_number])
    order = np.argsort(numbers, kind="stable")
    frames.line_number = numbers[order]
    frames.start = np.concatenate([frames.start, lines.start[at]])[order]
    frames.end = np.concatenate([frames.end, ends])[order]
    starts, stops = bounds[:, :, 0].T, bounds[:, :, 1].T
    frames.field_start = np.concatenate([frames.field_start, starts], axis=1)[:, order]
    frames.field_end = np.concatenate([frames.field_end, stops], axis=1)[:, order]
    marks = np.concatenate([frames.is_irregular, np.ones(len(at), dtype=np.bool_)])
    frames.is_irregular = marks[order]
    # Records of the regular lines have moved: number them anew, then add those read one by one.
    regular_at = np.flatnonzero(~frames.is_irregular).tolist()
    irregular_at = np.flatnonzero(frames.is_irregular).tolist()
    frames.doubled = [(column, regular_at[row]) for column, row in frames.doubled] + [
        (column, irregular_at[number])
        for number, (_, record) in enumerate(irregular.records)
        for column, position in enumerate(dialect.positions)
        if record.fields[position][2]
    ]
    return frames
