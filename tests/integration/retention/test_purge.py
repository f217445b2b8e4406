"""What a purge deletes, what it leaves, and that it may be cut off."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from typer.testing import CliRunner

from cobranca.cli import app
from cobranca.domain.errors import Transient
from cobranca.infra.settings import get_settings
from cobranca.notifications.service import Notifier
from cobranca.retention.service import Bounds, Purged, purge, purgeable
from cobranca.scheduler import retain
from tests.support.factories import add_upload, statuses
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cobranca.infra.resources import Resources
    from cobranca.infra.storage import Storage

TABLES = ("billing", "boleto", "notification", "notification_attempt", "bounce", "reject",
          "billing_removal", "outbox_object", "mail_in_flight")  # fmt: skip


async def _run(resources: Resources, query: str, *parameters: object) -> list[dict[str, Any]]:
    async with resources.database.transaction() as connection:
        cursor = await connection.execute(query, parameters)  # type: ignore[arg-type]
        return await cursor.fetchall() if cursor.description else []


async def _sent_upload(
    resources: Resources, *, ended_days_ago: int, name: str = "x"
) -> dict[str, Any]:
    """Return an upload of 30 billings in 3 batches, mailed to the outbox, with all that goes by."""
    upload = await add_upload(resources, rows=30)
    first = upload["first_billing_id"]
    await _run(resources, "INSERT INTO billing_removal (billing_id, upload_id) VALUES (%s, %s)",
               first, upload["id"])  # fmt: skip
    for _ in upload["batch_ids"]:
        await issue_batch(resources)
        await notify_batch(resources, Notifier(resources))
    await _run(resources, "INSERT INTO notification_attempt (billing_id, at, attempts, state)"
               " VALUES (%s, now(), 1, 'DEFERRED')", first + 1)  # fmt: skip
    await _run(resources, "INSERT INTO bounce (billing_id, upload_id, suppressed, detail)"
               " VALUES (%s, %s, false, 'd')", first + 1, upload["id"])  # fmt: skip
    await _run(resources, "INSERT INTO reject SELECT %s, n, false, 'email', 'E', 'm', 'raw'"
               " FROM generate_series(100, 109) n", upload["id"])  # fmt: skip
    path = f"uploads/{name}.csv"
    await resources.storage.put(path, b"debts")
    await _run(
        resources,
        "UPDATE upload SET finished_at = now() - make_interval(days => %s), storage_path = %s"
        " WHERE id = %s",
        ended_days_ago,
        path,
        upload["id"],
    )
    return upload


def _objects(storage: Path) -> set[str]:
    return {path.relative_to(storage).as_posix() for path in storage.rglob("*") if path.is_file()}


async def _counts(resources: Resources) -> dict[str, int]:
    return {
        table: (await _run(resources, f"SELECT count(*) AS n FROM {table}"))[0]["n"]  # noqa: S608
        for table in TABLES
    }


async def test_old_files_go_whole_and_young_ones_stay(resources: Resources) -> None:
    storage = resources.settings.data_dir / "storage"
    young = await _sent_upload(resources, ended_days_ago=10, name="young")
    kept, kept_objects = await _counts(resources), _objects(storage)
    assert min(kept[table] for table in TABLES[:-1]) > 0
    old = await _sent_upload(resources, ended_days_ago=100, name="old")
    unfinished = await add_upload(resources, rows=5)

    assert await purgeable(resources.database, resources.storage, days=30) == Purged(
        uploads=1, billings=30
    )
    done = await purge(resources.database, resources.storage, days=30)

    assert done == Purged(uploads=1, billings=30)
    assert await _counts(resources) == kept | {"billing": kept["billing"] + 5}
    assert _objects(storage) == kept_objects
    assert await statuses(resources, young["id"]) == {"SENT": 29, "REMOVED": 1}
    assert await statuses(resources, unfinished["id"]) == {"ACKNOWLEDGED": 5}
    (row,) = await _run(
        resources, "SELECT removed_at, purged_at FROM upload WHERE id = %s", old["id"]
    )
    assert row["removed_at"] is not None
    assert row["purged_at"] is not None
    assert await purge(resources.database, resources.storage, days=30) == Purged(
        uploads=0, billings=0
    )


async def test_objects_of_attempts_that_died_go_with_their_upload(resources: Resources) -> None:
    storage = resources.settings.data_dir / "storage"
    young = await _sent_upload(resources, ended_days_ago=10, name="young")
    old = await _sent_upload(resources, ended_days_ago=100, name="old")
    for upload in (young, old):
        (batch_id, *_) = upload["batch_ids"]
        for path in (f"boletos/{upload['public_id']}/{batch_id}-dead.zip", f"outbox/{batch_id}/x"):
            await resources.storage.put(path, b"of no row")
    await purge(resources.database, resources.storage, days=30)
    left = _objects(storage)
    assert len([path for path in left if path.endswith(("dead.zip", "/x"))]) == 2
    names = {path.split("/")[1] for path in left}
    assert names == {str(young["public_id"]), "young.csv", *map(str, young["batch_ids"])}


async def test_mails_that_came_back_and_were_kept_go_when_they_are_old(
    resources: Resources,
) -> None:
    kept = resources.settings.data_dir / "storage/bounces"
    for name in ("old", "young"):
        await resources.storage.put(f"bounces/{name}.eml", b"From: Ana")
    a_month_ago = time.time() - 31 * 86_400
    os.utime(kept / "old.eml", (a_month_ago, a_month_ago))
    assert (await purgeable(resources.database, resources.storage, days=30)).bounces == 1
    assert (await purge(resources.database, resources.storage, days=30)).bounces == 1
    assert [path.name for path in kept.iterdir()] == ["young.eml"]


async def test_numbers_are_not_used_again(resources: Resources) -> None:
    await _sent_upload(resources, ended_days_ago=100)
    (before,) = await _run(resources, "SELECT max(our_number) AS n FROM boleto")
    await purge(resources.database, resources.storage, days=30)
    await _sent_upload(resources, ended_days_ago=1)
    (after,) = await _run(resources, "SELECT min(our_number) AS n FROM boleto")
    assert after["n"] > before["n"]


async def test_cut_off_it_goes_on(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    await _sent_upload(resources, ended_days_ago=100)
    storage, removed = resources.storage, []
    remove = type(storage).remove

    async def fail_in_second_batch(self: Storage, path: str) -> None:
        removed.append(path)
        if len(removed) == 5:  # After all three with PDFs and the first of mails.
            raise OSError("storage is down")
        await remove(self, path)

    with monkeypatch.context() as patched:
        patched.setattr(type(storage), "remove", fail_in_second_batch)
        with pytest.raises(OSError, match="down"):
            await purge(resources.database, storage, days=30)
    assert 0 < (await _counts(resources))["billing"] < 30
    done = await purge(resources.database, storage, days=30)
    assert done.uploads == 1
    assert await _counts(resources) == dict.fromkeys(TABLES, 0)
    assert not _objects(resources.settings.data_dir / "storage")


async def test_bytes_that_another_upload_has_are_kept(resources: Resources) -> None:
    await _sent_upload(resources, ended_days_ago=100, name="same")
    await _sent_upload(resources, ended_days_ago=10, name="same")
    await purge(resources.database, resources.storage, days=30)
    assert "uploads/same.csv" in _objects(resources.settings.data_dir / "storage")


@pytest.fixture
def _logging() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.usefixtures("_logging")
def test_the_command_says_how_much_there_is(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COBRANCA_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    try:
        answer = CliRunner().invoke(app, ["purge", "--older-than", "30"])
    finally:
        get_settings.cache_clear()
    assert answer.exit_code == 0, answer.output
    assert "0 files with 0 billings, and 0 mails" in answer.output


def test_without_a_database_the_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("COBRANCA_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    try:
        answer = CliRunner().invoke(app, ["purge", "--older-than", "30", "--yes"])
    finally:
        get_settings.cache_clear()
    assert answer.exit_code == 1
    assert "DATABASE_URL" in answer.output


async def test_by_a_setting_the_scheduler_deletes_what_is_old_piece_by_piece(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cobranca.scheduler._RETAINED_MAX", Bounds(uploads_max=2, objects_max=10))
    for number in range(3):
        await _sent_upload(resources, ended_days_ago=40, name=f"old{number}")
    young = await _sent_upload(resources, ended_days_ago=20, name="young")
    assert [await retain(resources, days=30) for _ in range(3)] == [True, False, False]
    assert await statuses(resources, young["id"]) == {"SENT": 29, "REMOVED": 1}
    assert (await _counts(resources))["billing"] == 30


async def test_a_storage_that_does_not_answer_is_told_and_tried_again(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _sent_upload(resources, ended_days_ago=40)

    async def fail(self: Storage, path: str) -> None:
        raise Transient("The storage does not answer")

    with monkeypatch.context() as patched, structlog.testing.capture_logs() as said:
        patched.setattr(type(resources.storage), "remove", fail)
        assert not await retain(resources, days=30)
    assert [line["event"] for line in said] == ["retention_failed"]
    await retain(resources, days=30)
    assert await _counts(resources) == dict.fromkeys(TABLES, 0)
