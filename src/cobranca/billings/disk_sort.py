"""Puts the rows of a file that is larger than memory in the order of their debt ids.

Each segment is sorted in memory and written to a temporary file as a *run*; at the end the runs are
merged, block by block. So the unique index of debt ids is filled from one end to the other, once,
and not once a segment; and what repeats in the file comes to stand side by side, so that no debt id
has to be remembered. Rows are kept in the form of their COPY.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from cobranca.billings.copy_rows import ROW_HEAD, ROW_ID_AT, billing_sizes, encode_billings
from cobranca.billings.csv_reader.rows import order_of_ids
from cobranca.domain.errors import StorageFull
from cobranca.infra import pg_copy
from cobranca.infra.pg_copy import TextColumn, windows

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from cobranca.billings.csv_reader import Rows
    from cobranca.infra.pg_copy import Bytes

    Int64s = npt.NDArray[np.int64]

#: Rows of a block: about 70 MB, and below the 2^21 of a block of ids with room for what the samples
#: do not tell.
_BLOCK_ROWS: Final = 1 << 19
_SAMPLE_STEP: Final = 1 << 10
_ID: Final = np.dtype("S16")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Billings in the order of their debt ids, equal ones in the order of their lines."""

    #: uint8[n, 16]
    debt_id: Bytes
    line_number: Int64s
    warnings: npt.NDArray[np.int16]
    #: Each row as the COPY has it, but for its id.
    wire: TextColumn

    def __len__(self) -> int:
        """Return n."""
        return len(self.line_number)

    def take(self, rows: npt.NDArray[Any] | slice) -> Block:
        """Return the chosen rows; the buffer is shared."""
        return Block(
            debt_id=self.debt_id[rows],
            line_number=self.line_number[rows],
            warnings=self.warnings[rows],
            wire=self.wire.take(rows),
        )

    def encode(self, ids: Int64s, *, chunk_rows: int = pg_copy.CHUNK_ROWS) -> Iterator[bytes]:
        """Yield the COPY stream of `billing` with these ids, int64[n]."""
        yield pg_copy.COPY_HEADER
        for first in range(0, len(self), chunk_rows):
            texts = self.wire.take(slice(first, first + chunk_rows))
            place = np.cumsum(texts.length, dtype=np.int64)
            out = np.empty(int(place[-1]), dtype=np.uint8)
            place -= texts.length
            pg_copy.scatter_texts(out, place, texts)
            wire_ids = ids[first : first + chunk_rows].astype(">i8").view("V8")
            windows(out, 8)[place + ROW_ID_AT] = wire_ids
            yield out.tobytes()
        yield pg_copy.COPY_TRAILER


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Where the sorted rows of one segment lie in the temporary file, in bytes from its start."""

    rows: int
    ids_at: int
    ends_at: int
    wire_at: int


class DiskSort:
    """The runs of one file. The temporary file has no name and goes with the process."""

    def __init__(
        self, folder: Path, *, block_rows: int = _BLOCK_ROWS, sample_step: int = _SAMPLE_STEP
    ) -> None:
        """Begin a temporary file in a folder that has twice the size of the CSV left.

        Args:
            folder: on the disk where the file lies.
            block_rows: rows of a block, more or less.
            sample_step: one debt id of so many is kept in memory, to cut the blocks by.
        """
        self._cut_step = max(1, block_rows // sample_step)
        self._sample_step = sample_step
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with this object
        self._runs: list[_Run] = []
        self._samples: list[npt.NDArray[np.bytes_]] = []

    def __enter__(self) -> Self:
        """Return the sort itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the temporary file."""
        self._file.close()

    def add(self, rows: Rows, *, upload_id: int, beneficiary_id: int) -> None:
        """Write a segment's rows, sorted by debt id, as a run.

        Raises:
            StorageFull: the disk has no room for it.
        """
        ids = np.ascontiguousarray(rows.debt_id)
        ends = np.cumsum(billing_sizes(rows), dtype=np.uint32)
        encoded = encode_billings(
            rows,
            ids=np.zeros(len(rows), dtype=np.int64),
            upload_id=upload_id,
            beneficiary_id=beneficiary_id,
        )
        try:
            ids_at = self._write([ids.data])
            ends_at = self._write([ends.data])
            wire_at = self._write(encoded) + len(pg_copy.COPY_HEADER)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise StorageFull from error
            raise
        self._runs.append(_Run(rows=len(rows), ids_at=ids_at, ends_at=ends_at, wire_at=wire_at))
        self._samples.append(ids.view(_ID).reshape(-1)[:: self._sample_step].copy())

    def blocks(self) -> Iterator[Block]:
        """Yield all rows in order, block by block. Drop each before asking for the next."""
        if not self._runs:
            return
        cuts = np.sort(np.concatenate(self._samples))[:: self._cut_step][1:]
        places = [self._places(run, cuts) for run in self._runs]
        for number in range(len(cuts) + 1):
            slices = [(int(place[number]), int(place[number + 1])) for place in places]
            if any(first < last for first, last in slices):
                yield self._block(slices)

    def _places(self, run: _Run, cuts: npt.NDArray[np.bytes_]) -> Int64s:
        """Return where each block begins in a run, and where the last one ends. Equal ids meet."""
        ids = np.empty(run.rows, dtype=_ID)
        self._read(run.ids_at, ids)
        places = np.zeros(len(cuts) + 2, dtype=np.int64)
        places[1:-1] = np.searchsorted(ids, cuts, side="left")
        places[-1] = run.rows
        return places

    def _block(self, slices: list[tuple[int, int]]) -> Block:
        parts = [
            (run, first, self._ends(run, first, last))
            for run, (first, last) in zip(self._runs, slices, strict=True)
            if first < last
        ]
        rows = sum(len(ends) - 1 for _, _, ends in parts)
        debt_id = np.empty((rows, _ID.itemsize), dtype=np.uint8)
        start, length = np.empty(rows, dtype=np.int64), np.empty(rows, dtype=np.int32)
        buffer = np.empty(sum(int(ends[-1] - ends[0]) for _, _, ends in parts), dtype=np.uint8)
        row = byte = 0
        for run, first, ends in parts:
            here = slice(row, row + len(ends) - 1)
            size = int(ends[-1] - ends[0])
            self._read(run.ids_at + first * _ID.itemsize, debt_id[here])
            self._read(run.wire_at + int(ends[0]), buffer[byte : byte + size])
            start[here] = ends[:-1] - ends[0] + byte
            length[here] = np.diff(ends)
            row, byte = here.stop, byte + size
        order = order_of_ids(debt_id)
        wire = TextColumn(buffer=buffer, start=start, length=length).take(order)
        head = windows(buffer, ROW_HEAD.itemsize)[wire.start].view(ROW_HEAD)
        return Block(
            debt_id=np.ascontiguousarray(head["debt_id"]).view(np.uint8).reshape(-1, _ID.itemsize),
            line_number=head["line_number"].astype(np.int64),
            warnings=head["warnings"].astype(np.int16),
            wire=wire,
        )

    def _ends(self, run: _Run, first: int, last: int) -> Int64s:
        """Return where the row before `first` ends and where each row up to `last` ends."""
        ends = np.zeros(last - first + 1, dtype=np.int64)
        skip = 1 if first == 0 else 0
        at = run.ends_at + (first - 1 + skip) * 4
        stored = np.empty(last - first + 1 - skip, dtype=np.uint32)
        self._read(at, stored)
        ends[skip:] = stored
        return ends

    def _write(self, chunks: Iterable[Any]) -> int:
        start = self._file.seek(0, 2)
        for chunk in chunks:
            self._file.write(chunk)
        return start

    def _read(self, start: int, out: npt.NDArray[Any]) -> None:
        """Fill a contiguous array with the file's bytes from `start` on."""
        self._file.seek(start)
        if self._file.readinto(out.view(np.uint8).data) != out.nbytes:
            raise EOFError("the temporary file is shorter than it was written")
