"""Says how far each file is: the list, one file, and the stream of both as they move."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson

from cobranca.domain.billing import BatchState, BillingStatus, UploadStatus, upload_status
from cobranca.domain.errors import NotFound, Transient
from cobranca.infra import metrics
from cobranca.reports import repository
from cobranca.reports.schemas import Upload, UploadsPage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from uuid import UUID

    from cobranca.infra.db import Database

#: How often the database is asked for progress, in seconds.
_POLL_S = 0.5
#: A comment line is sent when nothing changed for this long, so that proxies keep the stream open.
_HEARTBEAT_S = 15.0

#: Batches whose number is measured, by state; the ended ones only grow.
_SHOWN = [*(state.value for state in BatchState if state is not BatchState.NOTIFIED), "PAUSED"]
#: A scrape waits this long for the database, in seconds.
_MEASURE_S = 5.0

_ENDED = {UploadStatus.SENT, UploadStatus.ATTENTION, UploadStatus.REMOVED}


async def list_uploads(database: Database, *, after: str | None, limit: int) -> UploadsPage:
    """Return a page of files, newest first."""
    before = int(after) if after and after.isdigit() and len(after) < 10 else None
    async with database.transaction() as connection:
        rows = await repository.list_uploads(connection, before=before, rows_max=limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    return UploadsPage(
        records=[_upload(row) for row in rows], next=str(rows[-1]["id"]) if more else None
    )


async def get_upload(database: Database, public_id: UUID) -> Upload:
    """Return one file.

    Raises:
        NotFound: no such upload.
    """
    async with database.transaction() as connection:
        row = await repository.get_upload(connection, public_id)
    if row is None:
        raise NotFound(f"There is no upload {public_id}")
    return _upload(row)


async def measure_backlog(database: Database) -> None:
    """Bring the metrics of waiting and stopped batches up to date, or say that they are unknown."""
    try:
        async with asyncio.timeout(_MEASURE_S), database.transaction() as connection:
            rows = await repository.measure_backlog(connection)
    except (Transient, TimeoutError):
        metrics.set_backlog(None, 0.0)
        return
    states = dict.fromkeys(_SHOWN, (0, 0))
    states |= {row["state"]: (row["batches"], int(row["billings"])) for row in rows}
    metrics.set_backlog(states, max((row["oldest_s"] for row in rows), default=0.0))


async def follow_uploads(database: Database, *, limit: int) -> AsyncIterator[bytes]:
    """Yield server-sent events with the newest files, at once and at every change."""

    async def read() -> tuple[bytes, bool]:
        page = await list_uploads(database, after=None, limit=limit)
        return orjson.dumps({"records": [u.model_dump(mode="json") for u in page.records]}), False

    async for event in _follow("uploads", read):
        yield event


async def follow_upload(database: Database, public_id: UUID) -> AsyncIterator[bytes]:
    """Yield server-sent events with one file until it has ended."""

    async def read() -> tuple[bytes, bool]:
        upload = await get_upload(database, public_id)
        return orjson.dumps(upload.model_dump(mode="json")), upload.status in _ENDED

    async for event in _follow("upload", read):
        yield event


async def _follow(
    name: str, read: Callable[[], Awaitable[tuple[bytes, bool]]]
) -> AsyncIterator[bytes]:
    last, quiet_s = b"", 0.0
    while True:
        try:
            data, ended = await read()
        except Transient:
            # The database restarts: keep the stream, tell when it is back.
            data, ended = last, False
        if data != last:
            yield b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"
            last, quiet_s = data, 0.0
        if ended:
            yield b"event: end\ndata: {}\n\n"
            return
        if quiet_s >= _HEARTBEAT_S:
            yield b": still here\n\n"
            quiet_s = 0.0
        await asyncio.sleep(_POLL_S)
        quiet_s += _POLL_S


def _upload(row: dict[str, Any]) -> Upload:
    statuses = {
        BillingStatus.ACKNOWLEDGED: row["acknowledged"],
        BillingStatus.ISSUED: row["issued"],
        BillingStatus.SENT: row["sent"],
        BillingStatus.FAILED: row["failed"],
        BillingStatus.UNCERTAIN: row["uncertain"],
        BillingStatus.REMOVED: row["removed"],
    }
    removed = row["removed_at"] is not None
    if removed:
        statuses = dict.fromkeys(statuses, 0) | {BillingStatus.REMOVED: row["accepted"]}
    batches = {BatchState(state): count for state, count in row["batches"].items()}
    return Upload(
        id=row["public_id"],
        createdat=row["received_at"],
        updatedat=row["updated_at"],
        removedat=row["removed_at"],
        pausedat=row["paused_at"],
        status=upload_status(
            removed=removed,
            paused=row["paused_at"] is not None,
            statuses=statuses,
            batches=batches,
        ),
        statuses={status.value: int(count) for status, count in statuses.items()},
        progress=_progress(row, statuses),
        **{key: row[key] for key in _COPIED},
    )


_COPIED = (
    "name", "size_bytes", "records", "accepted", "rejected", "duplicates", "conflicts", "warnings",
    "mail", "encoding", "delimiter", "last_error",
)  # fmt: skip


def _progress(row: dict[str, Any], statuses: dict[BillingStatus, int]) -> float:
    """Half of the way is the boleto, the other half the mail."""
    accepted = row["accepted"]
    if not accepted:
        return 1.0
    waiting = statuses[BillingStatus.ACKNOWLEDGED] * 2 + statuses[BillingStatus.ISSUED]
    return float(max(0.0, 1 - int(waiting) / (2 * accepted)))
