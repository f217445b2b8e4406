"""Ten times what one API takes, offered at once: refused politely, in flat memory, and all done."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cobranca.uploads import progress
from tests.support.api_process import PLACES, Api, running_api
from tests.support.product import wait_for
from tests.support.tcp_proxy import TcpProxy

pytestmark = pytest.mark.stack

OFFERED = 10 * PLACES
READERS = 20
FILE_BYTES = 1_900_000
MIB = 1024 * 1024
#: Held at once, forty files took 71 MiB; with four places it was 6.
GROWTH_MAX = 35 * MIB
STREAMS = progress.STREAMS_MAX
HEADER = b"name,governmentId,email,debtAmount,debtDueDate,debtId\n"


def file_of(number: int) -> bytes:
    """Return a file with one good row and so many bad ones that it has FILE_BYTES."""
    good = f"Ana,12345678909,ana@example.com,10.50,2030-01-31,{uuid.UUID(int=number + 1)}\n"
    bad = b"x" * 5000 + b",,,,,\n"
    start = HEADER + good.encode()
    rest = FILE_BYTES - len(start)
    return start + bad * (rest // len(bad)) + b"\n" * (rest % len(bad))


@asynccontextmanager
async def begun(
    api: Api, line: bytes, headers: bytes = b""
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Begin a call and give its connection, which is cut off at the end."""
    reader, writer = await asyncio.open_connection(*api.address)
    writer.write(
        b"%b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/csv\r\n%b\r\n" % (line, headers)
    )
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def head_of(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Read the status and the headers of an answer."""
    async with asyncio.timeout(120):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    return int(head[0].split(" ")[1]), headers


@dataclass(slots=True)
class Offer:
    """What became of all uploads."""

    api: Api
    statuses: Counter[int] = field(default_factory=Counter[int])
    refused_politely: int = 0
    first_answers: int = 0
    #: Set when everybody has been let in or refused once: until then nobody goes on.
    all_answered: asyncio.Event = field(default_factory=asyncio.Event)
    rss_held: int = 0

    async def send(self, number: int) -> None:
        """Upload a file, and again after `Retry-After` for as long as it is refused."""
        first = True
        while True:
            status, retry_after = await self._try(file_of(number), first=first)
            self.statuses[status] += 1
            if status == 200:
                return
            assert status in {429, 503}
            assert retry_after is not None
            self.refused_politely += 1
            first = False
            await asyncio.sleep(retry_after)

    async def _try(self, content: bytes, *, first: bool) -> tuple[int, float | None]:
        """Ask whether the body is wanted before it is sent, as curl does."""
        announced = b"Expect: 100-continue\r\nContent-Length: %d\r\n" % len(content)
        async with begun(self.api, b"POST /billings/csv/upload", announced) as (reader, writer):
            status, headers = await head_of(reader)
            if status == 100:
                writer.write(content[:-1])
                await writer.drain()
            if first:
                await self._answered()
            if status == 100:
                writer.write(content[-1:])
                status, headers = await head_of(reader)
            retry_after = headers.get("retry-after")
            return status, float(retry_after) if retry_after else None

    async def _answered(self) -> None:
        self.first_answers += 1
        if self.first_answers == OFFERED:
            await asyncio.sleep(1)  # For what has been sent to arrive.
            self.rss_held = self.api.rss()
            self.all_answered.set()
        await self.all_answered.wait()


@asynccontextmanager
async def watched(api: Api) -> AsyncIterator[list[int]]:
    """Ask for health and readiness all the while, and sample the API's memory."""
    samples: list[int] = []

    async def watch(client: httpx.AsyncClient) -> None:
        while True:
            for path in ("/health", "/ready"):
                assert (await client.get(path)).status_code == 200
            samples.append(api.rss())
            await asyncio.sleep(0.1)

    async with httpx.AsyncClient(base_url=api.url, timeout=20) as client:
        task = asyncio.create_task(watch(client))
        try:
            yield samples
        finally:
            if task.done():
                task.result()
            task.cancel()
    assert samples


async def test_ten_times_the_load_is_refused_politely_in_flat_memory_and_all_gets_in(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    with running_api(database_url, nats_url, tmp_path / "data") as api:
        async with httpx.AsyncClient(base_url=api.url, timeout=60) as client:
            warm = await client.post(
                "/billings/csv/upload", content=file_of(99), headers={"Content-Type": "text/csv"}
            )
            assert warm.status_code == 200
            before, files_before = api.rss(), api.rss_of_ingest()
            offer, answers, reading = Offer(api), Counter[int](), True

            async def read() -> None:
                while reading:
                    answer = await client.get("/billings/csv/uploads")
                    answers[answer.status_code] += 1
                    assert answer.status_code == 200 or "retry-after" in answer.headers
                    await asyncio.sleep(0.1)

            async with watched(api) as samples, asyncio.timeout(240):
                readers = [asyncio.create_task(read()) for _ in range(READERS)]
                await asyncio.gather(*(offer.send(number) for number in range(OFFERED)))
                reading = False
                await asyncio.gather(*readers)
            files_after = api.rss_of_ingest()
            uploads = (await client.get("/billings/csv/uploads?limit=200")).json()["records"]
    assert offer.statuses[200] == OFFERED
    assert offer.refused_politely >= OFFERED - PLACES
    assert max(*samples, offer.rss_held) - before < GROWTH_MAX
    # They have read forty files more, one after the other.
    assert files_after - files_before < 200 * MIB
    assert answers[200] > 0
    assert set(answers) <= {200, 503}
    assert sorted(upload["accepted"] for upload in uploads) == [1] * (OFFERED + 1)


async def test_with_a_slow_database_reads_are_refused_soon_and_memory_stays_flat(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    where = conninfo_to_dict(database_url)
    socket = Path(str(where["host"])) / f".s.PGSQL.{where.get('port', 5432)}"
    with TcpProxy(socket) as proxy:
        slow = make_conninfo(database_url, host="127.0.0.1", port=str(proxy.port))
        with running_api(slow, nats_url, tmp_path / "data") as api:
            limits = httpx.Limits(max_connections=None)
            async with httpx.AsyncClient(base_url=api.url, timeout=120, limits=limits) as client:

                async def read() -> int:
                    answer = await client.get("/billings/csv/uploads")
                    assert answer.status_code == 200 or "retry-after" in answer.headers
                    return answer.status_code

                statuses = Counter(await asyncio.gather(*(read() for _ in range(20))))
                assert statuses == {200: 20}
                before = api.rss()
                proxy.slow(down_s=0.2)
                async with watched(api) as samples:
                    statuses += Counter(await asyncio.gather(*(read() for _ in range(200))))
                proxy.heal()
                assert await read() == 200
    assert set(statuses) == {200, 503}
    assert max(samples) - before < GROWTH_MAX


async def test_who_leaves_gives_the_place_back_and_is_no_error(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "api.log"
    with (
        log.open("wb") as errors,
        running_api(database_url, nats_url, tmp_path / "data", stderr=errors) as api,
    ):
        for _ in range(2):
            await _leave_uploads(api)
            await _leave_streams(api)
            await asyncio.to_thread(wait_for, lambda: not _places_taken(api), 60, "free places")
    lines = log.read_text()
    assert "upload_ingested" not in lines
    assert '"level": "error"' not in lines
    assert "Traceback" not in lines


async def _leave_uploads(api: Api) -> None:
    """Take every place with an upload, and leave in the middle."""
    announced = b"Expect: 100-continue\r\nContent-Length: 1000000\r\n"
    async with AsyncExitStack() as senders:
        for _ in range(PLACES):
            call = begun(api, b"POST /billings/csv/upload", announced)
            reader, writer = await senders.enter_async_context(call)
            assert (await head_of(reader))[0] == 100
            writer.write(HEADER)
        async with begun(api, b"POST /billings/csv/upload", announced) as (reader, _):
            assert (await head_of(reader))[0] == 503


async def _leave_streams(api: Api) -> None:
    """Take every place with a stream, and leave."""
    async with AsyncExitStack() as listeners:
        for _ in range(STREAMS):
            call = begun(api, b"GET /billings/csv/progress")
            reader, _writer = await listeners.enter_async_context(call)
            assert (await head_of(reader))[0] == 200
        async with begun(api, b"GET /billings/csv/progress") as (reader, _):
            status, headers = await head_of(reader)
            assert (status, "retry-after" in headers) == (503, True)


def _places_taken(api: Api) -> float:
    text = httpx.get(f"{api.url}/metrics", timeout=20).text
    taken = [line for line in text.splitlines() if line.startswith("cobranca_places_taken{")]
    assert len(taken) == 5
    return sum(float(line.rsplit(" ", 1)[1]) for line in taken)
