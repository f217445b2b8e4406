"""Puts the rows of a file that is larger than memory in the order of their debt ids.

Each segment is sorted in memory and written to a temporary file as a *run*; at the end the runs are
merged, block by block. So the unique index of debt ids is filled from one end to the other, once,
and not once a segment; and what repeats in the file comes to stand side by side, so that no debt id
has to be remembered.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from cobranca.domain.errors import StorageFull
from cobranca.infra.columns import TextColumn, scatter_texts
from cobranca.uploads.csv_reader import SEGMENT_BYTES, Rows
from cobranca.uploads.csv_reader.optional_columns import DETAIL_COLUMNS, Details

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Int64s = npt.NDArray[np.int64]

#: Rows of a block: about 60 MB, and below the 2^21 of a block of ids with room for what the samples
#: do not tell.
_BLOCK_ROWS: Final = 1 << 19
_SAMPLE_STEP: Final = 1 << 10
_ID: Final = np.dtype("S16")
_TEXTS: Final = ("name", "tax_id", "email")
#: Texts that not every segment has; a run without them has no place for them.
_CODE: Final = "code"
_DETAILS: Final = tuple(f"details.{name}" for name in DETAIL_COLUMNS)
#: The columns of fixed width, as a run has them.
_FIXED: Final = (
    ("debt_id", _ID),
    ("amount_cents", np.dtype(np.int64)),
    ("line_number", np.dtype(np.int64)),
    ("due_date", np.dtype(np.int32)),
    ("warnings", np.dtype(np.int16)),
)
_END: Final = np.dtype(np.uint32)


def disk_bytes_max(csv_bytes: int) -> int:
    """Return what the temporary file of a CSV takes at the most; that of a small one is empty.

    A row takes 50 bytes and its texts; in the CSV its separators, amount, date and id take as much.
    Measured: 0.94 of the file as a rule, 1.02 with the shortest of rows, 1.21 in Windows-1252 with
    names of accents only, which no file has. Codes of a few characters take 2.4 of it, and with
    terms in every row up to 5.5: nobody can tell that from the size, so `DiskSort` asks the disk.
    """
    return csv_bytes * 5 // 4 if csv_bytes > SEGMENT_BYTES else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The sorted rows of one segment: where each column begins in the temporary file."""

    rows: int
    #: By column; of a text, where it ends, row by row, and `<name>_bytes` are the texts themselves.
    at: dict[str, int]


class DiskSort:
    """The runs of one file. The temporary file has no name and goes with the process."""

    def __init__(
        self,
        folder: Path,
        *,
        free_bytes_min: int = 0,
        block_rows: int = _BLOCK_ROWS,
        sample_step: int = _SAMPLE_STEP,
    ) -> None:
        """Begin a temporary file in a folder that has room for it (`disk_bytes_max`).

        Args:
            folder: on the disk where the file lies.
            free_bytes_min: what is left free of the disk for others.
            block_rows: rows of a block, more or less.
            sample_step: one debt id of so many is kept in memory, to cut the blocks by.
        """
        self._cut_step = max(1, block_rows // sample_step)
        self._sample_step = sample_step
        self._folder = folder
        self._free_bytes_min = free_bytes_min
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with this object
        self._runs: list[_Run] = []
        self._samples: list[npt.NDArray[np.bytes_]] = []

    def __enter__(self) -> Self:
        """Return the sort itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the temporary file."""
        self._file.close()

    def add(self, rows: Rows) -> None:
        """Write a segment's rows, sorted by debt id, as a run.

        Raises:
            StorageFull: the disk has no room for it beside what is to be left free.
        """
        at: dict[str, int] = {}
        try:
            for name, _ in _FIXED:
                at[name] = self._write(getattr(rows, name))
            for name, text in _texts_of(rows):
                ends = np.cumsum(text.length, dtype=np.int64)
                packed = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
                scatter_texts(packed, ends - text.length, text)
                at[name] = self._write(ends.astype(_END))
                at[f"{name}_bytes"] = self._write(packed)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise StorageFull from error
            raise
        self._runs.append(_Run(rows=len(rows), at=at))
        ids = np.ascontiguousarray(rows.debt_id).view(_ID).reshape(-1)
        self._samples.append(ids[:: self._sample_step].copy())

    def blocks(self) -> Iterator[Rows]:
        """Yield all rows in order, block by block; equal ids come together, in line order.

        Drop each before asking for the next.
        """
        if not self._runs:
            return
        cuts = np.sort(np.concatenate(self._samples))[:: self._cut_step][1:]
        places = [self._places(run, cuts) for run in self._runs]
        for number in range(len(cuts) + 1):
            parts = [
                (run, int(place[number]), int(place[number + 1]))
                for run, place in zip(self._runs, places, strict=True)
                if place[number] < place[number + 1]
            ]
            if parts:
                yield self._block(parts)

    def _places(self, run: _Run, cuts: npt.NDArray[np.bytes_]) -> Int64s:
        """Return where each block begins in a run, and where the last one ends."""
        ids = np.empty(run.rows, dtype=_ID)
        self._read(run.at["debt_id"], ids)
        places = np.zeros(len(cuts) + 2, dtype=np.int64)
        places[1:-1] = np.searchsorted(ids, cuts, side="left")
        places[-1] = run.rows
        return places

    def _block(self, parts: list[tuple[_Run, int, int]]) -> Rows:
        fixed = {name: self._fixed(name, dtype, parts) for name, dtype in _FIXED}
        return Rows(
            line_number=fixed["line_number"],
            debt_id=fixed["debt_id"].view(np.uint8).reshape(-1, _ID.itemsize),
            amount_cents=fixed["amount_cents"],
            due_date=fixed["due_date"],
            warnings=fixed["warnings"],
            name=self._text("name", parts),
            tax_id=self._text("tax_id", parts),
            email=self._text("email", parts),
            code=self._text(_CODE, parts) if any(_CODE in run.at for run, *_ in parts) else None,
            details=self._details(parts),
        ).sorted_by_debt_id()

    def _details(self, parts: list[tuple[_Run, int, int]]) -> Details | None:
        here = [name for name in _DETAILS if any(name in run.at for run, *_ in parts)]
        if not here:
            return None
        return Details(columns={name.partition(".")[2]: self._text(name, parts) for name in here})

    def _fixed(
        self, name: str, dtype: np.dtype[Any], parts: list[tuple[_Run, int, int]]
    ) -> npt.NDArray[Any]:
        out = np.empty(sum(last - first for _, first, last in parts), dtype=dtype)
        row = 0
        for run, first, last in parts:
            here = out[row : row + last - first]
            self._read(run.at[name] + first * dtype.itemsize, here)
            row += len(here)
        return out

    def _text(self, name: str, parts: list[tuple[_Run, int, int]]) -> TextColumn:
        ends = [self._ends(name, part) for part in parts]
        length = np.concatenate([np.diff(part) for part in ends])
        place = np.cumsum(length)
        buffer = np.empty(int(place[-1]), dtype=np.uint8)
        byte = 0
        for (run, _, _), part in zip(parts, ends, strict=True):
            size = int(part[-1] - part[0])
            if size:
                self._read(run.at[f"{name}_bytes"] + int(part[0]), buffer[byte : byte + size])
            byte += size
        return TextColumn(buffer=buffer, start=place - length, length=length.astype(np.int32))

    def _ends(self, name: str, part: tuple[_Run, int, int]) -> Int64s:
        """Return where the text before the first row ends, and where each row's does."""
        run, first, last = part
        if name not in run.at:
            return np.zeros(last - first + 1, dtype=np.int64)
        before = 1 if first else 0
        stored = np.empty(last - first + before, dtype=_END)
        self._read(run.at[name] + (first - before) * _END.itemsize, stored)
        ends = np.zeros(last - first + 1, dtype=np.int64)
        ends[1 - before :] = stored
        return ends

    def _write(self, column: npt.NDArray[Any]) -> int:
        free = shutil.disk_usage(self._folder).free
        if free - column.nbytes < self._free_bytes_min:
            raise StorageFull
        start = self._file.seek(0, 2)
        self._file.write(np.ascontiguousarray(column).data)
        return start

    def _read(self, start: int, out: npt.NDArray[Any]) -> None:
        """Fill a contiguous array with the file's bytes from `start` on."""
        self._file.seek(start)
        if self._file.readinto(out.view(np.uint8).data) != out.nbytes:
            raise EOFError("the temporary file is shorter than it was written")


def _texts_of(rows: Rows) -> Iterator[tuple[str, TextColumn]]:
    """Yield the columns of texts that these rows have, by the name they have in a run."""
    for name in _TEXTS:
        yield name, getattr(rows, name)
    if rows.code is not None:
        yield _CODE, rows.code
    if rows.details is not None:
        for name, text in rows.details.columns.items():
            yield f"details.{name}", text
