"""Every cell of a CSV, record by record, whatever its columns mean.

For files that carry lines of another one. Owns: splitting and decoding as the reader does them.
Does not own: judging a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from cobranca.uploads.csv_reader.blocks import BlockReader
from cobranca.uploads.csv_reader.cells import PADDING, Bytes
from cobranca.uploads.csv_reader.dialect import Dialect
from cobranca.uploads.csv_reader.header import read_layout
from cobranca.uploads.csv_reader.records import RecordSpans
from cobranca.uploads.csv_reader.text_encoding import TextSource

_BLOCK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRecords:
    """A header, and the records below it; None stands for one that cannot be split."""

    names: tuple[str, ...]
    records: Iterator[Sequence[str] | None]


def read_plain(path: Path) -> PlainRecords:
    """Read a file's header; its records are read as they are asked for.

    Raises:
        CsvInvalid: EMPTY_FILE, NOT_TEXT or NO_HEADER.
    """
    with TextSource(path) as source:
        head = bytearray(_BLOCK_BYTES)
        count = source.readinto(memoryview(head))
    layout = read_layout(bytes(head[:count]))
    dialect = Dialect(
        delimiter=ord(layout.delimiter),
        field_count=len(layout.names),
        positions=tuple(range(len(layout.names))),
        last_required=0,
    )
    records = _records(path, dialect, layout.body_line_number, layout.body_offset)
    return PlainRecords(names=layout.names, records=records)


def _records(
    path: Path, dialect: Dialect, line_number: int, offset: int
) -> Iterator[Sequence[str] | None]:
    with TextSource(path) as source:
        source.readinto(memoryview(bytearray(offset)))
        blocks = BlockReader(
            source, dialect, block_bytes=_BLOCK_BYTES, line_number=line_number, offset=offset
        )
        buffer = np.empty(0, dtype=np.uint8)
        while not blocks.ended:
            if buffer.size < blocks.bytes_max + 4 * PADDING:
                buffer = np.zeros(2 * blocks.bytes_max + 4 * PADDING, dtype=np.uint8)
            block = blocks.read(buffer, PADDING)
            if block.is_long_line:
                yield None
            if block.spans is not None:
                yield from _cells(buffer, block.spans)


def _cells(buffer: Bytes, spans: RecordSpans) -> Iterator[Sequence[str] | None]:
    for _ in range(len(spans.rejected_line)):
        yield None
    doubled = set(spans.doubled)
    columns = range(spans.field_start.shape[0])
    for row in range(len(spans.line_number)):
        cells: list[str] = []
        for column in columns:
            start, end = int(spans.field_start[column, row]), int(spans.field_end[column, row])
            text = buffer[start:end].tobytes().decode("utf-8", "replace")
            cells.append(text.replace('""', '"') if (column, row) in doubled else text)
        yield cells
