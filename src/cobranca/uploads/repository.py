"""The SQL of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from uuid import UUID


QUERIES = load_queries("cobranca.uploads")

Row = dict[str, Any]


async def find_upload(connection: Connection, public_id: UUID) -> Row | None:
    """Return an upload's inner id, name and profile."""
    return await fetch_one(connection, QUERIES["find_upload"], public_id=public_id)


async def remove_upload(connection: Connection, public_id: UUID) -> bool:
    """Mark a file as removed; False when it was already."""
    return await fetch_one(connection, QUERIES["remove_upload"], public_id=public_id) is not None


async def pause_upload(connection: Connection, upload_id: int) -> bool:
    """Mark a file as paused, once; False when it has ended or was removed."""
    return await fetch_one(connection, QUERIES["pause_upload"], upload_id=upload_id) is not None


async def resume_upload(connection: Connection, upload_id: int, *, rows_max: int) -> list[Row]:
    """End a file's pause; return the ids and states of batches that a worker could take now."""
    await connection.execute(QUERIES["resume_upload"], {"upload_id": upload_id})
    return await fetch_all(
        connection, QUERIES["find_waiting_batches"], upload_id=upload_id, rows_max=rows_max
    )


async def restart_stopped_batches(connection: Connection, upload_id: int) -> list[Row]:
    """Set an upload's stopped batches going again; return their ids and states."""
    restarted = await fetch_all(connection, QUERIES["restart_stopped_batches"], upload_id=upload_id)
    if restarted:
        await connection.execute(QUERIES["reopen_upload"], {"upload_id": upload_id})
    return restarted


async def stream_rejects(
    connection: Connection, *, upload_id: int, with_duplicates: bool
) -> AsyncIterator[Row]:
    """Yield the refused records of an upload by line, without holding them all."""
    async with connection.cursor(name="rejects") as cursor:
        cursor.itersize = 2000
        await cursor.execute(
            QUERIES["stream_rejects"],
            {"upload_id": upload_id, "with_duplicates": with_duplicates},
        )
        async for row in cursor:
            yield row


async def finish_upload(connection: Connection, *, upload_id: int) -> Row | None:
    """Mark a file whose batches have all ended; return its `traceparent` if that was now."""
    return await fetch_one(connection, QUERIES["finish_upload"], upload_id=upload_id)


async def finish_ended_uploads(connection: Connection) -> None:
    """Mark every file whose batches have all ended and that nobody marked yet."""
    await connection.execute(QUERIES["finish_ended_uploads"])


async def list_uploads(connection: Connection, *, before: int | None, rows_max: int) -> list[Row]:
    """Return files with their counts, newest first, older than the one whose id is `before`."""
    return await fetch_all(connection, QUERIES["list_uploads"], before=before, rows_max=rows_max)


async def get_uploads(connection: Connection, public_ids: Collection[UUID]) -> list[Row]:
    """Return the files of these ids with their counts, in any order."""
    return await fetch_all(connection, QUERIES["get_uploads"], public_ids=list(public_ids))
