"""Room behind the data of a buffer for values that differ from what stands in the file."""

from __future__ import annotations

import numpy as np

from cobranca.uploads.csv_reader.cells import Bytes, Int64s


class SideBuffer:
    """Appends to a buffer from a position on; the caller has reserved the room."""

    def __init__(self, buffer: Bytes, position: int) -> None:
        """Begin at `position`."""
        self._buffer = buffer
        self.position = position

    def append(self, value: Bytes) -> int:
        """Copy one value; return where it begins."""
        start = self.position
        self._buffer[start : start + value.size] = value
        self.position += value.size
        return start

    def append_rows(self, values: Bytes) -> Int64s:
        """Copy values of one width, uint8[n, width]; return where each begins."""
        count, width = values.shape
        start = self.append(values.reshape(-1))
        return start + np.arange(count, dtype=np.int64) * width
