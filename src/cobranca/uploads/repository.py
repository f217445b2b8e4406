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
    """Return an upload's inner id, dates, group of work, and how its lines are read."""
    return await fetch_one(connection, QUERIES["find_upload"], public_id=public_id)


async def remove_upload(connection: Connection, public_id: UUID) -> Row | None:
    """Mark a file as removed and return its group of work; None when it was already."""
    return await fetch_one(connection, QUERIES["remove_upload"], public_id=public_id)


async def reopen_upload(connection: Connection, upload_id: int) -> None:
    """Take back that a file has ended."""
    await connection.execute(QUERIES["reopen_upload"], {"upload_id": upload_id})


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


async def finish_ended_uploads(connection: Connection) -> list[Row]:
    """Mark every file whose work has all ended; return the ids and traces of those."""
    return await fetch_all(connection, QUERIES["finish_ended_uploads"])


async def adopt_uploads(connection: Connection, *, rows_max: int) -> None:
    """Take over the work of the version before, whose batches had their leases themselves."""
    await connection.execute(QUERIES["adopt_uploads"], {"rows_max": rows_max})
    await connection.execute(QUERIES["adopt_batches"], {"rows_max": rows_max})


async def list_uploads(connection: Connection, *, before: int | None, rows_max: int) -> list[Row]:
    """Return files with their counts, newest first, older than the one whose id is `before`."""
    return await fetch_all(connection, QUERIES["list_uploads"], before=before, rows_max=rows_max)


async def get_uploads(connection: Connection, public_ids: Collection[UUID]) -> list[Row]:
    """Return the files of these ids with their counts, in any order."""
    return await fetch_all(connection, QUERIES["get_uploads"], public_ids=list(public_ids))
