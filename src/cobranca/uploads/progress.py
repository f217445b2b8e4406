"""Streams how far the files are: one look at the database a tick, however many streams."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from cobranca.domain.billing import UploadStatus
from cobranca.domain.errors import Transient
from cobranca.http.limits import Places
from cobranca.uploads import service

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from uuid import UUID

    from cobranca.infra.db import Database
    from cobranca.uploads.schemas import Upload

#: How often the database is asked for progress, in seconds.
_POLL_S = 0.5
#: A comment line is sent when nothing changed for this long, so that proxies keep the stream open.
_HEARTBEAT_S = 15.0
#: How many files the stream of the list carries.
_LISTED_UPLOADS = 50
#: Streams open at once in one process.
_STREAMS_MAX = 200

_ENDED = {UploadStatus.SENT, UploadStatus.ATTENTION, UploadStatus.REMOVED}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was last read of a file, or of the list, as it is sent."""

    event: bytes
    ended: bool = False


class Progress:
    """What the streams of one process share. A stream follows a file by its id, or None: the list.

    While the database does not answer, the streams stay open and tell when it is back.
    """

    def __init__(self, database: Database) -> None:
        """Ask nothing before somebody follows."""
        self._database = database
        self._followers: Counter[UUID | None] = Counter()
        self._seen: dict[UUID | None, _Seen] = {}
        self._news = asyncio.Event()
        self._newcomer = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self.places = Places(
            _STREAMS_MAX,
            code="STREAMS_BUSY",
            detail="As many streams as fit are open; ask for the file itself, or again later",
        )

    async def follow(self, upload_id: UUID | None) -> AsyncGenerator[bytes]:
        """Yield server-sent events at once and at every change, until the file has ended."""
        last, quiet_s = b"", 0.0
        with self._followed(upload_id):
            while True:
                news = self._news
                seen = self._seen.get(upload_id)
                if seen is not None and seen.event != last:
                    yield seen.event
                    last, quiet_s = seen.event, 0.0
                if seen is not None and seen.ended:
                    yield b"event: end\ndata: {}\n\n"
                    return
                if quiet_s >= _HEARTBEAT_S:
                    yield b": still here\n\n"
                    quiet_s = 0.0
                await news.wait()
                quiet_s += _POLL_S

    async def close(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    @contextmanager
    def _followed(self, upload_id: UUID | None) -> Generator[None]:
        self._followers[upload_id] += 1
        if upload_id not in self._seen:
            self._newcomer.set()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_while_followed())
        try:
            yield
        finally:
            self._followers[upload_id] -= 1
            if not self._followers[upload_id]:
                del self._followers[upload_id]
                self._seen.pop(upload_id, None)

    async def _look_while_followed(self) -> None:
        while self._followers:
            self._newcomer.clear()
            with suppress(Transient):
                await self._look()
            self._news.set()
            self._news = asyncio.Event()
            with suppress(TimeoutError):
                async with asyncio.timeout(_POLL_S):
                    await self._newcomer.wait()

    async def _look(self) -> None:
        wanted = set(self._followers)
        found: dict[UUID | None, _Seen] = {}
        if None in wanted:
            page = await service.list_uploads(self._database, after=None, limit=_LISTED_UPLOADS)
            found[None] = _Seen(_event("uploads", {"records": [_json(u) for u in page.records]}))
        ids = [key for key in wanted if key is not None]
        for upload in await service.get_uploads(self._database, ids):
            found[upload.id] = _Seen(_event("upload", _json(upload)), upload.status in _ENDED)
        self._seen = {key: seen for key, seen in found.items() if key in self._followers}


def _json(upload: Upload) -> dict[str, object]:
    return upload.model_dump(mode="json")


def _event(name: str, data: object) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
