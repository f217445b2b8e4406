"""The embedded NATS keeps its port, wants its token, and is never stopped by a bad store."""

from __future__ import annotations

import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import nats
import pytest

from cobranca.supervisor.embedded import nats as embedded_nats
from cobranca.supervisor.embedded.child_process import StartError, is_alive
from cobranca.supervisor.embedded.nats import EmbeddedNats
from tests.support.product import wait_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from nats.js import JetStreamContext


@asynccontextmanager
async def jetstream(url: str) -> AsyncIterator[JetStreamContext]:
    client = await nats.connect(url, allow_reconnect=False, connect_timeout=5)
    try:
        yield client.jetstream()
    finally:
        await client.close()


async def test_events_outlive_a_restart_at_the_same_address(tmp_path: Path) -> None:
    with EmbeddedNats(tmp_path) as server:
        first_url = server.url
        async with jetstream(server.url) as stream:
            await stream.add_stream(name="EVENTS", subjects=["events.*"])
            await stream.publish("events.a", b"1")
    with EmbeddedNats(tmp_path) as server:
        assert server.url == first_url
        async with jetstream(server.url) as stream:
            assert (await stream.stream_info("EVENTS")).state.messages == 1


async def test_token_is_needed_and_loopback_is_all_it_listens_on(tmp_path: Path) -> None:
    with EmbeddedNats(tmp_path) as server:
        address = urlsplit(server.url)
        assert address.hostname == "127.0.0.1"
        with pytest.raises(nats.errors.Error, match=r"(?i)authorization"):
            await nats.connect(
                f"nats://127.0.0.1:{address.port}",
                allow_reconnect=False,
                error_cb=_ignore,
            )
    assert (tmp_path / "nats/token").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "nats/nats.conf").stat().st_mode & 0o777 == 0o600


def test_port_that_was_taken_meanwhile_is_replaced(tmp_path: Path) -> None:
    with EmbeddedNats(tmp_path) as server:
        port = urlsplit(server.url).port
    with socket.create_server(("127.0.0.1", port or 0)), EmbeddedNats(tmp_path) as server:
        assert urlsplit(server.url).port != port


async def test_store_that_stops_the_server_is_moved_aside(tmp_path: Path) -> None:
    store = tmp_path / "nats/store"
    store.parent.mkdir()
    store.write_bytes(b"not a folder")
    with EmbeddedNats(tmp_path) as server:
        async with jetstream(server.url) as stream:
            await stream.add_stream(name="EVENTS", subjects=["events.*"])
    assert (tmp_path / "nats/store.unreadable").read_bytes() == b"not a folder"


async def test_garbage_in_every_file_of_the_store_is_no_hindrance(tmp_path: Path) -> None:
    with EmbeddedNats(tmp_path) as server:
        async with jetstream(server.url) as stream:
            await stream.add_stream(name="EVENTS", subjects=["events.*"])
            await stream.publish("events.a", b"1")
    for path in (tmp_path / "nats/store").rglob("*"):
        if path.is_file():
            path.write_bytes(b"\xff" * 100)
    with EmbeddedNats(tmp_path) as server:
        async with jetstream(server.url) as stream:
            await stream.add_stream(name="EVENTS", subjects=["events.*"])
            await stream.publish("events.a", b"2")


async def test_revive_brings_a_killed_server_back_at_the_same_address(tmp_path: Path) -> None:
    with EmbeddedNats(tmp_path) as server:
        url, pid = server.url, server.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        _wait_until_gone(pid)
        assert server.revive() == url
        async with jetstream(url) as stream:
            await stream.add_stream(name="EVENTS", subjects=["events.*"])


def test_a_start_that_is_stopped_meanwhile_starts_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_nats, "_is_ready", lambda _port: False)
    server = EmbeddedNats(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(server.start)
        wait_for(lambda: server.pid is not None, 60, "its process")
        server.stop()
        with pytest.raises(StartError, match="stopped while it was starting"):
            starting.result(60)
    assert server.pid is None


def test_second_server_on_the_same_folder_is_refused_in_words(tmp_path: Path) -> None:
    with (
        EmbeddedNats(tmp_path),
        pytest.raises(StartError, match="in use by another running Cobrança"),
    ):
        EmbeddedNats(tmp_path).start()


def _wait_until_gone(pid: int) -> None:
    until = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < until
        time.sleep(0.02)


async def _ignore(_error: Exception) -> None:
    """The refusal is raised as well."""
