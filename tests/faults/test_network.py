"""Every connection of the line is slow, cut, refused or silent for a while: the same end.

"Silent" is a dead host: nothing is answered, not even by the kernel, and nothing is closed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cobranca.domain.errors import Transient
from cobranca.infra.db import Database
from cobranca.uploads.ingest import IngestJob, IngestResult, ingest_file
from tests.conftest import new_database
from tests.support.ingests import add_beneficiary, count, make_job
from tests.support.line import Dependency, Line, csv, postgres_proxy
from tests.support.product import wait_for
from tests.support.tcp_proxy import Cut, TcpProxy

pytestmark = pytest.mark.stack

ROWS = 600


@pytest.fixture(scope="module")
def line(servers_dir: Path, postgres_url: str, nats_url: str) -> Iterator[Line]:
    """Start the line once for all cases."""
    folder = servers_dir / "network"
    folder.mkdir()
    with new_database(postgres_url) as database_url, Line(folder, database_url, nats_url) as line:
        yield line


def reset(proxy: TcpProxy) -> None:
    """Reset all connections, again and again."""
    for _ in range(6):
        proxy.reset_all()
        time.sleep(0.2)


def refuse(proxy: TcpProxy) -> None:
    """Be stopped for a while."""
    proxy.refuse()
    proxy.reset_all()
    time.sleep(1.5)


def silent(proxy: TcpProxy) -> None:
    """Be a dead host for a while."""
    proxy.black_hole()
    time.sleep(2)


def cut(proxy: TcpProxy) -> None:
    """Cut connections at different places in what is sent and in what is answered."""
    before = proxy.cut_count
    for place in (0, 100, 900, 5_000, 40_000):
        proxy.cut(Cut(direction="up", after_bytes=place))
    for place in (0, 50, 400, 2_000):
        proxy.cut(Cut(direction="down", after_bytes=place, reset=place % 100 == 0))
    wait_for(lambda: proxy.cut_count > before + 2, 60, "connections to be cut")
    time.sleep(0.5)


@pytest.mark.parametrize("fault", [reset, refuse, silent, cut])
@pytest.mark.parametrize("dependency", ["database", "events", "mail", "storage"])
def test_a_fault_of_the_network_changes_nothing_of_the_end(
    line: Line, dependency: Dependency, fault: Callable[[TcpProxy], None]
) -> None:
    proxy = line.proxies[dependency]
    if dependency == "storage":
        proxy.slow(bytes_per_s=4_000_000)  # Else all is stored before the fault begins.
    line.send_in_time(ROWS, lambda: fault(proxy))
    proxy.heal()
    line.wait_for_end()
    # A worker that is cut off from the database while mails are on their way is in doubt, too.
    line.check(ROWS, doubts=dependency in {"database", "mail"})


def test_slow_connections_everywhere_change_nothing_of_the_end(line: Line) -> None:
    for proxy in line.proxies.values():
        proxy.slow(up_s=0.003, down_s=0.003, bytes_per_s=2_000_000)
    line.send(ROWS)
    line.wait_for_end()
    line.check(ROWS)


def test_work_goes_on_without_events(line: Line) -> None:
    send_without_events(line)
    line.wait_for_end()
    line.check(ROWS)
    line.proxies["events"].heal()


def test_workers_started_without_events_work_and_go_over_to_events(line: Line) -> None:
    send_without_events(line)
    for worker in ("worker-1", "worker-2"):
        line.product.kill(worker)
    line.wait_for_end()
    line.check(ROWS, doubts=True)
    line.proxies["events"].heal()
    wait_for(line.is_told, 60, "events to come again")
    told = line.told()
    line.send(ROWS)
    line.wait_for_end()
    wait_for(lambda: line.told() >= told + ROWS // 100, 60, "all events")
    line.check(ROWS)


def send_without_events(line: Line) -> None:
    """Send a file whose events are taken away while it is worked, and do not come back."""

    def take_away() -> None:
        line.proxies["events"].refuse()
        line.proxies["events"].reset_all()

    line.send_in_time(ROWS, take_away)


# ------------------------------------------------------------------------ one file, cut anywhere


@pytest.fixture
def job(tmp_path: Path) -> IngestJob:
    """Return a file of some thousand rows that is to be ingested."""
    return make_job(tmp_path, csv(4_000, seed=1))


def cut_and_repeat(database_url: str, job: IngestJob, cut: Cut) -> tuple[bool, IngestResult]:
    """Ingest while the connection is cut, then again; return what became of both."""
    add_beneficiary(database_url)
    proxy, through = postgres_proxy(database_url)
    with proxy:
        proxy.cut(cut)
        with suppress(psycopg.OperationalError, Transient):
            ingest_file(replace(job, database_url=through))
        assert proxy.cut_count == 1
    with psycopg.connect(database_url) as connection:
        kept = connection.execute("SELECT count(*) FROM billing").fetchone()
    assert kept in {(0,), (4_000,)}
    return kept == (4_000,), ingest_file(replace(job, database_url=database_url))


@pytest.mark.parametrize("percent", [1, 5, 20, 50, 80, 95, 99])
def test_an_ingest_cut_at_any_byte_is_all_or_nothing_and_repeated_once(
    database_url: str, job: IngestJob, percent: int
) -> None:
    whole = 4_000 * 115  # About what is sent.
    up = Cut(direction="up", after_bytes=whole * percent // 100)
    kept, result = cut_and_repeat(database_url, job, up)
    assert not kept
    assert (result.repeated, result.accepted, result.records) == (False, 4_000, 4_000)
    assert count(database_url) == (4_000, 1, 4_000)


COMMIT = {
    "the server has not seen it": (Cut(direction="up", mark=b"COMMIT", after_bytes=-6), False),
    "its answer is lost": (Cut(direction="up", mark=b"COMMIT", swallow_answer=True), True),
}


@pytest.mark.parametrize(("commit", "committed"), COMMIT.values(), ids=COMMIT)
def test_an_ingest_cut_at_its_commit_is_not_taken_twice(
    database_url: str, job: IngestJob, commit: Cut, committed: bool
) -> None:
    kept, result = cut_and_repeat(database_url, job, replace(commit))
    assert kept == committed
    assert (result.repeated, result.accepted) == (committed, 4_000)
    assert count(database_url) == (4_000, 1, 4_000)


# --------------------------------------------------------------------- nothing hangs for ever


async def test_a_database_that_falls_silent_is_noticed(database_url: str) -> None:
    proxy, through = postgres_proxy(database_url)
    fast = make_conninfo(
        through,
        tcp_user_timeout=1000,
        keepalives_idle=1,
        keepalives_interval=1,
        keepalives_count=1,
    )
    database = Database(fast, connections_max=3, name="test", wait_s=3)
    with proxy:
        await database.open()

        async def wait_for_an_answer() -> None:
            async with database.transaction() as connection:
                await connection.execute("SELECT pg_sleep(60)")

        async def ask_later() -> None:
            async with database.transaction() as connection:
                await connection.execute("SELECT 1")
                await asyncio.sleep(1)
                await connection.execute("SELECT 1")

        async def ask_anew() -> None:
            await asyncio.sleep(1)
            async with database.transaction() as connection:
                await connection.execute("SELECT 1")

        tasks = [asyncio.create_task(ask()) for ask in (wait_for_an_answer, ask_later, ask_anew)]
        await asyncio.sleep(0.5)
        proxy.black_hole()
        async with asyncio.timeout(30):
            results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [Transient] * 3
        proxy.heal()
        async with asyncio.timeout(60):
            while not await database.ping():  # noqa: ASYNC110 - another process.
                await asyncio.sleep(0.1)
        await database.close()


async def test_a_transaction_in_which_nothing_is_done_is_ended(database_url: str) -> None:
    database = Database(database_url, connections_max=2, name="test", idle_s=0.3)
    await database.open()

    async def hang() -> None:
        async with database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(1)")
            locked.set()
            await let_go.wait()
            await connection.execute("SELECT 1")

    locked, let_go = asyncio.Event(), asyncio.Event()
    hanging = asyncio.create_task(hang())
    await asyncio.wait_for(locked.wait(), 60)
    async with asyncio.timeout(60), database.transaction() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(1)")
        assert not hanging.done()
    let_go.set()
    with pytest.raises(Transient):
        await hanging
    await database.close()
