"""What a claim reads, and whom it waits for: neither grows with the batches that wait.

Cost is counted in pages of the plan that the server has run, so a busy machine changes nothing.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import psycopg
import pytest

from cobranca.domain.billing import WORKED_FROM, BatchState
from cobranca.pipeline import lease
from tests.support.factories import add_upload

if TYPE_CHECKING:
    from cobranca.infra.db import Connection
    from cobranca.infra.resources import Resources

#: Pages for one upload's look-ups: two descents of an index, rows, and the lock on one of them.
_PAGES = 60


async def _add(connection: Connection, *, uploads: int, batches_each: int) -> None:
    """Add further uploads like the first one, with batches that nobody has begun."""
    await connection.execute(
        "INSERT INTO upload (beneficiary_id, profile_id, name, sha256, size_bytes, storage_path,"
        " mail, records, accepted)"
        " SELECT 1, 1, 'f', int8send(n), 1, 'x', 'simulate', 1, 1"
        " FROM generate_series(1::bigint, %s) n",
        [uploads],
    )
    await connection.execute(
        "INSERT INTO batch (upload_id, first_billing_id, last_billing_id, total)"
        " SELECT u.id, (u.id + 9) * 2097152::bigint + n, (u.id + 9) * 2097152::bigint + n, 1"
        " FROM upload u, generate_series(1, %s) n",
        [batches_each],
    )
    await connection.execute("ANALYZE batch")
    await connection.execute("ANALYZE upload")


async def _pages(connection: Connection, working: BatchState = BatchState.ISSUING) -> int:
    """Return how many pages the look for a batch has read."""
    cursor = await connection.execute(
        b"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + lease.QUERIES["find_fairest_batch"].encode(),
        {"working": working, "ready": WORKED_FROM[working]},
    )
    row = await cursor.fetchone()
    assert row
    plan = row["QUERY PLAN"][0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


@pytest.mark.parametrize("waiting", [10, 20_000])
async def test_a_claim_costs_the_same_however_many_batches_wait(
    resources: Resources, waiting: int
) -> None:
    await add_upload(resources)
    async with resources.database.transaction() as c:
        await _add(c, uploads=0, batches_each=waiting)
        assert await _pages(c) <= _PAGES


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE batch SET not_before = now() + interval '1 hour'",
        "UPDATE batch SET state = 'ISSUING', lease_until = now() + interval '1 minute'",
        "UPDATE upload SET paused_at = now()",
    ],
    ids=["laid by", "at work", "paused"],
)
async def test_batches_that_may_not_be_taken_now_are_not_read(
    resources: Resources, change: str
) -> None:
    await add_upload(resources)
    async with resources.database.transaction() as c:
        await _add(c, uploads=0, batches_each=20_000)
        await c.execute(change.encode())
    # The versions of before are left to a vacuum; until then they cost a page for 200 of them.
    async with await psycopg.AsyncConnection.connect(resources.database.url) as c:
        await c.set_autocommit(True)
        await c.execute("VACUUM batch")
    async with resources.database.transaction() as c:
        assert await lease.claim(c, 0, BatchState.ISSUING, lease_s=60) is None
        assert await _pages(c) <= _PAGES


async def test_a_thousand_uploads_cost_two_look_ups_each_at_the_most(resources: Resources) -> None:
    await add_upload(resources)
    async with resources.database.transaction() as c:
        await _add(c, uploads=1000, batches_each=5)
        assert await _pages(c) <= 200
        nothing_ready = await _pages(c, BatchState.NOTIFYING)
        assert nothing_ready <= 1000 * 2 * 4


async def _take(resources: Resources, count: int) -> list[int]:
    """Claim batches one after the other and return whose they were."""
    taken: list[int] = []
    for _ in range(count):
        async with resources.database.transaction() as c:
            batch = await lease.claim(c, 0, BatchState.ISSUING, lease_s=60)
            assert batch is not None
            taken.append(batch.upload_id)
    return taken


async def test_uploads_take_turns(resources: Resources) -> None:
    uploads = [await add_upload(resources, rows=60, batch_rows=10) for _ in range(3)]
    assert await _take(resources, 9) == [upload["id"] for upload in uploads] * 3


async def test_a_large_upload_that_comes_late_does_not_make_up_for_lost_turns(
    resources: Resources,
) -> None:
    early = await add_upload(resources, rows=160, batch_rows=10)
    await _take(resources, 8)
    late = await add_upload(resources, rows=160, batch_rows=10)
    taken = await _take(resources, 9)
    assert taken[0] == late["id"]
    assert abs(taken.count(late["id"]) - taken.count(early["id"])) == 1


async def test_a_claim_waits_for_no_one_who_holds_a_batch_or_an_upload(
    resources: Resources,
) -> None:
    """A worker that vanished inside a transaction must not keep all others from claiming."""
    held = await add_upload(resources)
    other = await add_upload(resources)
    (batch_id,) = held["batch_ids"]
    async with resources.database.transaction() as vanished:
        await vanished.execute("SELECT FROM upload FOR UPDATE")
        await vanished.execute("SELECT FROM batch WHERE id = %s FOR UPDATE", [batch_id])
        for expected in (other["id"], None):
            async with asyncio.timeout(20), resources.database.transaction() as c:
                batch = await lease.claim(c, batch_id, BatchState.ISSUING, lease_s=60)
            assert (batch.upload_id if batch else None) == expected


async def test_a_batch_of_an_upload_that_looks_finished_is_taken_when_it_is_told(
    resources: Resources,
) -> None:
    upload = await add_upload(resources)
    (batch_id,) = upload["batch_ids"]
    async with resources.database.transaction() as c:
        await c.execute("UPDATE upload SET finished_at = now()")
        batch = await lease.claim(c, batch_id, BatchState.ISSUING, lease_s=60)
    assert batch is not None
    assert batch.id == batch_id
