"""What anybody who reaches the port may try without a key, on the real processes."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.api_process import Api, running_api
from tests.support.product import free_port, wait_for

pytestmark = pytest.mark.stack

MIB = 1024 * 1024
#: Without a bound 60 MiB of a head took 1,150 MiB.
GROWTH_MAX = 25 * MIB
SILENT = 200
#: Longer than a head may take, on a machine three times as slow.
DROPPED_S = 60.0
HEAD = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture(params=["api", "page"])
def server(
    request: pytest.FixtureRequest, database_url: str, nats_url: str, tmp_path: Path
) -> Iterator[Api]:
    """Run the API with a key, or the page."""
    with (tmp_path / "log").open("wb") as log:
        if request.param == "api":
            key = {"COBRANCA_API_KEY": "k1" * 16}
            with running_api(database_url, nats_url, tmp_path / "data", stderr=log, **key) as api:
                yield api
        else:
            with _running_page(tmp_path / "data", log.fileno()) as page:
                yield page
    # Whatever strangers did, each line of the log is an object.
    for line in (tmp_path / "log").read_text().splitlines():
        assert isinstance(json.loads(line), dict)


class _running_page:  # noqa: N801 - used as a function
    def __init__(self, data_dir: Path, stderr: int) -> None:
        self._port = free_port()
        environment = {
            **os.environ,
            "COBRANCA_DATA_DIR": str(data_dir),
            "COBRANCA_UI_PORT": str(self._port),
        }
        command = [sys.executable, "-m", "cobranca.ui"]
        self._process = subprocess.Popen(command, env=environment, stderr=stderr)

    def __enter__(self) -> Api:
        url = f"http://127.0.0.1:{self._port}"

        def answers() -> bool:
            try:
                return httpx.get(f"{url}/config.json").status_code == 200
            except httpx.HTTPError:
                return False

        wait_for(answers, 120, "the page")
        return Api(url, psutil.Process(self._process.pid))

    def __exit__(self, *exc: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=60)
        finally:
            self._process.kill()


@asynccontextmanager
async def connected(
    server: Api,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Give a connection, and cut it off at the end."""
    reader, writer = await asyncio.open_connection(*server.address)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def is_ended(reader: asyncio.StreamReader) -> bool:
    """Wait for the server to end the connection."""
    async with asyncio.timeout(DROPPED_S):
        try:
            while await reader.read(65536):
                pass
        except ConnectionError:
            pass
    return True


@pytest.mark.parametrize("line", [b"a: b\r\n", b"x"], ids=["lines", "one line"])
async def test_a_head_without_end_takes_no_memory(server: Api, line: bytes) -> None:
    before, sent = server.rss(), 0
    piece = line * (64 * 1024 // len(line))
    async with connected(server) as (reader, writer):
        writer.write(HEAD + b"a: ")
        try:
            while sent < 100 * MIB:
                writer.write(piece)
                await writer.drain()
                sent += len(piece)
        except ConnectionError:
            pass
        assert await is_ended(reader)
    assert server.rss() - before < GROWTH_MAX
    assert sent < 100 * MIB
    await _still_answers(server)


async def test_who_says_nothing_or_a_byte_at_a_time_is_dropped(server: Api) -> None:
    readers: list[asyncio.StreamReader] = []
    writers: list[asyncio.StreamWriter] = []
    for _ in range(SILENT):
        reader, writer = await asyncio.open_connection(*server.address)
        readers.append(reader)
        writers.append(writer)
    trickling = [asyncio.create_task(_trickle(writer)) for writer in writers[::10]]
    await _still_answers(server)
    assert all(await asyncio.gather(*map(is_ended, readers)))
    for task in trickling:
        task.cancel()
    for writer in writers:
        writer.close()
    wait_for(lambda: len(server.process.net_connections("tcp")) < SILENT // 2, 60, "the close")


async def _still_answers(server: Api) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        assert (await client.get(f"{server.url}/health")).status_code == 200


async def _trickle(writer: asyncio.StreamWriter) -> None:
    try:
        for byte in HEAD:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(3)
    except ConnectionError:
        pass
