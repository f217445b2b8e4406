"""Streams how far the files are: one look at the database a tick, however many streams."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from cobranca.domain.billing import UploadStatus
from cobranca.domain.errors import Transient
from cobranca.http.limits import ConcurrencyLimit
from cobranca.uploads import service

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping
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
STREAMS_MAX = 200

_ENDED = {UploadStatus.SENT, UploadStatus.ATTENTION, UploadStatus.REMOVED}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was last read of a file, or of the list, as it is sent."""

    event: bytes
    ended: bool = False
    #: Of the list: each file as it is sent.
    records: Mapping[UUID, bytes] = field(default_factory=dict["UUID", bytes])

    def event_after(self, before: _Seen) -> bytes:
        """Return an event of what has changed since; empty when nothing of it has."""
        changed = [
            orjson.Fragment(record)
            for upload_id, record in self.records.items()
            if before.records.get(upload_id) != record
        ]
        return _event("uploads", {"records": changed}) if changed else b""


@dataclass(frozen=True, slots=True)
class Followed:
    """What a stream is of: a beneficiary's file by its public id, or, without one, its list."""

    beneficiary_id: int
    upload_id: UUID | None


class Progress:
    """What the streams of one process share.

    While the database does not answer, the streams stay open and tell when it is back.
    """

    def __init__(self, database: Database) -> None:
        """Ask nothing before somebody follows."""
        self._database = database
        self._followers: Counter[Followed] = Counter()
        self._seen: dict[Followed, _Seen] = {}
        self._news = asyncio.Event()
        self._newcomer = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self.limit = ConcurrencyLimit(
            STREAMS_MAX,
            code="STREAMS_BUSY",
            detail="As many streams as fit are open; ask for the file itself, or again later",
        )

    async def follow(self, what: Followed, *, only_changed: bool = False) -> AsyncGenerator[bytes]:
        """Yield server-sent events at once and at every change, until the file has ended.

        Args:
            what: a file, or the list.
            only_changed: of the list, after its first event, only the files that have changed.
        """
        last, quiet_s = None, 0.0
        with self._counted(what):
            while True:
                news = self._news
                seen = self._seen.get(what)
                if seen is not None and (last is None or seen.event != last.event):
                    event = seen.event_after(last) if only_changed and last else seen.event
                    last = seen
                    if event:
                        yield event
                        quiet_s = 0.0
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
    def _counted(self, what: Followed) -> Generator[None]:
        self._followers[what] += 1
        if what not in self._seen:
            self._newcomer.set()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_while_followed())
        try:
            yield
        finally:
            self._followers[what] -= 1
            if not self._followers[what]:
                del self._followers[what]
                self._seen.pop(what, None)

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
        wanted: dict[int, list[UUID | None]] = {}
        for what in self._followers:
            wanted.setdefault(what.beneficiary_id, []).append(what.upload_id)
        found: dict[Followed, _Seen] = {}
        for beneficiary_id, upload_ids in wanted.items():
            found |= await self._read(beneficiary_id, upload_ids)
        self._seen = {what: seen for what, seen in found.items() if what in self._followers}

    async def _read(
        self, beneficiary_id: int, upload_ids: list[UUID | None]
    ) -> dict[Followed, _Seen]:
        found: dict[Followed, _Seen] = {}
        if None in upload_ids:
            uploads = await service.list_newest(
                self._database, beneficiary_id, limit=_LISTED_UPLOADS
            )
            records = {upload.id: orjson.dumps(_json(upload)) for upload in uploads}
            event = _event("uploads", {"records": [*map(orjson.Fragment, records.values())]})
            found[Followed(beneficiary_id, None)] = _Seen(event, records=records)
        ids = [upload_id for upload_id in upload_ids if upload_id is not None]
        for upload in await service.get_uploads(self._database, beneficiary_id, ids):
            seen = _Seen(_event("upload", _json(upload)), upload.status in _ENDED)
            found[Followed(beneficiary_id, upload.id)] = seen
        return found


def _json(upload: Upload) -> dict[str, object]:
    return upload.model_dump(mode="json")


def _event(name: str, data: object) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"
