"""What a claim reads, and whom it waits for: neither grows with the batches that wait.

Cost is counted in pages of the plan that the server has run, so a busy machine changes nothing.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import psycopg
import pytest

from cobranca.pipeline import groups, lease
from tests.support.factories import add_upload
from tests.support.works import claim

if TYPE_CHECKING:
    from cobranca.infra.db import Connection
    from cobranca.infra.resources import Resources

#: Pages for one upload's look-ups: two descents of an index, rows, and the lock on one of them.
_PAGES = 60


async def _add(connection: Connection, *, groups: int, works_each: int) -> None:
    """Add further groups like the first one, with work that nobody has begun."""
    await connection.execute(
        "INSERT INTO work_group (turns) SELECT 0 FROM generate_series(1, %s)", [groups]
    )
    await connection.execute(
        "INSERT INTO work (kind, subject_id, group_id)"
        " SELECT 'issue', (g.id + 9) * 2097152::bigint + n, g.id"
        " FROM work_group g, generate_series(1, %s) n",
        [works_each],
    )
    await connection.execute("ANALYZE work")
    await connection.execute("ANALYZE work_group")


async def _pages(connection: Connection, kind: str = "issue") -> int:
    """Return how many pages the search for work has read."""
    cursor = await connection.execute(
        b"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + lease.QUERIES["find_fairest_work"].encode(),
        {"kind": kind},
    )
    row = await cursor.fetchone()
    assert row
    plan = row["QUERY PLAN"][0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


@pytest.mark.parametrize("waiting", [10, 20_000])
async def test_a_claim_costs_the_same_however_much_work_waits(
    resources: Resources, waiting: int
) -> None:
    await add_upload(resources)
    async with resources.database.transaction() as c:
        await _add(c, groups=0, works_each=waiting)
        assert await _pages(c) <= _PAGES


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE work SET not_before = now() + interval '1 hour'",
        "UPDATE work SET state = 'WORKING', lease_until = now() + interval '1 minute'",
        "UPDATE work_group SET paused_at = now()",
    ],
    ids=["laid by", "at work", "paused"],
)
async def test_work_that_may_not_be_taken_now_is_not_read(
    resources: Resources, change: str
) -> None:
    await add_upload(resources)
    async with resources.database.transaction() as c:
        await _add(c, groups=0, works_each=20_000)
        await c.execute(change.encode())
    # The versions of before are left to a vacuum; until then they cost a page for 200 of them.
    async with await psycopg.AsyncConnection.connect(resources.database.url) as c:
        await c.set_autocommit(True)
        await c.execute("VACUUM work")
    async with resources.database.transaction() as c:
        assert await claim(c) is None
        assert await _pages(c) <= _PAGES


async def test_a_thousand_uploads_cost_two_look_ups_each_at_the_most(resources: Resources) -> None:
    await add_upload(resources)
    async with resources.database.transaction() as c:
        await _add(c, groups=1000, works_each=5)
        assert await _pages(c) <= 200
        nothing_ready = await _pages(c, "notify")
        assert nothing_ready <= 1000 * 2 * 4


async def _take(resources: Resources, count: int) -> list[int]:
    """Claim batches one after the other and return whose they were."""
    taken: list[int] = []
    for _ in range(count):
        async with resources.database.transaction() as c:
            work = await claim(c)
            assert work is not None
            taken.append(work.group_id)
    return taken


async def test_groups_take_turns(resources: Resources) -> None:
    uploads = [await add_upload(resources, rows=60, batch_rows=10) for _ in range(3)]
    assert await _take(resources, 9) == [upload["work_group_id"] for upload in uploads] * 3


async def test_a_large_upload_that_comes_late_does_not_make_up_for_lost_turns(
    resources: Resources,
) -> None:
    early = await add_upload(resources, rows=160, batch_rows=10)
    await _take(resources, 8)
    late = await add_upload(resources, rows=160, batch_rows=10)
    taken = await _take(resources, 9)
    assert taken[0] == late["work_group_id"]
    assert abs(taken.count(late["work_group_id"]) - taken.count(early["work_group_id"])) == 1


async def test_a_claim_waits_for_no_one_who_holds_work_or_a_group(
    resources: Resources,
) -> None:
    """A worker that vanished inside a transaction must not keep all others from claiming."""
    held = await add_upload(resources)
    other = await add_upload(resources)
    (batch_id,) = held["batch_ids"]
    async with resources.database.transaction() as vanished:
        await vanished.execute("SELECT FROM work_group FOR UPDATE")
        await vanished.execute("SELECT FROM work WHERE subject_id = %s FOR UPDATE", [batch_id])
        for expected in (other["work_group_id"], None):
            async with asyncio.timeout(20), resources.database.transaction() as c:
                work = await claim(c)
            assert (work.group_id if work else None) == expected


async def test_work_that_comes_late_opens_its_group_again(resources: Resources) -> None:
    upload = await add_upload(resources)
    async with resources.database.transaction() as c:
        await c.execute("UPDATE work SET state = 'DONE'")
        await groups.close_idle_groups(c)
    async with resources.database.transaction() as c:
        await groups.add_work(c, upload["work_group_id"], "issue", [77])
        work = await claim(c)
    assert work is not None
    assert work.subject_id == 77


async def test_a_group_to_which_work_is_being_added_is_not_closed(resources: Resources) -> None:
    upload = await add_upload(resources)
    async with resources.database.transaction() as c:
        await c.execute("UPDATE work SET state = 'DONE'")
    async with resources.database.transaction() as adding:
        await groups.add_work(adding, upload["work_group_id"], "issue", [77])
        async with asyncio.timeout(20), resources.database.transaction() as c:
            await groups.close_idle_groups(c)
    async with resources.database.transaction() as c:
        assert await claim(c) is not None
