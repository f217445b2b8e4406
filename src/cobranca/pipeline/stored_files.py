"""Whether the stored file of an upload stays: decided under a lock.

So a purge and an upload of the same bytes do not get into each other's way, whichever is first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.infra.db import Connection, Database, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from pathlib import Path

    from cobranca.infra.storage import Storage

QUERIES = load_queries("cobranca.pipeline")


async def lock(connection: Connection) -> None:
    """Let nobody else decide until the transaction ends."""
    await connection.execute(QUERIES["lock_stored_files"])


async def is_named(connection: Connection, path: str) -> bool:
    """Whether an upload has this stored file, and was not purged."""
    row = await fetch_one(connection, QUERIES["is_file_named"], path=path)
    return row is not None and row["named"]


async def store(database: Database, storage: Storage, path: str, source: Path) -> None:
    """Store a received file, unless an upload has it: what was erased of it stays so."""
    async with database.transaction() as connection:
        named = await is_named(connection, path)
    if not named:
        await storage.put_file(path, source)


async def settle(database: Database, storage: Storage, path: str, source: Path) -> None:
    """Keep a received file exactly when an upload has it, now that it was read.

    It has none where its bytes were purged; and a purge that took it for nobody's, before the
    upload was committed, may have removed it.
    """
    async with database.transaction() as connection:
        await lock(connection)
        if not await is_named(connection, path):
            await storage.remove(path)
        elif not await storage.exists(path):
            await storage.put_file(path, source)
