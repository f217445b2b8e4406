"""Runs on the disk come back as one order, whatever the ids and however they are cut."""

from __future__ import annotations

import datetime as dt
import errno
import itertools
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.errors import StorageFull
from cobranca.uploads import disk_sort
from cobranca.uploads.csv_reader import SEGMENT_BYTES, CsvReader, ReadOptions, Rows
from cobranca.uploads.disk_sort import DiskSort, disk_bytes_max
from tests.unit.uploads.csv_reader.test_rows import rows_of

SEGMENT_ROWS = 1000
#: Ids that share their high half, and some that do not.
_ids = st.integers(0, 30).map(lambda n: bytes([n % 3]) * 8 + n.to_bytes(8, "big"))
_runs = st.lists(st.lists(_ids, min_size=1, max_size=12), min_size=1, max_size=5)


def blocks_of(runs: list[list[bytes]], *, block_rows: int, sample_step: int) -> Iterator[Rows]:
    """Sort runs of ids, whose lines count on from run to run."""
    line = 2
    with (
        tempfile.TemporaryDirectory() as folder,
        DiskSort(Path(folder), block_rows=block_rows, sample_step=sample_step) as disk,
    ):
        for ids in runs:
            rows = rows_of(ids, line).sorted_by_debt_id()
            disk.add(rows)
            line += len(ids)
        yield from disk.blocks()


@given(_runs, st.integers(1, 20), st.integers(1, 4))
def test_blocks_are_all_rows_by_id_and_then_by_line(
    runs: list[list[bytes]], block_rows: int, sample_step: int
) -> None:
    blocks = list(blocks_of(runs, block_rows=block_rows, sample_step=sample_step))
    ids = [identity for run in runs for identity in run]
    wanted = sorted((identity, line) for line, identity in enumerate(ids, 2))
    found = [
        (block.debt_id[row].tobytes(), int(block.line_number[row]))
        for block in blocks
        for row in range(len(block))
    ]
    assert found == wanted
    ends = [(block.debt_id[0].tobytes(), block.debt_id[-1].tobytes()) for block in blocks]
    assert all(last < first for (_, last), (first, _) in itertools.pairwise(ends))


@given(_runs, st.integers(1, 20))
def test_rows_keep_all_their_columns(runs: list[list[bytes]], block_rows: int) -> None:
    numbers = [number for run in runs for number in range(len(run))]
    for block in blocks_of(runs, block_rows=block_rows, sample_step=1):
        for row in range(len(block)):
            number = numbers[int(block.line_number[row]) - 2]
            assert int(block.amount_cents[row]) == number
            texts = (block.name, block.tax_id, block.email)
            assert [text.text(row) for text in texts] == [str(number)] * 3
            assert (int(block.due_date[row]), int(block.warnings[row])) == (0, 0)


@pytest.mark.parametrize("serial", [True, False], ids=["serial ids", "random ids"])
def test_blocks_have_about_the_rows_that_were_asked_for(serial: bool) -> None:
    random = np.random.default_rng(3)
    numbers = random.permutation(20_000)
    ids = [n.to_bytes(16, "big") if serial else random.bytes(16) for n in numbers.tolist()]
    runs = [ids[first : first + 5000] for first in range(0, 20_000, 5000)]
    sizes = [len(block) for block in blocks_of(runs, block_rows=2000, sample_step=100)]
    assert sum(sizes) == 20_000
    assert max(sizes) <= 2000 + len(runs) * 100


def test_a_disk_without_room_is_a_matter_of_trying_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(DiskSort, "_write", full)
    with DiskSort(tmp_path) as disk, pytest.raises(StorageFull):
        disk.add(rows_of([bytes(16)]))


@pytest.mark.parametrize("name", ["A", "Ana Gomes", "Á" * 14], ids=["short", "usual", "accents"])
def test_the_temporary_file_is_not_larger_than_is_made_room_for(tmp_path: Path, name: str) -> None:
    header = "name;governmentId;email;debtAmount;debtDueDate;debtId\n"
    rows = [f"{name};1;a@b.co;1;2030-01-01;{uuid.UUID(int=n).hex}\n" for n in range(SEGMENT_ROWS)]
    path = tmp_path / "debts.csv"
    path.write_bytes("".join([header, *rows]).encode("cp1252"))
    options = ReadOptions(today=dt.date(2026, 1, 1))
    with CsvReader(path, options) as reader, DiskSort(tmp_path) as disk:
        (segment,) = reader.segments()
        assert len(segment.rows) == SEGMENT_ROWS
        disk.add(segment.rows)
        used = disk._file.seek(0, 2)  # pyright: ignore[reportPrivateUsage]
    # As if the file were as many times larger as makes it a large one.
    times = SEGMENT_BYTES // path.stat().st_size + 1
    assert used * times <= disk_bytes_max(path.stat().st_size * times)


def test_what_is_to_be_left_free_of_the_disk_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Codes and terms take more than the size of the file tells."""
    written: list[int] = []

    def usage(_: Path) -> SimpleNamespace:
        return SimpleNamespace(free=1200 - sum(written))

    write = DiskSort._write  # pyright: ignore[reportPrivateUsage]

    def counted(disk: DiskSort, column: np.ndarray[Any, Any]) -> int:
        start = write(disk, column)
        written.append(column.nbytes)
        return start

    monkeypatch.setattr(disk_sort, "shutil", SimpleNamespace(disk_usage=usage))
    monkeypatch.setattr(DiskSort, "_write", counted)
    with DiskSort(tmp_path, free_bytes_min=1000) as disk:
        disk.add(rows_of([bytes(16)]))
        with pytest.raises(StorageFull):
            disk.add(rows_of([bytes(16)] * 4, 3))
    assert 1200 - sum(written) >= 1000
