"""What no row names goes with a purge, and what may still come to be named does not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cobranca.domain.errors import Conflict
from cobranca.notifications.service import Notifier
from cobranca.pipeline.crashpoint import VARIABLE
from cobranca.retention import unnamed
from cobranca.retention.service import Bounds, Purged, purge, purgeable
from cobranca.supervisor.child_environment import child_environment
from cobranca.uploads.ingest_pool import IngestPool
from cobranca.uploads.service import finish_ended_uploads, pause_upload
from tests.support.api_client import api_client
from tests.support.factories import add_upload, statuses
from tests.support.line import csv
from tests.support.product import free_port, wait_for
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from pathlib import Path

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

_HEADERS = {"Content-Type": "text/csv"}


def storage_of(settings: Settings) -> Path:
    return settings.data_dir / "storage"


def objects(settings: Settings) -> list[str]:
    """Return the paths of all stored objects."""
    root = storage_of(settings)
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def grow_old(settings: Settings, *, days: int = 2) -> None:
    """Let every stored object be so old."""
    then = time.time() - days * 86_400
    for path in objects(settings):
        os.utime(storage_of(settings) / path, (then, then))


async def run(resources: Resources, query: str, *parameters: object) -> list[dict[str, Any]]:
    async with resources.database.transaction() as connection:
        cursor = await connection.execute(query, parameters)  # type: ignore[arg-type]
        return await cursor.fetchall() if cursor.description else []


async def work_all(resources: Resources) -> None:
    """Do all there is, and let it have ended nine days ago."""
    notifier = Notifier(resources)
    while await issue_batch(resources) or await notify_batch(resources, notifier):
        pass
    await finish_ended_uploads(resources.database)
    await run(resources, "UPDATE upload SET finished_at = finished_at - interval '9 days'")


def killed_upload(settings: Settings, content: bytes, point: str, tmp_path: Path) -> None:
    """Send a file to an API that is killed at a point of the way, or its reading process is."""
    token, port = tmp_path / "token", free_port()
    token.touch()
    env = child_environment(
        settings.model_copy(update={"api_port": port}),
        data_dir=settings.data_dir,
        database_url=str(settings.database_url),
        nats_url=str(settings.nats_url),
    )
    command = [sys.executable, "-m", "cobranca.api"]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, env=env | {VARIABLE: f"{point}:kill:{token}"}) as api:
        try:
            wait_for(lambda: _answers(url), 120, "start of the API")
            try:
                answer = httpx.post(
                    f"{url}/billings/csv/upload", content=content, headers=_HEADERS, timeout=120
                )
            except httpx.TransportError:
                assert api.wait(120) == -9
            else:
                assert answer.status_code >= 500
            assert not token.exists()
        finally:
            api.kill()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ready", timeout=5).is_success
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("point", ["upload-stored", "rows-copied", "upload-committed"])
async def test_after_a_kill_and_a_purge_the_storage_holds_nothing(
    resources: Resources, tmp_path: Path, point: str
) -> None:
    settings = resources.settings
    killed_upload(settings, csv(30, seed=1), point, tmp_path)
    assert len(objects(settings)) == 1
    await work_all(resources)
    grow_old(settings)
    found = await purgeable(resources.database, resources.storage, days=1)
    done = await purge(resources.database, resources.storage, days=1)
    assert done == found
    assert (done.uploads, done.unnamed) == ((1, 0) if point == "upload-committed" else (0, 1))
    assert objects(settings) == []


async def test_a_purged_file_that_is_sent_again_is_known_and_leaves_nothing(
    resources: Resources,
) -> None:
    content = csv(5, seed=1)
    async with api_client(resources.settings) as client:
        url = "/billings/csv/upload"
        first = (await client.post(url, content=content, headers=_HEADERS)).json()
        await work_all(resources)
        await purge(resources.database, resources.storage, days=1)
        assert objects(resources.settings) == []
        again = (await client.post(url, content=content, headers=_HEADERS)).json()
    assert (again["repeated"], again["upload_id"]) == (True, first["upload_id"])
    assert objects(resources.settings) == []
    assert await run(resources, "SELECT id FROM billing") == []


async def test_a_file_that_a_purge_took_for_nobodys_is_there_once_it_is_answered_for(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lay there for days; the same bytes come again, and the purge removes them meanwhile."""
    read = IngestPool.run

    async def run_late(self: IngestPool, job: Any) -> Any:
        grow_old(resources.settings)
        async for path in unnamed.find(resources.database, resources.storage):
            assert await unnamed.remove(resources.database, resources.storage, path)
        assert objects(resources.settings) == []
        return await read(self, job)

    monkeypatch.setattr(IngestPool, "run", run_late)
    async with api_client(resources.settings) as client:
        answer = await client.post("/billings/csv/upload", content=csv(5, seed=1), headers=_HEADERS)
    assert answer.json()["accepted"] == 5
    (path,) = objects(resources.settings)
    assert not await unnamed.remove(resources.database, resources.storage, path)
    assert objects(resources.settings) == [path]


async def test_objects_of_attempts_go_when_their_batch_has_others_and_not_before(
    resources: Resources,
) -> None:
    upload = await add_upload(resources, rows=20, batch_rows=10)
    ended, waiting = upload["batch_ids"]
    await issue_batch(resources)
    await notify_batch(resources, Notifier(resources))
    kept = objects(resources.settings)
    for batch_id in (ended, waiting):
        await resources.storage.put(f"boletos/{upload['public_id']}/{batch_id}-dead.zip", b"zip")
        await resources.storage.put(f"outbox/{batch_id}/dead.jsonl", b"mails")
    young = f"boletos/{upload['public_id']}/{ended}-young.zip"
    grow_old(resources.settings)
    await resources.storage.put(young, b"zip")
    done = await purge(resources.database, resources.storage, days=1)
    assert done == Purged(uploads=0, billings=0, unnamed=2)
    assert objects(resources.settings) == sorted(
        [
            *kept,
            young,
            f"boletos/{upload['public_id']}/{waiting}-dead.zip",
            f"outbox/{waiting}/dead.jsonl",
        ]
    )


async def test_a_bound_ends_a_pass_and_the_next_goes_on(resources: Resources) -> None:
    for number in range(5):
        await resources.storage.put(f"uploads/{number}.csv", b"debts")
    grow_old(resources.settings)
    bounds = Bounds(uploads_max=1, objects_max=3)
    for removed in (3, 2, 0):
        done = await purge(resources.database, resources.storage, days=1, bounds=bounds)
        assert done.unnamed == removed


async def test_a_storage_of_another_database_is_left_alone(resources: Resources) -> None:
    await resources.storage.put("boletos/0190/7-1.zip", b"zip")
    await resources.storage.put("uploads/0190.csv", b"debts")
    grow_old(resources.settings)
    with pytest.raises(Conflict, match="DATABASE_URL"):
        await purge(resources.database, resources.storage, days=1)
    assert len(objects(resources.settings)) == 2


async def test_a_file_that_was_paused_long_ago_goes_whole(resources: Resources) -> None:
    old, young = await add_upload(resources), await add_upload(resources)
    for upload in (old, young):
        await pause_upload(resources.database, upload["beneficiary_id"], upload["public_id"])
    await run(
        resources,
        "UPDATE work_group SET paused_at = now() - interval '40 days' WHERE id = %s",
        old["work_group_id"],
    )
    assert (await purge(resources.database, resources.storage, days=30)).uploads == 1
    assert await statuses(resources, old["id"]) == {}
    assert await statuses(resources, young["id"]) == {"ACKNOWLEDGED": 10}
    assert await run(resources, "SELECT DISTINCT group_id FROM work") == [
        {"group_id": young["work_group_id"]}
    ]
    assert not await issue_batch(resources)


async def test_addresses_leave_the_list_when_they_are_old(resources: Resources) -> None:
    upload = await add_upload(resources)
    await run(
        resources,
        "INSERT INTO suppressed_address (beneficiary_id, email, at, reason)"
        " SELECT %s, 'a' || n, now() - make_interval(days => n), 'refused'"
        " FROM unnest(ARRAY[10, 50]) n",
        upload["beneficiary_id"],
    )
    assert (await purge(resources.database, resources.storage, days=30)).addresses == 1
    assert await run(resources, "SELECT email FROM suppressed_address") == [{"email": "a10"}]
