"""The SQL of deleting: whole uploads, a batch a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from cobranca.infra.db import Database

QUERIES = load_queries("cobranca.retention")

Row = dict[str, Any]

_REJECTS_MAX = 20_000


async def count_old_uploads(database: Database, days: int) -> Row:
    """Return how many `uploads` with how many accepted `billings` ended more than `days` ago."""
    async with database.transaction() as connection:
        row = await fetch_one(connection, QUERIES["count_old_uploads"], days=days)
    return row or {"uploads": 0, "billings": 0}


async def withdraw_old_upload(database: Database, days: int) -> Row | None:
    """Remove the oldest such upload from work and return it; None when there is none."""
    async with database.transaction() as connection:
        return await fetch_one(connection, QUERIES["withdraw_old_upload"], days=days)


async def list_batches(
    database: Database, upload_id: int, *, after: int, rows_max: int
) -> list[Row]:
    """Return the batches of an upload whose ids are above `after`."""
    async with database.transaction() as connection:
        return await fetch_all(
            connection,
            QUERIES["list_batches"],
            upload_id=upload_id,
            after=after,
            rows_max=rows_max,
        )


async def delete_batch(connection: Connection, batch: Row) -> int:
    """Delete everything about a batch's billings and return how many there were."""
    ids = {"first_id": batch["first_billing_id"], "last_id": batch["last_billing_id"]}
    batch_id = {"batch_id": batch["id"]}
    await connection.execute(QUERIES["delete_in_flight"], batch_id)
    await connection.execute(QUERIES["delete_outbox_objects"], batch_id)
    await connection.execute(QUERIES["forget_pdfs"], batch_id)
    await connection.execute(QUERIES["delete_attempts"], ids)
    await connection.execute(QUERIES["delete_bounces"], ids)
    await connection.execute(QUERIES["delete_notifications"], ids)
    await connection.execute(QUERIES["delete_boletos"], ids)
    await connection.execute(QUERIES["delete_removals"], ids)
    return (await connection.execute(QUERIES["delete_billings"], ids)).rowcount


async def delete_rejects(connection: Connection, upload_id: int) -> int:
    """Delete the next refused records of an upload and return how many there were."""
    cursor = await connection.execute(
        QUERIES["delete_rejects"], {"upload_id": upload_id, "rows_max": _REJECTS_MAX}
    )
    return cursor.rowcount


async def is_file_needed(connection: Connection, upload: Row) -> bool:
    """Whether the stored file of an upload is also another one's."""
    row = await fetch_one(
        connection,
        QUERIES["is_file_needed"],
        upload_id=upload["id"],
        storage_path=upload["storage_path"],
    )
    return row is not None and row["needed"]


async def mark_purged(connection: Connection, upload_id: int) -> None:
    """Note that nothing is left of an upload but its row and the counts of its batches."""
    await connection.execute(QUERIES["mark_purged"], {"upload_id": upload_id})
