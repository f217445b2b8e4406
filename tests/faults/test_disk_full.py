"""A disk gets full before work or in the middle of it: refused or put off, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from structlog.testing import capture_logs

from cobranca.infra import telemetry
from cobranca.infra.db import passes
from cobranca.infra.disk import DiskWatch
from cobranca.infra.resources import Resources, opened, prepare_resources
from cobranca.notifications.service import Notifier
from cobranca.scheduler import tell_room
from cobranca.uploads.ingest import IngestJob, ingest_file
from cobranca.worker import KINDS, queues_of
from tests.conftest import new_database
from tests.support import oracle
from tests.support.api_client import api_client
from tests.support.factories import add_upload, statuses
from tests.support.ingests import add_beneficiary, count, make_job
from tests.support.line import csv
from tests.support.product import Product, wait_for
from tests.support.small_disk import MIB, SmallDisk
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from cobranca.infra.settings import Settings


@pytest.fixture
def disk(servers_dir: Path) -> Iterator[SmallDisk]:
    """Return a disk of its own for a test."""
    with SmallDisk(servers_dir / "disk", size_mib=48) as disk:
        yield disk


@pytest.fixture
def job(tmp_path: Path) -> IngestJob:
    """Return a file that is to be ingested."""
    return make_job(tmp_path, csv(4_000, seed=1))


@pytest.fixture
def on_disk(settings: Settings, disk: SmallDisk) -> Settings:
    """Return the settings of an installation whose data folder is on the small disk."""
    return settings.model_copy(update={"data_dir": disk.path, "disk_free_bytes_min": 4 * MIB})


@pytest.mark.parametrize("free_min_mib", [4, 0], ids=["by what must stay free", "by the disk"])
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "unannounced"])
async def test_an_upload_without_room_is_refused_and_leaves_nothing(
    on_disk: Settings, disk: SmallDisk, announced: bool, free_min_mib: int
) -> None:
    content = csv(60_000, seed=1)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 64 * 1024):
            yield content[start : start + 64 * 1024]

    settings = on_disk.model_copy(update={"disk_free_bytes_min": free_min_mib * MIB})
    async with api_client(settings) as client:

        async def send() -> int:
            answer = await client.post(
                "/billings/csv/upload",
                content=content if announced else pieces(),
                headers={"Content-Type": "text/csv"},
            )
            return answer.status_code

        disk.fill(free_mib=free_min_mib + 3)
        assert await send() == 507
        assert not list((disk.path / "incoming").iterdir())
        assert not list((disk.path / "storage").rglob("*.csv"))
        disk.grow()
        assert await send() == 200


async def test_boletos_and_mails_without_room_wait_for_it_however_long(
    on_disk: Settings, disk: SmallDisk
) -> None:
    prepared = prepare_resources(on_disk, name="test", connections_max=4)
    async with opened(prepared, connect_broker=True) as resources:
        upload = await add_upload(resources, rows=60, batch_rows=60)
        disk.fill()
        for _ in range(on_disk.attempts_max + 2):
            await _try(resources, upload)
            assert await _batch(resources) == ("RECEIVED", 0, "The disk of the storage is full")
        disk.grow()
        await _try(resources, upload)
        assert (await _batch(resources))[0] == "NOTIFIED"
        assert await statuses(resources, upload["id"]) == {"SENT": 60}
    assert not list((disk.path / "storage/.parts").iterdir())


async def test_workers_stop_before_the_disk_is_full_and_go_on_by_themselves(
    on_disk: Settings, disk: SmallDisk
) -> None:
    now = 0.0
    prepared = prepare_resources(on_disk, name="test", connections_max=4)
    async with opened(prepared, connect_broker=True) as resources:
        watch = DiskWatch(on_disk, monotonic=lambda: now)
        queues = queues_of(resources, KINDS, KINDS.roles(), disk=watch)

        async def work() -> int:
            """Do what there is, and return how often there was something."""
            with capture_logs():
                return sum([await queue.poll() for queue in queues])

        upload = await add_upload(resources, rows=20, batch_rows=10)
        disk.fill(free_mib=3)  # Less than must stay free, and room enough for all of it.
        free = shutil.disk_usage(disk.path).free
        for _ in range(on_disk.attempts_max + 2):
            assert await work() == 1
            assert await work() == 0, "nothing is claimed for a while"
            now += 60
            await _end_pauses(resources)
        assert shutil.disk_usage(disk.path).free == free
        async with resources.database.transaction() as connection:
            rows = await (
                await connection.execute("SELECT state, attempts, last_error FROM work")
            ).fetchall()
        assert {(row["state"], row["attempts"]) for row in rows} == {("READY", 0)}
        assert "make room" in "".join(row["last_error"] or "" for row in rows)
        disk.grow()
        while await work():
            pass
        assert await statuses(resources, upload["id"]) == {"SENT": 20}


def test_the_scheduler_tells_when_there_is_no_room_and_when_there_is_again(
    on_disk: Settings, disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = DiskWatch(on_disk)
    said: list[telemetry.TelemetryEvent] = []
    monkeypatch.setattr("cobranca.scheduler.emit", said.append)
    is_short = False
    for free_mib in (20, 3, 2, None, None):
        if free_mib is None:
            disk.grow()
        else:
            disk.fill(free_mib=free_mib)
        is_short = tell_room(on_disk, watch, was_short=is_short)
    assert [type(event) for event in said] == [telemetry.DiskShort, telemetry.DiskHasRoom]


async def _end_pauses(resources: Resources) -> None:
    async with resources.database.transaction() as connection:
        await connection.execute("UPDATE work SET not_before = NULL")


async def _try(resources: Resources, upload: dict[str, object]) -> None:
    """Try the batch once, whatever its pause."""
    await _end_pauses(resources)
    with capture_logs():  # Printing their tracebacks would take longer than all the rest.
        await issue_batch(resources)
        await notify_batch(resources, Notifier(resources))


async def _batch(resources: Resources) -> tuple[str, int, str | None]:
    async with resources.database.transaction() as connection:
        row = await (
            await connection.execute("SELECT state, attempts, last_error FROM batch_state")
        ).fetchone()
    assert row
    return row["state"], row["attempts"], row["last_error"]


def test_an_ingest_without_room_in_the_database_is_nothing_and_repeated_once(
    postgres_url: str, disk: SmallDisk, job: IngestJob
) -> None:
    with small_table_space(postgres_url, disk) as database_url:
        add_beneficiary(database_url)
        disk.fill()
        with pytest.raises(psycopg.errors.DiskFull) as raised:
            ingest_file(replace(job, database_url=database_url))
        assert passes(raised.value)
        assert count(database_url) == (0, 0, None)
        disk.grow()
        result = ingest_file(replace(job, database_url=database_url))
        assert (result.repeated, result.accepted) == (False, 4_000)
        assert count(database_url) == (4_000, 1, 4_000)


@contextmanager
def small_table_space(postgres_url: str, disk: SmallDisk) -> Iterator[str]:
    """Return a database whose billings are on a disk of their own."""
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        (cluster,) = admin.execute("SHOW data_directory").fetchone() or ("",)
        owner, folder = Path(cluster).stat(), disk.path / "space"
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.st_uid, owner.st_gid)
        admin.execute(f"CREATE TABLESPACE small LOCATION '{folder}'".encode())
        try:
            with new_database(postgres_url) as database_url:
                with psycopg.connect(database_url, autocommit=True) as connection:
                    connection.execute("ALTER TABLE billing SET TABLESPACE small")
                yield database_url
        finally:
            admin.execute("DROP TABLESPACE small")


@pytest.mark.stack
def test_the_disk_of_everything_gets_full_while_a_file_is_worked(servers_dir: Path) -> None:
    rows = 3_000
    disk = SmallDisk(servers_dir / "disk-of-everything", size_mib=600)
    with disk, Product(disk.path / "data", COBRANCA_DISK_FREE_BYTES_MIN="0") as product:
        database_url = product.database_url
        answer = product.upload(csv(rows, seed=1))
        disk.fill(free_mib=1)
        with pytest.raises(psycopg.OperationalError):
            fill_with_wal(database_url)
        wait_for(lambda: not product.is_ready(), 60, "PostgreSQL to be down")
        time.sleep(2)
        disk.grow()
        wait_for(product.is_ready, 120, "PostgreSQL to be up")
        other = product.upload(csv(rows, seed=2))
        for upload in (answer, other):
            ended = product.wait_until_ended(upload["upload_id"])
            assert (ended["status"], ended["accepted"]) == ("SENT", rows)
        oracle.check(
            database_url,
            lambda path: (disk.path / "data/storage" / path).read_bytes(),
            accepted=2 * rows,
            scans=2,
        )


def fill_with_wal(database_url: str) -> None:
    """Write until there is no room for a further file of WAL, which stops PostgreSQL."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for _ in range(40):
            connection.execute("SELECT pg_logical_emit_message(true, 'test', repeat('x', 1000000))")
