"""Parts of a file: made ahead by a thread, in order, and no more of them than two at a time."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cobranca.uploads.csv_reader import CsvReader, ReadOptions
from cobranca.uploads.parts import Part, parts_of, parts_of_blocks, read_ahead

HEADER = "name,governmentId,email,debtAmount,debtDueDate,debtId"
_SOON_S = 60.0


def debt_id(number: int) -> str:
    """Return ids that are not in the order of their numbers."""
    return f"{(number * 7919) % 1000:08x}-0000-4000-8000-{number:012x}"


def some_rows(folder: Path, numbers: list[int], **options: int) -> list[Part]:
    """Return the parts of a file with these debts, each of which remembers all before it."""
    lines = [HEADER] + [
        f"Ana,52998224725,ana@example.com,10.50,2026-12-12,{debt_id(number)}" for number in numbers
    ]
    path = folder / "f.csv"
    path.write_text("\n".join(lines), encoding="ascii")
    with CsvReader(path, ReadOptions(today=dt.date(2026, 1, 1), **options)) as reader:
        return list(parts_of(reader, is_remembered=True))


def test_parts_are_sorted_and_know_what_repeats_in_parts_before(tmp_path: Path) -> None:
    numbers = [*range(40), 3, 3]
    parts = some_rows(tmp_path, numbers, segment_bytes=2000, block_bytes=500)
    assert len(parts) > 2
    for part in parts:
        ids = [row.tobytes() for row in part.rows.debt_id]
        assert ids == sorted(ids)
    assert sum(len(part.rows) for part in parts) == len(numbers)
    repeated = [
        int(line) for part in parts for line in part.rows.line_number[part.repeats.repeated]
    ]
    assert sorted(repeated) == [42, 43]


def test_the_next_part_is_made_while_one_is_worked_and_not_the_one_after(tmp_path: Path) -> None:
    [one] = some_rows(tmp_path, [1])
    made: list[int] = []
    second_is_made = threading.Event()

    def parts() -> Iterator[Part]:
        for number in range(4):
            made.append(number)
            if number == 1:
                second_is_made.set()
            yield one

    with read_ahead(parts()) as coming:
        next(coming)
        assert second_is_made.wait(_SOON_S)
        assert made == [0, 1]
        assert len(list(coming)) == 3


def test_what_goes_wrong_ahead_comes_out_where_the_part_would_have(tmp_path: Path) -> None:
    [one] = some_rows(tmp_path, [1])

    def parts() -> Iterator[Part]:
        yield one
        raise OSError("the disk is gone")

    with read_ahead(parts()) as coming:
        assert next(coming) is one
        with pytest.raises(OSError, match="the disk is gone"):
            next(coming)


def test_the_thread_has_ended_when_the_work_fails(tmp_path: Path) -> None:
    [one] = some_rows(tmp_path, [1])
    before = threading.active_count()

    def work() -> None:
        with read_ahead(iter([one, one])) as coming:
            next(coming)
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        work()
    assert threading.active_count() == before


def test_blocks_find_their_own_repeats_only(tmp_path: Path) -> None:
    [part] = some_rows(tmp_path, [1, 1, 2])
    first, second = parts_of_blocks(iter([part.rows, part.rows]))
    for block in (first, second):
        assert np.count_nonzero(block.repeats.repeated) == 1
        assert block.rejects is None
