"""Order of ids and duplicates over the segments of a file."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.money import format_decimal
from cobranca.infra.columns import POSTGRES_EPOCH, TextColumn
from cobranca.uploads.csv_reader import DuplicateFinder, Rows
from cobranca.uploads.csv_reader.rows import order_of_ids

#: Ids that share their first bytes, their first half, or everything.
_ids = st.lists(
    st.builds(
        lambda head, middle, tail: head + bytes(6) + middle + tail,
        st.sampled_from([b"\x00\x00", b"\x7f\xff", b"\x80\x00", b"\xff\xff"]),
        st.sampled_from([bytes(4), b"\x00\x00\x00\x01", b"\xff" * 4]),
        st.sampled_from([bytes(4), b"\x80\x00\x00\x00", b"\xff" * 4]),
    ),
    max_size=40,
)


def rows_of(ids: list[bytes], first_line: int = 2) -> Rows:
    """Return rows with these ids on consecutive lines."""
    count = len(ids)
    text = TextColumn.of([str(number) for number in range(count)])
    return Rows(
        line_number=np.arange(first_line, first_line + count, dtype=np.int64),
        debt_id=np.frombuffer(b"".join(ids), dtype=np.uint8).reshape(-1, 16),
        amount_cents=np.arange(count, dtype=np.int64),
        due_date=np.zeros(count, dtype=np.int32),
        warnings=np.zeros(count, dtype=np.int16),
        name=text,
        tax_id=text,
        email=text,
    )


@settings(deadline=None)
@given(_ids)
def test_rows_are_sorted_as_bytes_and_equal_ids_stay_in_line_order(ids: list[bytes]) -> None:
    rows = rows_of(ids).sorted_by_debt_id()
    wanted = sorted((identity, number) for number, identity in enumerate(ids))
    assert [rows.debt_id[row].tobytes() for row in range(len(rows))] == [i for i, _ in wanted]
    assert rows.line_number.tolist() == [number + 2 for _, number in wanted]
    assert [rows.email.text(row) for row in range(len(rows))] == [str(n) for _, n in wanted]
    assert rows.amount_cents.tolist() == [number for _, number in wanted]


def test_more_rows_than_a_segment_are_sorted_too() -> None:
    count = (1 << 21) + 3
    ids = np.zeros((count, 16), dtype=np.uint8)
    ids[:, 4:8] = np.arange(count, dtype=">u4")[::-1].copy().view(np.uint8).reshape(-1, 4)
    assert (order_of_ids(ids) == np.arange(count)[::-1]).all()


@settings(deadline=None)
@given(st.lists(_ids, max_size=5))
def test_first_line_of_an_id_wins_over_all_segments(segments: list[list[bytes]]) -> None:
    finder = DuplicateFinder()
    first: dict[bytes, int] = {}
    line = 2
    for ids in segments:
        rows = rows_of(ids, line).sorted_by_debt_id()
        repeats = finder.find(rows)
        for number, identity in enumerate(ids):
            first.setdefault(identity, line + number)
        for row in range(len(rows)):
            own = int(rows.line_number[row])
            wanted = first[rows.debt_id[row].tobytes()]
            assert repeats.repeated[row] == (own != wanted)
            assert repeats.first_line_number[row] == (wanted if own != wanted else 0)
        line += len(ids)


def test_random_ids_of_many_segments_have_only_the_planted_repeats() -> None:
    random = np.random.default_rng(5)
    finder = DuplicateFinder()
    planted = random.bytes(16)
    counts: list[int] = []
    for segment in range(4):
        ids = [random.bytes(16) for _ in range(3000)]
        ids[1500] = planted
        counts.append(
            int(finder.find(rows_of(ids, 1 + 3000 * segment).sorted_by_debt_id()).repeated.sum())
        )
    assert counts == [0, 1, 1, 1]


def official_form(rows: Rows, row: int) -> tuple[str, ...]:
    """Write a row as the official file has it, from its columns."""
    return (
        rows.name.text(row),
        rows.tax_id.text(row),
        rows.email.text(row),
        format_decimal(int(rows.amount_cents[row])),
        (POSTGRES_EPOCH + timedelta(days=int(rows.due_date[row]))).isoformat(),
        str(UUID(bytes=rows.debt_id[row].tobytes())),
    )


def test_rows_can_be_written_back_in_the_official_form() -> None:
    rows = rows_of([bytes.fromhex("1adb6ccfff16467fbea75f05d494280f")])
    assert official_form(rows, 0) == (
        "0", "0", "0", "0.00", "2000-01-01", "1adb6ccf-ff16-467f-bea7-5f05d494280f",
    )  # fmt: skip


@pytest.mark.parametrize("chosen", [np.array([2, 0]), np.array([True, False, True]), slice(1, 3)])
def test_taking_rows_keeps_the_columns_together(chosen: object) -> None:
    rows = rows_of([bytes([n]) * 16 for n in range(3)])
    taken = rows.take(chosen)  # type: ignore[arg-type]
    assert taken.debt_id[:, 0].tolist() == taken.amount_cents.tolist()
    assert [int(taken.name.text(n)) for n in range(len(taken))] == taken.amount_cents.tolist()
