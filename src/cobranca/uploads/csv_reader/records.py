"""From bytes to records: where each record and each of its wanted fields lies.

Owns: what is a record, and its physical line number. Does not own: what a field means.

A line whose quotes stand around whole fields, doubled ones inside included, is cut with array
arithmetic here; what is left is read record by record (`quoted_records`). A record that fails costs
its first line only; the next line is a new record, so no quote swallows the file. What is nothing
(a line of delimiters, the line of a total) is no record, and empty fields that are missing or too
many at the end of a record are no fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cobranca.uploads.csv_reader.cells import Bytes, Codes, Flags, Int64s
from cobranca.uploads.csv_reader.dialect import Dialect
from cobranca.uploads.csv_reader.lines import CR, LF, QUOTE, Lines, find_lines
from cobranca.uploads.csv_reader.no_record import NoRecord
from cobranca.uploads.csv_reader.quoted_records import QuotedRecords, read_quoted_records
from cobranca.uploads.csv_reader.reject_codes import RejectCode

#: Lines that may be a record where a field count is off begin with so few bytes of text.
_BLANK_STARTS = np.frombuffer(b' \t"\xc2', dtype=np.uint8)


@dataclass(slots=True, kw_only=True)
class RecordSpans:
    """The records of one block. Offsets are into the buffer that was split."""

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
    #: Refused records, in no particular order.
    rejected_line: Int64s
    rejected_code: Codes
    rejected_start: Int64s
    rejected_end: Int64s
    #: First byte that belongs to the next block, and the number of its line.
    next_offset: int
    next_line_number: int
    #: Bytes of the line breaks up to there; None when they are not all of one byte.
    breaks: int | None
    #: The block has an apostrophe, a plus or a DEL, for which its names are looked at.
    has_marks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """Which of a block's lines are what; the rest belongs to records that are read one by one."""

    #: Lines that are whole records.
    rows: Int64s
    #: All lines are, each with the header's number of fields.
    uniform: bool
    too_long: Int64s
    wrong: Int64s


def split_records(
    buffer: Bytes, low: int, high: int, line_number: int, dialect: Dialect, *, is_last: bool
) -> RecordSpans:
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
    if is_last and high > low and buffer[high - 1] not in (LF, CR):
        buffer[high] = LF
        high += 1
    if not is_last and high > low and buffer[high - 1] == CR:
        high -= 1  # Its LF may come with the next block.
    lines = find_lines(buffer, low, high, dialect.delimiter)
    quoted = read_quoted_records(buffer, lines, dialect, high, is_last=is_last)
    parts = _sort_lines(buffer, lines, quoted, dialect)
    spans = _plain_spans(buffer, lines, parts, dialect)
    spans.line_number += line_number
    spans.rejected_line += line_number
    count = quoted.lines
    spans.next_offset = int(lines.line_break[count - 1]) + 1 if count else low
    spans.next_line_number = line_number + count
    spans.breaks = None if lines.has_cr else count
    _add_quoted(spans, lines, quoted, line_number, dialect)
    _pass_over(buffer, spans, dialect)
    return spans


def _sort_lines(buffer: Bytes, lines: Lines, quoted: QuotedRecords, dialect: Dialect) -> _Sorted:
    count = quoted.lines
    alive = ~quoted.done[:count]
    length = lines.end[:count] - lines.start[:count]
    too_long = alive & (length > dialect.record_bytes_max)
    blank = alive & _blank_lines(buffer, lines, count)
    usable = alive & ~too_long & ~blank
    counted = lines.delimiter_count[:count] == dialect.field_count - 1
    rows = np.flatnonzero(usable & counted)
    uniform = rows.size == count
    wrong = np.flatnonzero(usable & ~counted)
    if wrong.size:
        harmless = _harmless(buffer, lines, wrong, dialect)
        rows = np.union1d(rows, wrong[harmless])
        wrong = wrong[~harmless]
    return _Sorted(rows=rows, uniform=uniform, too_long=np.flatnonzero(too_long), wrong=wrong)


def _blank_lines(buffer: Bytes, lines: Lines, count: int) -> Flags:
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


def _harmless(buffer: Bytes, lines: Lines, rows: Int64s, dialect: Dialect) -> Flags:
    """Tell the lines that lack no wanted field, and have nothing but empty ones too many."""
    delimiters = lines.delimiter_count[rows]
    width = dialect.field_count - 1
    good = (delimiters < width) & (delimiters >= dialect.last_required)
    longer = np.flatnonzero(delimiters > width)
    if not longer.size:
        return good
    tail = lines.delimiters[lines.first_delimiter[rows[longer]] + width] + 1
    end = lines.end[rows[longer]]
    good[longer] = tail == end
    first = buffer[tail]
    odd = (tail < end) & (np.isin(first, _BLANK_STARTS) | (first == dialect.delimiter))
    nothing = NoRecord(dialect.delimiter).is_nothing
    for at in np.flatnonzero(odd).tolist():
        good[longer[at]] = nothing(buffer[tail[at] : end[at]].tobytes())
    return good


def _plain_spans(buffer: Bytes, lines: Lines, parts: _Sorted, dialect: Dialect) -> RecordSpans:
    """Return the records that are lines, and the lines that are refused; numbers begin at 0."""
    rows = parts.rows
    chosen: Any = slice(0, rows.size) if parts.uniform else rows
    field_start, field_end = _plain_fields(buffer, lines, parts, dialect)
    refused = np.concatenate([parts.too_long, parts.wrong])
    codes = np.full(refused.size, RejectCode.FIELD_COUNT, dtype=np.uint8)
    codes[: parts.too_long.size] = RejectCode.RECORD_TOO_LONG
    spans = RecordSpans(
        line_number=rows,
        start=lines.start[chosen],
        end=lines.end[chosen],
        field_start=field_start,
        field_end=field_end,
        is_irregular=np.zeros(rows.size, dtype=np.bool_),
        doubled=[],
        rejected_line=refused,
        rejected_code=codes,
        rejected_start=lines.start[refused],
        rejected_end=lines.end[refused],
        next_offset=0,
        next_line_number=0,
        breaks=None,
        has_marks=lines.has_marks,
    )
    spans.doubled = _doubled_fields(lines, rows, spans)
    return spans


def _plain_fields(
    buffer: Bytes, lines: Lines, parts: _Sorted, dialect: Dialect
) -> tuple[Int64s, Int64s]:
    """Return the start and end of the wanted fields of plain lines, quotes around taken off."""
    rows, wanted = parts.rows, dialect.positions
    field_start = np.empty((len(wanted), rows.size), dtype=np.int64)
    field_end = np.empty_like(field_start)
    if not rows.size:
        return field_start, field_end
    for number, position in enumerate(wanted):
        if parts.uniform:
            _cut_uniform(
                lines, rows.size, position, dialect, field_start[number], field_end[number]
            )
        else:
            field_start[number], field_end[number] = _cut(lines, rows, position)
    if lines.has_quotes:
        quoted = (buffer[field_start] == QUOTE) & (field_end - field_start >= 2)
        field_start += quoted
        field_end -= quoted
    return field_start, field_end


def _cut_uniform(
    lines: Lines, count: int, position: int, dialect: Dialect, start: Int64s, end: Int64s
) -> None:
    """Write the bounds of one field of lines that all have one number of fields."""
    width = dialect.field_count
    # A view of the delimiters, line by line: no gathering.
    table = lines.delimiters[: count * width].reshape(-1, width)
    if position == 0:
        start[:] = lines.start[:count]
    else:
        np.add(table[:, position - 1], 1, out=start)
    end[:] = lines.end[:count] if position == width - 1 else table[:, position]


def _cut(lines: Lines, rows: Int64s, position: int) -> tuple[Int64s, Int64s]:
    """Return the bounds of one field of any lines; one that is missing is empty, at the end."""
    count, first = lines.delimiter_count[rows], lines.first_delimiter[rows]
    last = lines.delimiters.size - 1
    line_end = lines.end[rows]
    start = lines.start[rows]
    if position:
        start = lines.delimiters[np.minimum(first + position - 1, last)] + 1
    end = lines.delimiters[np.minimum(first + position, last)]
    end = np.where(position < count, end, line_end)
    return np.where(position <= count, start, line_end), end


def _doubled_fields(lines: Lines, rows: Int64s, spans: RecordSpans) -> list[tuple[int, int]]:
    """Return (wanted column, record) of the plain fields that have doubled quotes."""
    if not lines.doubled.size or not rows.size:
        return []
    record = np.minimum(np.searchsorted(rows, lines.doubled_line), rows.size - 1)
    found: list[tuple[int, int]] = []
    for column, (start, end) in enumerate(zip(spans.field_start, spans.field_end, strict=True)):
        inside = (rows[record] == lines.doubled_line) & (start[record] <= lines.doubled)
        inside &= lines.doubled < end[record]
        found += [(column, row) for row in np.unique(record[inside]).tolist()]
    return found


def _add_quoted(
    spans: RecordSpans, lines: Lines, quoted: QuotedRecords, line_number: int, dialect: Dialect
) -> None:
    """Merge the records that were read one by one into the spans, in line order."""
    if quoted.rejected:
        at = np.array([line for line, _, _ in quoted.rejected], dtype=np.int64)
        codes = np.array([code for _, code, _ in quoted.rejected], dtype=np.uint8)
        ends = np.array([end for _, _, end in quoted.rejected], dtype=np.int64)
        spans.rejected_line = np.concatenate([spans.rejected_line, at + line_number])
        spans.rejected_code = np.concatenate([spans.rejected_code, codes])
        spans.rejected_start = np.concatenate([spans.rejected_start, lines.start[at]])
        spans.rejected_end = np.concatenate([spans.rejected_end, ends])
    if not quoted.records:
        return
    at = np.array([line for line, _ in quoted.records], dtype=np.int64)
    bounds: npt.NDArray[Any] = np.array(
        [[record.bounds(p) for p in dialect.positions] for _, record in quoted.records],
        dtype=np.int64,
    )
    ends = np.array([record.end for _, record in quoted.records], dtype=np.int64)
    numbers = np.concatenate([spans.line_number, at + line_number])
    order = np.argsort(numbers, kind="stable")
    spans.line_number = numbers[order]
    spans.start = np.concatenate([spans.start, lines.start[at]])[order]
    spans.end = np.concatenate([spans.end, ends])[order]
    starts, stops = bounds[:, :, 0].T, bounds[:, :, 1].T
    spans.field_start = np.concatenate([spans.field_start, starts], axis=1)[:, order]
    spans.field_end = np.concatenate([spans.field_end, stops], axis=1)[:, order]
    marks = np.concatenate([spans.is_irregular, np.ones(len(at), dtype=np.bool_)])
    spans.is_irregular = marks[order]
    # Records of the plain lines have moved: number them anew, then add those read one by one.
    plain_at = np.flatnonzero(~spans.is_irregular).tolist()
    irregular_at = np.flatnonzero(spans.is_irregular).tolist()
    spans.doubled = [(column, plain_at[row]) for column, row in spans.doubled] + [
        (column, irregular_at[number])
        for number, (_, record) in enumerate(quoted.records)
        for column, position in enumerate(dialect.positions)
        if record.is_doubled(position)
    ]


def _pass_over(buffer: Bytes, spans: RecordSpans, dialect: Dialect) -> None:
    """Take lines that are no records out of those that were refused for their number of fields."""
    refused = np.flatnonzero(spans.rejected_code == RejectCode.FIELD_COUNT)
    if not refused.size:
        return
    gone = NoRecord(dialect.delimiter, dialect.names).among(
        buffer, spans.rejected_start[refused], spans.rejected_end[refused]
    )
    if gone.any():
        kept = np.ones(spans.rejected_code.size, dtype=np.bool_)
        kept[refused[gone]] = False
        spans.rejected_line = spans.rejected_line[kept]
        spans.rejected_code = spans.rejected_code[kept]
        spans.rejected_start = spans.rejected_start[kept]
        spans.rejected_end = spans.rejected_end[kept]
