"""Reads a CSV of debts from a file, segment by segment, in bounded memory.

Invariant, for any bytes: over all segments, accepted rows + rejects = data records. Blank lines are
no records. Duplicates are told apart later, from the rows (`DuplicateFinder`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from cobranca.domain.debt_code import namespace_of
from cobranca.domain.errors import CsvInvalid
from cobranca.domain.money import DecimalStyle
from cobranca.infra.columns import TextColumn
from cobranca.uploads.csv_reader.amounts import decimal_style
from cobranca.uploads.csv_reader.blocks import Block, BlockReader
from cobranca.uploads.csv_reader.cells import PADDING, Bytes, Cells, trimmed
from cobranca.uploads.csv_reader.column_names import is_month_first
from cobranca.uploads.csv_reader.day_month_order import DayMonthOrder, OrderVotes
from cobranca.uploads.csv_reader.dialect import Dialect
from cobranca.uploads.csv_reader.due_dates import days_since_epoch, order_votes
from cobranca.uploads.csv_reader.header import Header, read_header, read_names
from cobranca.uploads.csv_reader.optional_columns import Details, DetailsReader
from cobranca.uploads.csv_reader.records import split_records
from cobranca.uploads.csv_reader.reject_codes import OFFICIAL_COLUMNS, RejectCode
from cobranca.uploads.csv_reader.rejects import RAW_BYTES_MAX, Rejects
from cobranca.uploads.csv_reader.rewritten_values import SideBuffer
from cobranca.uploads.csv_reader.rows import Rows
from cobranca.uploads.csv_reader.text_encoding import TextSource
from cobranca.uploads.csv_reader.validation import (
    AMOUNT,
    DUE_DATE,
    NUL_SHOWN_AS,
    Checked,
    Rules,
    bounded,
    check,
)

#: A file of more bytes has several segments.
SEGMENT_BYTES: Final = 128 << 20
_HEAD_BYTES: Final = 1 << 20
#: Which of a block's texts is the code of the debt.
_CODE: Final = 3
_NO_LINES: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How to judge a file, and the bounds of reading it."""

    #: Today in America/Sao_Paulo; an earlier due date is past.
    today: dt.date
    #: Whose debts they are, by CPF or CNPJ: codes are told apart by it.
    beneficiary_tax_id: str = ""
    reject_invalid_tax_id: bool = False
    reject_past_due_date: bool = False
    #: Positions of official columns, by their names, where somebody has said so.
    columns: Mapping[str, int] = field(default_factory=dict[str, int])
    #: Repairs that somebody has asked for; see `repairs`.
    restore_zeros: bool = False
    thousands: bool = False
    #: How amounts are read, where it is known; else they tell by themselves.
    decimal_style: DecimalStyle | None = None
    #: Whether months come before days, where it is known; else the column tells by itself.
    month_first: bool | None = None
    #: A segment ends after the block in which it reaches this many records or bytes. A file that
    #: has more bytes than one segment is read in segments of half the size, since the memory of
    #: its debt ids comes on top.
    segment_records: int = 1_200_000
    segment_bytes: int = SEGMENT_BYTES
    #: Bytes read and worked at once: what fits the processor's cache.
    block_bytes: int = 1 << 20
    record_bytes_max: int = 65_536
    record_lines_max: int = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Consecutive records of a file. Its arrays share one buffer, freed with the last of them."""

    rows: Rows
    rejects: Rejects

    @property
    def records(self) -> int:
        """Data records of this segment."""
        return len(self.rows) + len(self.rejects)


def header_names(path: Path) -> tuple[str, ...]:
    """Return the names in a file's header, whatever they mean; none when it has no header.

    Raises:
        CsvInvalid: EMPTY_FILE or NOT_TEXT.
    """
    with TextSource(path) as source:
        head = bytearray(_HEAD_BYTES)
        count = source.readinto(memoryview(head))
    try:
        return read_names(bytes(head[:count]))
    except CsvInvalid as error:
        if error.code != "NO_HEADER":
            raise
        return ()


class CsvReader:
    """An open CSV of debts; `segments` reads it once, from beginning to end."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        """Open the file and read its header.

        Raises:
            CsvInvalid: EMPTY_FILE, NOT_TEXT, NO_HEADER, MISSING_COLUMNS or DUPLICATE_COLUMN.
        """
        _keep_freed_memory()
        self._path = path
        self._options = options
        self._segment_bytes = options.segment_bytes
        #: Bytes of the file.
        self.size_bytes: int = path.stat().st_size
        if self.size_bytes > options.segment_bytes:
            self._segment_bytes //= 2
        self._source = TextSource(path)
        try:
            head = bytearray(_HEAD_BYTES)
            count = self._source.readinto(memoryview(head))
            head = bytes(head[:count])
            self.header: Header = read_header(head, options.columns)
            body = head[self.header.body_offset :]
            self._source.unread(body)
        except BaseException:
            self._source.close()
            raise
        self._dialect = Dialect(
            delimiter=ord(self.header.delimiter),
            field_count=len(self.header.names),
            positions=self.header.wanted,
            last_required=max(self.header.positions[: len(OFFICIAL_COLUMNS)]),
            names=self.header.names,
            record_bytes_max=options.record_bytes_max,
            record_lines_max=options.record_lines_max,
        )
        self._blocks = self._blocks_of(self._source)
        #: How the amounts of this file are read.
        self.decimal_style: DecimalStyle = options.decimal_style or self._vote_on_decimals(
            body, is_all=count < _HEAD_BYTES
        )
        self._rules = Rules(
            decimal_style=self.decimal_style,
            today=days_since_epoch(options.today),
            reject_invalid_tax_id=options.reject_invalid_tax_id,
            reject_past_due_date=options.reject_past_due_date,
            delimiter=self._dialect.delimiter,
            names=self.header.names,
            day_month_order=DayMonthOrder(self._count_order_votes),
            namespace=namespace_of(options.beneficiary_tax_id),
            restore_zeros=options.restore_zeros,
            thousands=options.thousands,
            refuse_foreign=self._source.encoding.foreign != "windows-1252",
            official_fields=len(self.header.positions),
            details=self._details_reader(),
            instalment_field=self.header.instalment_field,
        )

    @property
    def encoding(self) -> str:
        """utf-8, utf-16-le, utf-16-be or windows-1252."""
        return self._source.encoding.name

    @property
    def dates(self) -> str:
        """How due dates were read: plain, day-first or month-first; known at the end."""
        order = self._rules.day_month_order
        if not order.is_known:
            return "plain"
        return "month-first" if order.is_month_first() else "day-first"

    def segments(self) -> Iterator[Segment]:
        """Yield the file's segments; none is empty. Drop each before asking for the next.

        Raises:
            CsvInvalid: NO_ROWS, when there is a header and nothing else.
        """
        nothing = True
        while not self._blocks.ended:
            segment = self._read_segment()
            if segment.records:
                nothing = False
                yield segment
            del segment
        if nothing:
            detail = "O arquivo tem só o cabeçalho; inclua ao menos uma cobrança."
            raise CsvInvalid(detail, code="NO_ROWS")

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def __enter__(self) -> Self:
        """Return the reader itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def _details_reader(self) -> DetailsReader | None:
        """Return what reads the optional columns; None where the file has none."""
        if not self.header.optional:
            return None
        return DetailsReader(fields=self.header.optional, style=self.decimal_style)

    def _blocks_of(self, source: TextSource) -> BlockReader:
        return BlockReader(
            source,
            self._dialect,
            block_bytes=self._options.block_bytes,
            line_number=self.header.body_line_number,
            offset=self.header.body_offset,
        )

    def _count_order_votes(self) -> OrderVotes:
        """Look through the whole file for due dates that can be read in one order only."""
        told = self._options.month_first
        if told is not None:
            return OrderVotes(month_first=int(told), any=True)
        votes = OrderVotes(hinted=int(is_month_first(self.header.column_names[DUE_DATE])))
        with TextSource(self._path, self._source.encoding) as source:
            source.readinto(memoryview(bytearray(self.header.body_offset)))
            blocks = self._blocks_of(source)
            buffer = np.empty(0, dtype=np.uint8)
            while not blocks.ended:
                if buffer.size < blocks.bytes_max + 4 * PADDING:
                    buffer = np.zeros(2 * blocks.bytes_max + 4 * PADDING, dtype=np.uint8)
                spans = blocks.read(buffer, PADDING).spans
                if spans is not None:
                    start, end = spans.field_start[DUE_DATE], spans.field_end[DUE_DATE]
                    votes += order_votes(trimmed(Cells(buffer=buffer, start=start, end=end)))
        return votes

    def _vote_on_decimals(self, sample: bytes, *, is_all: bool) -> DecimalStyle:
        """Look at the amounts of the first records, which the whole file is then read by."""
        buffer = np.zeros(len(sample) + 2 * PADDING, dtype=np.uint8)
        buffer[PADDING : PADDING + len(sample)] = np.frombuffer(sample, dtype=np.uint8)
        end = PADDING + len(sample)
        spans = split_records(buffer, PADDING, end, 1, self._dialect, is_last=is_all)
        cells = Cells(buffer=buffer, start=spans.field_start[AMOUNT], end=spans.field_end[AMOUNT])
        return decimal_style(trimmed(cells))

    def _read_segment(self) -> Segment:
        """Read blocks until the segment is full or the file ends."""
        options = self._options
        # A block may have all of the carried bytes before it, and its values may be rewritten
        # behind it, twice at worst. Pages that are never touched cost nothing.
        room = 3 * (self._blocks.bytes_max + options.block_bytes + options.record_bytes_max)
        buffer = np.empty(self._segment_bytes + room + 4 * PADDING, dtype=np.uint8)
        position, records = PADDING, 0
        blocks: list[Checked] = []
        while not self._blocks.ended:
            if records >= options.segment_records or position >= self._segment_bytes:
                break
            block, position = self._read_block(buffer, position)
            if block is not None:
                blocks.append(block)
                records += len(block.line_number) + len(block.rejected_line)
        return self._segment(buffer, blocks)

    def _read_block(self, buffer: Bytes, low: int) -> tuple[Checked | None, int]:
        """Read and judge the next block at buffer[low:]; return where free room begins then."""
        line_number = self._blocks.line_number
        block = self._blocks.read(buffer, low)
        if block.is_long_line:
            return _refuse_long_line(buffer, block, line_number), low + RAW_BYTES_MAX
        spans = block.spans
        if spans is None:
            return None, low
        side = SideBuffer(buffer, block.high + PADDING)
        region = (low, spans.next_offset)
        checked = check(buffer, region, spans, block.foreign, self._rules, side)
        return checked, side.position + PADDING

    def _segment(self, buffer: Bytes, blocks: list[Checked]) -> Segment:
        name, tax_id, email = (_texts(buffer, blocks, number) for number in range(3))
        has_codes = any(len(block.text_start) > _CODE for block in blocks)
        ids = [block.debt_id for block in blocks]
        rows = Rows(
            line_number=_joined([block.line_number for block in blocks], np.int64),
            debt_id=np.concatenate(ids) if ids else np.zeros((0, 16), dtype=np.uint8),
            amount_cents=_joined([block.amount_cents for block in blocks], np.int64),
            due_date=_joined([block.due_date for block in blocks], np.int32),
            warnings=_joined([block.warnings for block in blocks], np.int16),
            name=name,
            tax_id=tax_id,
            email=email,
            code=_texts(buffer, blocks, _CODE) if has_codes else None,
            details=_details(blocks),
        )
        rejects = Rejects(
            buffer=buffer,
            line_number=_joined([block.rejected_line for block in blocks], np.int64),
            code=_joined([block.rejected_code for block in blocks], np.uint8),
            start=_joined([block.rejected_start for block in blocks], np.int64),
            length=_joined([block.rejected_length for block in blocks], np.int32),
            amount_cents=_joined([block.rejected_amount for block in blocks], np.int64),
            delimiter=self.header.delimiter,
            positions=self.header.positions,
            column_names=self.header.column_names,
            optional_names=self.header.optional_names,
        )
        return Segment(rows=rows, rejects=rejects)


def _texts(buffer: Bytes, blocks: list[Checked], number: int) -> TextColumn:
    """Join one of the blocks' columns of texts; a block that has not so many has empty ones."""
    starts = [
        block.text_start[number] if number < len(block.text_start) else 0 * block.text_start[0]
        for block in blocks
    ]
    lengths = [
        block.text_length[number] if number < len(block.text_length) else 0 * block.text_length[0]
        for block in blocks
    ]
    return TextColumn(
        buffer=buffer, start=_joined(starts, np.int32), length=_joined(lengths, np.int32)
    )


def _details(blocks: list[Checked]) -> Details | None:
    """Join the details of blocks; one that had no record at all has none."""
    parts = [block.details for block in blocks if block.details is not None]
    return Details.joined(parts) if parts else None


def _refuse_long_line(buffer: Bytes, block: Block, line_number: int) -> Checked:
    """Refuse a line that is longer than a block."""
    start, end = np.array([block.low], dtype=np.int64), np.array([block.high], dtype=np.int64)
    kept = buffer[block.low : block.low + RAW_BYTES_MAX]
    kept[kept == 0] = NUL_SHOWN_AS
    return Checked(
        line_number=_NO_LINES,
        debt_id=np.zeros((0, 16), dtype=np.uint8),
        amount_cents=_NO_LINES,
        due_date=_NO_LINES.astype(np.int32),
        warnings=_NO_LINES.astype(np.int16),
        text_start=(_NO_LINES.astype(np.int32),) * 3,
        text_length=(_NO_LINES.astype(np.int32),) * 3,
        rejected_line=np.array([line_number], dtype=np.int64),
        rejected_code=np.array([RejectCode.RECORD_TOO_LONG], dtype=np.uint8),
        rejected_start=start,
        rejected_length=bounded(buffer, start, end),
        rejected_amount=np.zeros(1, dtype=np.int64),
    )


def _keep_freed_memory() -> None:
    """Make the allocator keep the blocks' temporaries instead of handing them back each time.

    glibc raises its bounds for that to the size of the largest mapping freed so far. Without it, a
    fresh process pays 200,000 page faults for 1.1 million rows instead of 25,000. Other
    allocators are not affected; no page of the array is touched.
    """
    mapping = np.empty(4 << 20, dtype=np.uint8)
    del mapping


def _joined(parts: list[Any], dtype: type[np.generic]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)
