"""The records of a block that array arithmetic cannot cut, read one by one in line order.

Owns: which lines such a record takes with it, and how far it may reach. Does not own: how quotes
are read; `quoted_record` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cobranca.uploads.csv_reader.cells import BLANKS, Bytes, Flags
from cobranca.uploads.csv_reader.quoted_record import QuotedRecord, Reading, read_quoted
from cobranca.uploads.csv_reader.reject_codes import RejectCode

if TYPE_CHECKING:
    from cobranca.uploads.csv_reader.dialect import Dialect
    from cobranca.uploads.csv_reader.lines import Lines


@dataclass(slots=True, kw_only=True)
class QuotedRecords:
    """What reading the irregular lines one by one has given."""

    #: Lines that belong to a record which began earlier, or are read or refused here.
    done: Flags
    #: Lines from here on are left to the next block.
    lines: int
    #: (line, record) of each good record.
    records: list[tuple[int, QuotedRecord]] = field(default_factory=list[tuple[int, QuotedRecord]])
    #: (line, code, end) of each refused one.
    rejected: list[tuple[int, RejectCode, int]] = field(
        default_factory=list[tuple[int, RejectCode, int]]
    )


def read_quoted_records(
    buffer: Bytes, lines: Lines, dialect: Dialect, high: int, *, is_last: bool
) -> QuotedRecords:
    """Read the irregular lines in order; a record takes the lines it runs over with it."""
    result = QuotedRecords(done=np.zeros(len(lines), dtype=np.bool_), lines=len(lines))
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
        code = _refusal(data, record, start, dialect)
        if record.reading is Reading.COMPLETE and code is not RejectCode.RECORD_TOO_LONG:
            free = int(np.searchsorted(lines.line_break, record.end, side="left")) + 1
            result.done[line:free] = True
        if code is RejectCode.ACCEPTED:
            result.records.append((line, record))
        else:
            result.rejected.append((line, code, max(record.end, line_end)))
    return result


def _refusal(data: memoryview, record: QuotedRecord, start: int, dialect: Dialect) -> RejectCode:
    if record.reading is Reading.UNTERMINATED:
        return RejectCode.UNTERMINATED_QUOTE
    if record.reading is Reading.MALFORMED:
        return RejectCode.QUOTE_MALFORMED
    if record.end - start > dialect.record_bytes_max:
        return RejectCode.RECORD_TOO_LONG
    if len(record.fields) <= dialect.last_required:
        return RejectCode.FIELD_COUNT
    more = record.fields[dialect.field_count :]
    if any(bytes(data[a:b]).decode("utf-8", "replace").strip(BLANKS) for a, b, _ in more):
        return RejectCode.FIELD_COUNT
    return RejectCode.ACCEPTED


def _limit(
    lines: Lines, dialect: Dialect, line: int, high: int, *, is_last: bool
) -> tuple[int, bool]:
    """Return how far a record from this line may reach, and whether more bytes cannot help."""
    by_bytes = int(lines.start[line]) + dialect.record_bytes_max + 1
    last_line = line + dialect.record_lines_max - 1
    by_lines = int(lines.line_break[last_line]) + 1 if last_line < len(lines) else high
    limit = min(by_bytes, by_lines, high)
    complete = is_last or by_bytes <= high or last_line < len(lines)
    return limit, complete
