"""The line with a storage that fails, lies or is away: the same end, and no fact without its file.

The scripted server fails as it is told; that the product gets on with a real one is shown with
SeaweedFS.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from cobranca.domain.errors import NotFound, Permanent
from cobranca.infra import clock, storage
from cobranca.infra.resources import Resources, opened, prepare_resources
from cobranca.infra.storage import open_storage
from tests.support.factories import add_upload
from tests.support.line import Line
from tests.support.object_store import ObjectStore, Rule
from tests.support.s3_server import S3Server
from tests.support.works import issue_batch

if TYPE_CHECKING:
    from cobranca.infra.settings import Settings

WithStorage = Callable[[ObjectStore], AbstractAsyncContextManager[Resources]]


@pytest.fixture
def with_storage(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> WithStorage:
    """Return what opens resources that keep their objects at a server."""
    backoff = {"init_backoff": timedelta(milliseconds=1)}
    monkeypatch.setattr(storage, "_RETRY", {"max_retries": 1, "backoff": backoff})

    @asynccontextmanager
    async def open_resources(server: ObjectStore) -> AsyncIterator[Resources]:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        changed = settings.model_copy(update={"storage_url": server.env["COBRANCA_STORAGE_URL"]})
        prepared = prepare_resources(changed, name="test", connections_max=4)
        async with opened(prepared, connect_broker=True):
            yield prepared

    return open_resources


async def test_an_outage_of_any_length_stops_no_batch(with_storage: WithStorage) -> None:
    rules = [Rule(method="PUT", fault="slow_down")]
    with ObjectStore(rules) as server:
        async with with_storage(server) as resources:
            upload = await add_upload(resources, rows=20, batch_rows=20)
            (batch_id,) = upload["batch_ids"]
            for _ in range(resources.settings.attempts_max + 2):
                assert await _try(resources, batch_id) == ("RECEIVED", 0)
            async with resources.database.transaction() as connection:
                await connection.execute("UPDATE work SET attempts = 9")  # As deaths leave it.
            assert await _try(resources, batch_id) == ("RECEIVED", 9)
            rules.clear()
            state, _ = await _try(resources, batch_id)
            assert state == "ISSUED"


async def test_what_is_no_outage_stops_after_its_attempts(
    with_storage: WithStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ObjectStore() as server:
        async with with_storage(server) as resources:
            upload = await add_upload(resources, rows=20, batch_rows=20)
            (batch_id,) = upload["batch_ids"]

            async def fail(*_: object) -> None:
                raise ValueError("a bug")

            monkeypatch.setattr(type(resources.storage), "put", fail)
            states = [await _try(resources, batch_id) for _ in range(5)]
    assert states == [("RECEIVED", n) for n in range(1, 5)] + [("STOPPED", 5)]


async def _try(resources: Resources, batch_id: int) -> tuple[str, int]:
    """Try a batch once, whatever its pause; return its state and attempts."""
    async with resources.database.transaction() as connection:
        await connection.execute("UPDATE work SET not_before = NULL")
    with capture_logs():  # Printing their tracebacks would take longer than all the rest.
        await issue_batch(resources)
    async with resources.database.transaction() as connection:
        row = await (await connection.execute("SELECT state, attempts FROM batch_state")).fetchone()
    assert row
    return row["state"], row["attempts"]


@pytest.mark.stack
def test_a_storage_that_fails_and_lies_all_along_changes_nothing_of_the_end(
    line: Line,
) -> None:
    line.store.rules = [
        Rule(method="PUT", fault="truncate", share=0.2),
        Rule(method="PUT", fault="change", share=0.1),
        Rule(method="PUT", fault="error_after", share=0.1),
        Rule(method="PUT", fault="slow_down", share=0.1),
        Rule(method="HEAD", fault="error", share=0.1),
        Rule(method="GET", fault="cut_off", share=0.2),
    ]
    line.send(1_500)
    line.wait_for_end()
    for fault in ("truncate", "change", "error_after", "slow_down"):
        assert line.store.faults[fault]
    line.check(1_500)


@pytest.fixture
def line(servers_dir: Path, database_url: str, nats_url: str) -> Iterator[Line]:
    """Return the line, with the scripted server for its objects."""
    folder = servers_dir / "storage-faults"
    folder.mkdir()
    with Line(folder, database_url, nats_url) as line:
        yield line


async def test_a_real_server_keeps_what_it_is_given(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = tmp_path / "source.csv"
    source.write_bytes(bytes(range(256)) * (36 * 1024))  # Sent in two parts.
    with S3Server(tmp_path / "s3") as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        kept = open_storage(settings.model_copy(update={"storage_url": "s3://cobranca/test"}))
        await kept.put("boletos/1.zip", b"small" * 1000)
        await kept.put_file("uploads/x.csv", source)
        assert await kept.get("boletos/1.zip") == b"small" * 1000
        assert await kept.get_range("uploads/x.csv", 255, 2) == b"\xff\x00"
        assert server.read("uploads/x.csv") == source.read_bytes()
        await kept.put("boletos2/1.zip", b"of a like name")
        assert await kept.list_paths("boletos") == ["boletos/1.zip"]
        assert await kept.list_paths("boletos", before=clock.now() - timedelta(days=1)) == []
        assert await kept.list_paths("none") == []
        await kept.remove("boletos/1.zip")
        with pytest.raises(NotFound):
            await kept.get("boletos/1.zip")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
        refused = open_storage(settings.model_copy(update={"storage_url": "s3://cobranca/test"}))
        with pytest.raises(Permanent, match="AWS_ACCESS_KEY_ID"):
            await refused.put("boletos/1.zip", b"small")


async def test_a_real_server_that_is_killed_is_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with S3Server(tmp_path / "s3") as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        changed = settings.model_copy(update={"storage_url": server.env["COBRANCA_STORAGE_URL"]})
        prepared = prepare_resources(changed, name="test", connections_max=4)
        async with opened(prepared, connect_broker=True) as resources:
            upload = await add_upload(resources, rows=20, batch_rows=20)
            (batch_id,) = upload["batch_ids"]
            server.kill()
            assert await _try(resources, batch_id) == ("RECEIVED", 0)
            server.start()
            assert (await _try(resources, batch_id))[0] == "ISSUED"
