"""Reads a text block by block and cuts each into records; what is incomplete is carried on.

Owns: what is left of a block for the next one, lines longer than a block, physical line numbers.
Does not own: where blocks are kept, or what becomes of their records.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from cobranca.uploads.csv_reader.cells import Bytes, Int64s
from cobranca.uploads.csv_reader.dialect import Dialect
from cobranca.uploads.csv_reader.records import RecordSpans, split_records
from cobranca.uploads.csv_reader.text_encoding import TextSource

_BREAK: Final = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What has been read: buffer[low:high], of which `spans` are the records."""

    low: int
    high: int
    #: None: nothing of it is a record yet.
    spans: RecordSpans | None = None
    #: Where lines begin that are not of the file's encoding.
    foreign: Int64s
    #: A line that is longer than a block, and no record, begins at `low`.
    is_long_line: bool = False


class BlockReader:
    """The rest of a text, from the first line of its body."""

    def __init__(
        self,
        source: TextSource,
        dialect: Dialect,
        *,
        block_bytes: int,
        line_number: int,
        offset: int,
    ) -> None:
        """Begin at the body.

        Args:
            source: the text; what stands before the body has been read.
            dialect: delimiter, fields and limits.
            block_bytes: what is read at once.
            line_number: physical line number of the body.
            offset: bytes of the text before the body.
        """
        self._source = source
        self._dialect = dialect
        self._block_bytes = block_bytes
        self.line_number = line_number
        #: Offset in the text of what comes next.
        self._offset = offset
        self._carry = b""
        self._at_end = False
        self._in_long_line = False
        source.take_foreign(offset)

    @property
    def ended(self) -> bool:
        """Whether everything has been read."""
        return self._at_end and not self._carry

    @property
    def bytes_max(self) -> int:
        """Bytes that the next block takes of its buffer at the most."""
        return len(self._carry) + self._block_bytes

    def read(self, buffer: Bytes, low: int) -> Block:
        """Read the next block to buffer[low:]; one byte after it must be writable."""
        high = self._fill(buffer, low)
        if self._in_long_line:
            self._skip_long_line(buffer, low, high)
            return Block(low=low, high=high, foreign=self._pass(low, high))
        spans = split_records(
            buffer, low, high, self.line_number, self._dialect, is_last=self._at_end
        )
        if spans.next_offset == low:
            self._carry = buffer[low:high].tobytes()
            if high - low > self._dialect.record_bytes_max + 1 and not _BREAK.search(
                buffer.data[low : high - 1]
            ):
                self._in_long_line = True
                self._skip_long_line(buffer, low, high)
                foreign = self._pass(low, high)
                return Block(low=low, high=high, foreign=foreign, is_long_line=True)
            return Block(low=low, high=high, foreign=self._pass(low, high))
        self._carry = buffer[spans.next_offset : high].tobytes()
        self.line_number = spans.next_line_number
        return Block(low=low, high=high, spans=spans, foreign=self._pass(low, high))

    def _fill(self, buffer: Bytes, low: int) -> int:
        """Put the carried bytes and the next ones at buffer[low:]; return where they end."""
        carry = self._carry
        high = low + len(carry)
        buffer[low:high] = np.frombuffer(carry, dtype=np.uint8)
        self._carry = b""
        if not self._at_end:
            wanted = self._block_bytes
            count = self._source.readinto(buffer.data[high : high + wanted])
            self._at_end = count < wanted
            high += count
        return high

    def _pass(self, low: int, high: int) -> Int64s:
        """Go on behind what is not carried; return the foreign lines in it."""
        behind = self._offset + high - low - len(self._carry)
        foreign = self._source.take_foreign(behind) - (self._offset - low)
        self._offset = behind
        return foreign

    def _skip_long_line(self, buffer: Bytes, low: int, high: int) -> None:
        """Drop bytes up to and with the next line break; the rest is carried to the next block."""
        found = _BREAK.search(buffer.data[low:high])
        if found is None:
            self._carry = b""
        elif found.group() == b"\r" and low + found.end() == high and not self._at_end:
            self._carry = b"\r"  # Its LF may come with the next block.
        else:
            self._in_long_line = False
            self.line_number += 1
            self._carry = buffer[low + found.end() : high].tobytes()
