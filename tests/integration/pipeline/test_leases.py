"""Claims, fences and leases on the real PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cobranca.boletos import repository
from cobranca.domain.billing import BATCH_TRANSITIONS, BatchState
from cobranca.domain.errors import Permanent, StaleFence
from cobranca.domain.events import WorkReady
from cobranca.notifications.service import Notifier
from cobranca.pipeline import lease
from cobranca.scheduler import sweep
from tests.support import works
from tests.support.factories import add_upload, statuses
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import LiteralString

    from cobranca.infra.db import Connection
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.batch import Batch


async def claim(resources: Resources, lease_s: float = 60) -> lease.Work | None:
    """Claim a batch for issuing in a transaction of its own."""
    async with resources.database.transaction() as c:
        return await works.claim(c, lease_s=lease_s)


async def test_a_held_batch_is_not_to_be_had(resources: Resources) -> None:
    await add_upload(resources)
    assert await claim(resources) is not None
    assert await claim(resources) is None


async def test_twenty_claims_at_once_give_each_batch_once(resources: Resources) -> None:
    upload = await add_upload(resources, rows=40, batch_rows=10)
    claims = await asyncio.gather(*(claim(resources) for _ in range(20)))
    taken = [work.subject_id for work in claims if work is not None]
    assert len(taken) == len(set(taken))
    while (work := await claim(resources)) is not None:
        taken.append(work.subject_id)
    assert sorted(taken) == upload["batch_ids"]


async def test_a_small_file_is_not_kept_waiting_by_a_large_one(resources: Resources) -> None:
    await add_upload(resources, rows=100, batch_rows=10)
    await claim(resources)
    small = await add_upload(resources, rows=5)
    work = await claim(resources)
    assert work is not None
    assert work.group_id == small["work_group_id"]


async def test_a_zombie_is_refused_after_its_lease(resources: Resources) -> None:
    await add_upload(resources)
    zombie = await claim(resources, lease_s=0.01)
    await asyncio.sleep(0.05)
    heir = await claim(resources)
    assert zombie is not None
    assert heir is not None
    assert heir.fence == zombie.fence + 1
    with pytest.raises(StaleFence):
        async with resources.database.transaction() as c:
            await lease.lock(c, zombie)


async def test_a_second_attempt_issues_the_same_numbers(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_upload(resources)

    storage_put = type(resources.storage).put

    async def fail(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(type(resources.storage), "put", fail)
    await issue_batch(resources)
    async with resources.database.transaction() as c:
        row = await (
            await c.execute("SELECT state, attempts, first_our_number FROM batch_state")
        ).fetchone()
        assert row == {"state": "RECEIVED", "attempts": 1, "first_our_number": 1}
        await c.execute("UPDATE work SET not_before = NULL")
    monkeypatch.setattr(type(resources.storage), "put", storage_put)
    await issue_batch(resources)
    async with resources.database.transaction() as c:
        numbers = await (
            await c.execute("SELECT array_agg(our_number ORDER BY billing_id) AS n FROM boleto")
        ).fetchone()
    assert numbers == {"n": list(range(1, 11))}


async def test_a_batch_that_always_fails_stops_and_says_why(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_upload(resources)

    async def fail(*_: object) -> None:
        raise Permanent("The storage has no such bucket")

    monkeypatch.setattr(type(resources.storage), "put", fail)
    await issue_batch(resources)
    async with resources.database.transaction() as c:
        row = await (await c.execute("SELECT state, last_error FROM batch_state")).fetchone()
    assert row == {"state": "STOPPED", "last_error": "The storage has no such bucket"}


async def test_a_batch_whose_query_always_takes_too_long_stops_and_says_why(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_upload(resources)
    cut_off = "SET LOCAL statement_timeout = 50; SELECT pg_sleep(60)"
    for attempt in range(1, resources.settings.attempts_max):
        assert await _issue_with(resources, monkeypatch, cut_off) == ("RECEIVED", attempt)
    state, _ = await _issue_with(resources, monkeypatch, cut_off)
    assert state == "STOPPED"
    async with resources.database.transaction() as c:
        row = await (await c.execute("SELECT last_error FROM batch_state")).fetchone()
    assert row == {"last_error": "A query was cut off: it may take 60 s"}


async def test_a_database_that_goes_away_uses_up_no_attempt(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_upload(resources)
    gone = "SELECT pg_terminate_backend(pg_backend_pid())"
    for _ in range(resources.settings.attempts_max + 1):
        assert await _issue_with(resources, monkeypatch, gone) == ("RECEIVED", 0)


async def _issue_with(
    resources: Resources, monkeypatch: pytest.MonkeyPatch, query: LiteralString
) -> tuple[str, int]:
    """Try the one batch with a query in its work; return its state and attempts."""

    async def read(connection: Connection, _: Batch) -> None:
        await connection.execute(query)

    monkeypatch.setattr(repository, "read_amounts", read)
    async with resources.database.transaction() as c:
        await c.execute("UPDATE work SET not_before = NULL")
    await issue_batch(resources)
    async with resources.database.transaction() as c:
        row = await (await c.execute("SELECT state, attempts FROM batch_state")).fetchone()
    assert row is not None
    return row["state"], row["attempts"]


async def test_our_numbers_of_two_files_never_meet(resources: Resources) -> None:
    uploads = [await add_upload(resources, rows=30, batch_rows=10) for _ in range(2)]
    ids = [batch_id for upload in uploads for batch_id in upload["batch_ids"]]
    await asyncio.gather(*(issue_batch(resources) for batch_id in ids))
    async with resources.database.transaction() as c:
        row = await (
            await c.execute("SELECT count(*) AS n, count(DISTINCT barcode) AS codes FROM boleto")
        ).fetchone()
    assert row == {"n": 60, "codes": 60}


async def test_an_exhausted_range_stops_with_what_to_do(resources: Resources) -> None:
    resources.settings.beneficiary.our_number_last = 5
    await add_upload(resources, rows=10)
    await issue_batch(resources)
    async with resources.database.transaction() as c:
        row = await (await c.execute("SELECT state, last_error FROM batch_state")).fetchone()
    assert row is not None
    assert row["state"] == "STOPPED"
    assert "COBRANCA_BENEFICIARY__OUR_NUMBER_FIRST" in row["last_error"]


async def test_the_sweep_tells_what_stood_still_and_nothing_else(resources: Resources) -> None:
    upload = await add_upload(resources, rows=30, batch_rows=10)
    told: list[object] = []

    async def publish(events: Iterable[object]) -> int:
        told.extend(events)
        return len(told)

    object.__setattr__(resources.bus, "publish", publish)
    assert await sweep(resources, idle_s=60) == 0
    async with resources.database.transaction() as c:
        await c.execute(
            "UPDATE work SET updated_at = now() - interval '2 minutes' WHERE subject_id = %s",
            [upload["batch_ids"][1]],
        )
    assert await sweep(resources, idle_s=60) == 1
    assert told == [WorkReady(kind="issue")]


async def test_removed_billings_are_not_worked_any_further(resources: Resources) -> None:
    upload = await add_upload(resources)

    async with resources.database.transaction() as c:
        await c.execute(
            "INSERT INTO billing_removal (billing_id, upload_id) VALUES (%s, %s)",
            [upload["first_billing_id"], upload["id"]],
        )
    await issue_batch(resources)
    async with resources.database.transaction() as c:
        await c.execute(
            "INSERT INTO billing_removal (billing_id, upload_id) VALUES (%s, %s)",
            [upload["first_billing_id"] + 1, upload["id"]],
        )
    await notify_batch(resources, Notifier(resources))
    assert await statuses(resources, upload["id"]) == {"SENT": 8, "REMOVED": 2}
    async with resources.database.transaction() as c:
        row = await (
            await c.execute(
                "SELECT (SELECT count(*) FROM boleto) AS boletos,"
                " (SELECT count(*) FROM notification) AS mails, state FROM batch_state"
            )
        ).fetchone()
    assert row == {"boletos": 9, "mails": 8, "state": "NOTIFIED"}


def test_every_state_is_reached_and_left_as_the_table_says() -> None:
    reached = {state for targets in BATCH_TRANSITIONS.values() for state in targets}
    assert reached | {BatchState.RECEIVED} == set(BatchState)
    assert BATCH_TRANSITIONS[BatchState.NOTIFIED] == {BatchState.ISSUED}, "a person sends again"
