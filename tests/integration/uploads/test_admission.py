"""Which uploads are let in, and how those are refused that are not: before their body is read."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from cobranca.http import file_body, limits
from cobranca.uploads import admission, disk_sort
from tests.integration.uploads.test_upload import csv_of, row
from tests.support.api_client import api_client

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from cobranca.infra.settings import Settings

URL = "/billings/csv/upload"
MIB = 1024 * 1024


class Body:
    """A body that begins, and goes on when it is let."""

    def __init__(self, content: bytes) -> None:
        """Hold `content` back until `go_on` is set, but for a first byte."""
        self._content = content
        self._begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body."""
        self._begun.set()
        yield self._content[:1]
        await self.go_on.wait()
        yield self._content[1:]

    @property
    def begun(self) -> bool:
        """Whether anybody reads it."""
        return self._begun.is_set()

    async def wait_until_begun(self) -> None:
        """Return as soon as somebody reads it."""
        await asyncio.wait_for(self._begun.wait(), 60)


async def post(client: httpx.AsyncClient, body: Any, **headers: str) -> httpx.Response:
    """Send a file, of which no more is announced than the headers say."""
    return await client.post(URL, content=body, headers={"Content-Type": "text/csv"} | headers)


async def test_over_the_bound_an_upload_is_refused_before_it_is_read(settings: Settings) -> None:
    one_place = settings.model_copy(update={"uploads_max": 1})
    first, second = Body(csv_of(row(1))), Body(csv_of(row(2)))
    second.go_on.set()
    async with api_client(one_place) as client:
        taken = asyncio.create_task(post(client, first))
        await first.wait_until_begun()
        refused = await post(client, second)
        assert (refused.status_code, refused.json()["code"]) == (503, "UPLOADS_BUSY")
        assert int(refused.headers["retry-after"]) >= 1
        assert not second.begun
        assert (await client.get("/ready")).status_code == 200
        text = (await client.get("/metrics")).text
        assert 'cobranca_places_taken{code="UPLOADS_BUSY"} 1.0' in text
        first.go_on.set()
        assert (await taken).status_code == 200
        assert (await post(client, second)).status_code == 200


class Pieces:
    """A body of so many bytes that announces no size."""

    def __init__(self, size_bytes: int) -> None:
        """Be of this size."""
        self._size_bytes = size_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body."""
        for start in range(0, self._size_bytes, MIB):
            yield b"a" * min(MIB, self._size_bytes - start)


class _Disk(NamedTuple):
    total: int
    used: int
    free: int


async def test_what_others_have_announced_counts_against_the_free_disk(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Disk(0, 0, 10 * MIB))
    small = settings.model_copy(update={"disk_free_bytes_min": MIB})
    first, content = Body(csv_of(row(1))), csv_of(row(2))
    async with api_client(small) as client:
        taken = asyncio.create_task(post(client, first, **{"Content-Length": str(5 * MIB)}))
        await first.wait_until_begun()
        for announced, answer in (
            (5 * MIB, (503, "UPLOADS_BUSY")),  # Room enough, when the other has ended.
            (10 * MIB, (507, "STORAGE_FULL")),
        ):
            refused = await post(client, content, **{"Content-Length": str(announced)})
            assert (refused.status_code, refused.json()["code"]) == answer
        assert (await post(client, content)).status_code == 200
        first.go_on.set()
        assert (await taken).status_code == 200
        again = await post(client, content, **{"Content-Length": str(5 * MIB)})
        assert again.status_code == 200


async def test_a_large_file_needs_room_to_be_sorted_beside_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_sort, "SEGMENT_BYTES", 2 * MIB)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Disk(0, 0, 10 * MIB))
    small = settings.model_copy(update={"disk_free_bytes_min": MIB})
    async with api_client(small) as client:
        # Nothing of it comes: that it was let in shows in how it ends.
        fits = await post(client, b"", **{"Content-Length": str(4 * MIB)})
        assert fits.json()["code"] == "EMPTY_FILE"
        refused = await post(client, b"", **{"Content-Length": str(4 * MIB + 1)})
        assert (refused.status_code, refused.json()["code"]) == (507, "STORAGE_FULL")

        monkeypatch.setattr(shutil, "disk_usage", lambda _: _Disk(0, 0, 3 * MIB))
        unannounced = await post(client, Pieces(3 * MIB))
        assert (unannounced.status_code, unannounced.json()["code"]) == (507, "STORAGE_FULL")
    assert list((settings.data_dir / "incoming").iterdir()) == []


@pytest.mark.parametrize("same_disk", [True, False], ids=["on the same disk", "on another disk"])
async def test_a_stored_copy_that_is_no_link_needs_room(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, same_disk: bool
) -> None:
    free = {"incoming": 6, "storage": 6 if same_disk else 2}

    def usage(folder: Path) -> _Disk:
        return _Disk(0, 0, free[folder.name] * MIB)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    monkeypatch.setattr(admission, "can_link", lambda *_: False)
    if not same_disk:
        monkeypatch.setattr(admission, "_disk_of", str)
    small = settings.model_copy(update={"disk_free_bytes_min": 0})
    async with api_client(small) as client:
        fits = await post(client, b"", **{"Content-Length": str((3 if same_disk else 2) * MIB)})
        assert fits.json()["code"] == "EMPTY_FILE"
        refused = await post(client, b"", **{"Content-Length": str(4 * MIB)})
        assert (refused.status_code, refused.json()["code"]) == (507, "STORAGE_FULL")


async def test_a_sender_who_brings_too_little_is_cut_off_and_another_gets_the_place(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_body, "_PATIENCE_S", 0.3)

    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b"a"
            await asyncio.sleep(0.05)

    one_place = settings.model_copy(update={"uploads_max": 1})
    async with api_client(one_place) as client:
        async with asyncio.timeout(30):
            slow = await post(client, trickle())
        assert (slow.status_code, slow.json()["code"]) == (408, "UPLOAD_CUT_OFF")
        assert slow.headers["connection"] == "close"
        assert (await post(client, csv_of(row(1)))).status_code == 200
    assert list((settings.data_dir / "incoming").iterdir()) == []


async def test_a_steady_sender_may_take_longer_than_the_patience(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_body, "_PATIENCE_S", 1.5)
    monkeypatch.setattr(file_body, "_PATIENCE_BYTES", 100)
    content = csv_of(*map(row, range(20)))

    async def steady() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 100):
            yield content[start : start + 100]
            await asyncio.sleep(0.1)

    async with api_client(settings) as client:
        answer = await post(client, steady())
    assert answer.json()["accepted"] == 20


async def test_other_calls_are_bounded_but_for_those_that_must_be_answered(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_CALLS_MAX", 0)
    page = {"Origin": f"http://127.0.0.1:{settings.ui_port}"}
    async with api_client(settings) as client:
        refused = await client.get("/billings/csv/uploads", headers=page)
        assert (refused.status_code, refused.json()["code"]) == (503, "CALLS_BUSY")
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["access-control-allow-origin"] == page["Origin"]
        for path in ("/health", "/ready", "/metrics"):
            assert (await client.get(path)).status_code == 200
        assert (await post(client, csv_of(row(1)))).status_code == 200
