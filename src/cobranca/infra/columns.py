"""Columns of texts and numbers in shared buffers: what reading a CSV and writing a COPY stand on.

Owns: texts as (start, length) in one buffer, gathering and scattering them. Does not own: the bytes
of any file or wire; `csv_reader` and `pg_copy` do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.integer[Any]]

#: Day 0 of PostgreSQL's dates, and instant 0 of its timestamps (in UTC).
POSTGRES_EPOCH: Final = dt.date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextColumn:
    """UTF-8 texts that lie somewhere in one shared buffer; a negative length is NULL."""

    #: uint8[m]
    buffer: Bytes
    #: integer[n]: where each text begins in the buffer.
    start: Integers
    #: integer[n]: bytes of each text.
    length: Integers

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.start)

    def take(self, rows: Integers | slice) -> TextColumn:
        """Return the chosen texts, in that order; the buffer is shared."""
        return TextColumn(buffer=self.buffer, start=self.start[rows], length=self.length[rows])

    def text(self, row: int) -> str:
        """Return one text."""
        start = int(self.start[row])
        return self.buffer[start : start + int(self.length[row])].tobytes().decode()

    @classmethod
    def of(cls, texts: Sequence[str | bytes | None]) -> TextColumn:
        """Build a column from Python values; for small columns and vocabularies."""
        raw = [text.encode() if isinstance(text, str) else text for text in texts]
        length = np.array([-1 if text is None else len(text) for text in raw], dtype=np.int32)
        ends = np.cumsum(np.maximum(length, 0), dtype=np.int64)
        joined = b"".join(text for text in raw if text is not None)
        buffer = np.frombuffer(joined, dtype=np.uint8)
        return cls(buffer=buffer, start=ends - np.maximum(length, 0), length=length)


def windows(buffer: Bytes, width: int) -> npt.NDArray[np.void]:
    """View a contiguous buffer as overlapping items of `width` bytes: item i begins at byte i.

    Indexing the view with an array gathers or scatters `width` bytes a place in one call.
    """
    count = max(buffer.size - width + 1, 0)
    return np.ndarray((count,), dtype=f"V{width}", buffer=buffer, strides=(1,))


def scatter_texts(out: Bytes, place: Integers, texts: TextColumn) -> None:
    """Copy text i to `out[place[i]:]`, for all i; neither side is touched beyond the texts.

    A text of up to twice a window's width is two windows, one from its start and one to its end,
    which may overlap; a longer one has more windows in between.
    """
    size = texts.length
    for width, low, high in _SIZE_CLASSES:
        rows = np.flatnonzero((size >= low) & (size < high))
        if not rows.size:
            continue
        everyone = rows.size == size.size
        start, to, length = (
            (texts.start, place, size) if everyone else (texts.start[rows], place[rows], size[rows])
        )
        source, target = windows(texts.buffer, width), windows(out, width)
        _scatter_class(source, target, start.astype(np.int64), to.astype(np.int64), length, width)


#: (window width, shortest, longest + 1)
_SIZE_CLASSES: Final = (
    (1, 1, 2),
    (2, 2, 4),
    (4, 4, 8),
    (8, 8, 16),
    (16, 16, 33),
    (32, 33, 2**31),
)


def _scatter_class(
    source: npt.NDArray[np.void],
    target: npt.NDArray[np.void],
    start: Integers,
    place: Integers,
    length: Integers,
    width: int,
) -> None:
    target[place] = source[start]
    longest = int(length.max())
    for middle in range(width, longest - width, width):
        rows = np.flatnonzero(length > middle + width)
        target[place[rows] + middle] = source[start[rows] + middle]
    if longest > width or width > 1:
        last = length - width
        target[place + last] = source[start + last]
