"""What a killed API was receiving goes at the next start; what another one receives does not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx

from cobranca.supervisor.child_environment import child_environment
from tests.integration.uploads.test_admission import MIB, URL, Body, post
from tests.integration.uploads.test_upload import csv_of, row
from tests.support.api_client import api_client
from tests.support.product import START_TIMEOUT_S, free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cobranca.infra.settings import Settings


async def test_an_upload_cut_off_by_kill_9_goes_and_one_under_way_stays(
    settings: Settings,
) -> None:
    incoming, body = settings.data_dir / "incoming", Body(csv_of(row(1)))
    await _kill_while_it_receives(settings)
    (leftover,) = incoming.iterdir()
    assert leftover.stat().st_size >= 2 * MIB
    async with api_client(settings) as client:
        assert list(incoming.iterdir()) == []
        sending = asyncio.create_task(post(client, body))
        await body.wait_until_begun()
        (under_way,) = incoming.iterdir()
        async with api_client(settings):  # Another one of the same data folder.
            assert list(incoming.iterdir()) == [under_way]
        body.go_on.set()
        assert (await sending).json()["accepted"] == 1
    assert list(incoming.iterdir()) == []


async def _kill_while_it_receives(settings: Settings) -> None:
    port = free_port()
    env = child_environment(
        settings.model_copy(update={"api_port": port}),
        data_dir=settings.data_dir,
        database_url=str(settings.database_url),
        nats_url=str(settings.nats_url),
    )
    with _started(env) as api:

        async def endless() -> AsyncIterator[bytes]:
            while api.poll() is None:
                yield b"a" * MIB
                if any(
                    file.stat().st_size >= 2 * MIB
                    for file in (settings.data_dir / "incoming").iterdir()
                ):
                    api.kill()
                    api.wait()

        try:
            async with httpx.AsyncClient(
                base_url=f"http://{settings.host}:{port}", timeout=60
            ) as client:
                await _until_ready(client, api)
                try:
                    await client.post(URL, content=endless(), headers={"Content-Type": "text/csv"})
                except httpx.TransportError:
                    return
                raise AssertionError("it answered")
        finally:
            api.kill()
            api.wait()


def _started(env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "cobranca.api"], env=env)


async def _until_ready(client: httpx.AsyncClient, api: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(START_TIMEOUT_S):
        while api.poll() is None:
            try:
                if (await client.get("/ready")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise AssertionError("the API did not start")
