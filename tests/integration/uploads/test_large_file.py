"""A file of several segments: the same counts and rows as a small one, in one order of debt ids."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from cobranca.infra.settings import Settings
from cobranca.pipeline.issuing_terms import snapshot
from cobranca.uploads import ingest, reading
from cobranca.uploads.csv_reader import ReadOptions
from cobranca.uploads.disk_sort import DiskSort
from cobranca.uploads.ingest import IngestJob, IngestResult, ingest_file
from cobranca.uploads.reading import judgement_of
from cobranca.uploads.receive import Received
from cobranca.uploads.workbooks import bounds_of
from tests.integration.uploads.test_upload import csv_of, row
from tests.support.ingests import add_beneficiary

if TYPE_CHECKING:
    from pathlib import Path

    from cobranca.uploads.csv_reader import Rows

ROWS = 400


def take_in(url: str, folder: Path, content: bytes) -> IngestResult:
    """Ingest a file as the API's process does."""
    sha256 = hashlib.sha256(content).digest()
    path = folder / sha256.hex()
    path.write_bytes(content)
    settings = Settings()
    profile, profile_sha256 = snapshot(settings.beneficiary)
    return ingest_file(
        IngestJob(
            database_url=url,
            received=Received(path=path, name="f", size_bytes=len(content), sha256=sha256),
            workbook_bounds=bounds_of(settings),
            storage_path="x",
            mail="simulate",
            judgement=judgement_of(settings, dt.date(2026, 1, 1)),
            batch_rows=50,
            beneficiary_id=add_beneficiary(url),
            profile=profile,
            profile_sha256=profile_sha256,
        )
    )


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file of a few kilobytes be a large one: a dozen segments, a dozen blocks."""
    options = partial(ReadOptions, segment_bytes=6000, block_bytes=2000)
    monkeypatch.setattr(reading, "ReadOptions", options)
    monkeypatch.setattr(ingest, "SEGMENT_BYTES", 6000)
    monkeypatch.setattr(ingest, "DiskSort", partial(DiskSort, block_rows=40, sample_step=4))


def a_file() -> tuple[list[str], list[str]]:
    """Return debt ids, and the records of a file with each of them once."""
    drawn = random.Random(7)  # noqa: S311
    ids = [str(uuid.UUID(int=drawn.getrandbits(128))) for _ in range(ROWS)]
    return ids, [row(n, debtId=debt_id) for n, debt_id in enumerate(ids)]


@pytest.mark.usefixtures("small_segments")
def test_every_record_of_a_large_file_is_counted_once(database_url: str, tmp_path: Path) -> None:
    ids, records = a_file()
    known = [row(n, debtId=ids[n], debtAmount="99.99" if n == 7 else "10.50") for n in range(5, 15)]
    take_in(database_url, tmp_path, csv_of(*known))
    records[100] = row(100, debtId="none")
    records.append(row(3, debtId=ids[3], name="Bia"))

    result = take_in(database_url, tmp_path, csv_of(*records))

    assert result.records == ROWS + 1
    assert (result.accepted, result.rejected) == (ROWS - 10 - 1, 1)
    assert (result.duplicates, result.conflicts) == (10 + 1, 1)
    refused = _all(database_url, "SELECT line_number, code, message FROM reject")
    assert {(line, code) for line, code, _ in refused} == {
        (102, "DEBT_ID_FORMAT"),
        (ROWS + 2, "DUPLICATE_IN_FILE"),
        *((n + 2, "CONFLICT" if n == 7 else "DUPLICATE") for n in range(5, 15)),
    }
    assert (ROWS + 2, "DUPLICATE_IN_FILE", "debtId repetido da linha 5") in refused


@pytest.mark.parametrize(("rows_max", "totals"), [(1000, [100] * 4), (80, [80] * 5)])
def test_batches_of_a_large_file_are_larger_up_to_a_bound(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows_max: int,
    totals: list[int],
) -> None:
    monkeypatch.setattr(ingest, "_BATCHES", 4)
    monkeypatch.setattr(ingest, "_BATCH_ROWS_MAX", rows_max)
    take_in(database_url, tmp_path, csv_of(*a_file()[1]))
    batches = _all(database_url, "SELECT total FROM batch ORDER BY first_billing_id")
    assert [total for (total,) in batches] == totals


@pytest.mark.usefixtures("small_segments")
def test_ids_of_a_large_file_follow_its_debt_ids_and_batches_hold_them_all(
    database_url: str, tmp_path: Path
) -> None:
    ids, records = a_file()
    result = take_in(database_url, tmp_path, csv_of(*records))
    stored = _all(database_url, "SELECT debt_id::text, email, line_number FROM billing ORDER BY id")
    lines = {debt_id: number for number, debt_id in enumerate(ids)}
    assert [debt_id for debt_id, _, _ in stored] == sorted(ids)
    assert all(
        (email, line) == (f"ana{lines[debt_id]}@example.com", lines[debt_id] + 2)
        for debt_id, email, line in stored
    )
    held = _all(
        database_url,
        "SELECT b.total, count(i.id) FROM batch b JOIN billing i"
        " ON i.id BETWEEN b.first_billing_id AND b.last_billing_id GROUP BY b.id",
    )
    assert len(held) == len(result.batch_ids)
    assert all(total == count for total, count in held)
    assert sum(total for total, _ in held) == ROWS


@pytest.mark.usefixtures("small_segments")
def test_one_debt_id_that_fills_a_large_file_is_one_billing_and_takes_no_memory(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    add = DiskSort.add

    def watched(disk: DiskSort, rows: Rows) -> None:
        kept.append(len(rows))
        add(disk, rows)

    monkeypatch.setattr(DiskSort, "add", watched)
    result = take_in(database_url, tmp_path, csv_of(*[row(1, name=f"Ana {n}") for n in range(300)]))
    assert (result.accepted, result.duplicates) == (1, 299)
    assert len(kept) > 3
    assert set(kept) == {1}
    assert _all(database_url, "SELECT name, line_number FROM billing") == [("Ana 0", 2)]
    lines = _all(database_url, "SELECT line_number FROM reject ORDER BY line_number")
    assert lines == [(line,) for line in range(3, 302)]


@pytest.mark.usefixtures("small_segments")
def test_a_transaction_is_not_idle_for_longer_than_a_segment(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends those of processes that hang, and sorting a large file takes minutes."""
    spoken: list[bool] = []
    add = DiskSort.add

    def watched(disk: DiskSort, rows: Rows) -> None:
        with psycopg.connect(database_url) as connection:
            query = "SELECT query LIKE '%%SELECT 1' FROM pg_stat_activity WHERE state = %s"
            found = connection.execute(query, ["idle in transaction"]).fetchall()
        spoken.extend(row[0] for row in found)
        add(disk, rows)

    monkeypatch.setattr(DiskSort, "add", watched)
    _, records = a_file()
    take_in(database_url, tmp_path, csv_of(*records))
    assert spoken == [False, *([True] * (len(spoken) - 1))]
    assert len(spoken) > 3


def test_a_small_file_leaves_the_disk_alone(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(*_: object) -> None:
        raise AssertionError("sorted on the disk")

    monkeypatch.setattr(DiskSort, "add", add)
    _, records = a_file()
    assert take_in(database_url, tmp_path, csv_of(*records)).accepted == ROWS


def _all(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()
