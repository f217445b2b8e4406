"""The line with a storage that fails, lies or is away: the same end, and no fact without its file.

The scripted server fails as it is told; that the product gets on with a real one is shown with
SeaweedFS.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cobranca.boletos.service import issue_batch
from cobranca.infra import storage
from cobranca.infra.resources import Resources, opened, prepare_resources
from tests.factories import add_upload
from tests.faults.object_store import ObjectStore, Rule

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
            for _ in range(2 * resources.settings.attempts_max):
                assert await _try(resources, batch_id) == ("RECEIVED", 0)
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
        await connection.execute("UPDATE batch SET not_before = NULL")
    await issue_batch(resources, batch_id)
    async with resources.database.transaction() as connection:
        row = await (await connection.execute("SELECT state, attempts FROM batch")).fetchone()
    assert row
    return row["state"], row["attempts"]
