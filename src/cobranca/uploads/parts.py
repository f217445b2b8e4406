"""What is written of a file at once: rows in the order of their debt ids, made while others are.

Owns: sorting segments, finding what repeats in them, and the thread that reads ahead. Does not own:
the transaction; nothing here speaks to the database.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass

from cobranca.infra.tracing import span
from cobranca.uploads.csv_reader import (
    CsvReader,
    DuplicateFinder,
    Rejects,
    Repeats,
    Rows,
    Segment,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows by debt id, which of them repeat an earlier one, and what was refused beside them."""

    rows: Rows
    repeats: Repeats
    #: None: it was written before.
    rejects: Rejects | None


def parts_of(reader: CsvReader, *, is_remembered: bool) -> Iterator[Part]:
    """Yield a file's segments in order; what repeats in a segment only, or in the whole file.

    Drop each before asking for the next.
    """
    segments, finder = reader.segments(), DuplicateFinder()
    while (segment := _read(segments)) is not None:
        rows = segment.rows.sorted_by_debt_id()
        part = Part(rows=rows, repeats=finder.find(rows), rejects=segment.rejects)
        del segment, rows
        yield part
        del part  # Or its memory would be held while the next one is read.
        if not is_remembered:
            finder = DuplicateFinder()


def parts_of_blocks(blocks: Iterator[Rows]) -> Iterator[Part]:
    """Yield the sorted blocks of a file; equal ids are in one block."""
    for block in blocks:
        yield Part(rows=block, repeats=DuplicateFinder().find(block), rejects=None)
        del block


@contextmanager
def read_ahead(parts: Iterator[Part]) -> Generator[Iterator[Part]]:
    """Hand the parts on, while a thread makes the one that follows; two are held at a time.

    What the thread raises comes out where its part would have. At the end it has ended.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as thread:

        def handed_on() -> Iterator[Part]:
            coming = thread.submit(copy_context().run, next, parts, None)
            while (part := coming.result()) is not None:
                coming = thread.submit(copy_context().run, next, parts, None)
                yield part
                del part

        yield handed_on()


def _read(segments: Iterator[Segment]) -> Segment | None:
    with span("read"):
        return next(segments, None)
