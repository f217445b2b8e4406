"""Stored objects that no row names: what a process left that died between its object and its fact.

They are found by listing the storage against the rows. Nobody's is what is older than a day and
cannot come to be named any more; what an attempt under way has just stored is never touched.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from cobranca.domain.errors import Conflict
from cobranca.infra import clock
from cobranca.pipeline import stored_files
from cobranca.retention import repository

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cobranca.infra.db import Connection, Database
    from cobranca.infra.storage import Storage

_AGE = timedelta(days=1)
_FILES, _PDFS, _MAILS, _REMITTANCES = "uploads", "boletos", "outbox", "remittances"
_RETURNS = "returns"
_JOB_FILES = "exports"
#: Whose an object is, by its path.
_BATCH_ID = re.compile(r"(?:boletos/[^/]+|outbox)/(\d{1,18})(?=[-/])")


async def find(database: Database, storage: Storage) -> AsyncGenerator[str]:
    """Yield the paths of nobody's objects, a page of the storage at a time.

    Raises:
        Conflict: the storage is full of what belongs to another database.
    """
    async with database.transaction() as connection:
        known = await repository.knows_uploads(connection)
    before = clock.now() - _AGE
    for folder in (_PDFS, _MAILS, _REMITTANCES, _RETURNS, _JOB_FILES, _FILES):
        async for page in storage.list_pages(folder):
            if folder != _FILES and not known:
                raise Conflict(
                    "The storage holds boletos, mails or remittances, and the database has never"
                    " had a file: is DATABASE_URL, or COBRANCA_STORAGE_URL, the right one?"
                )
            paths = [kept.path for kept in page if kept.written_at < before]
            async with database.transaction() as connection:
                unnamed = await _unnamed(connection, folder, paths)
            for path in unnamed:
                yield path


async def remove(database: Database, storage: Storage, path: str) -> bool:
    """Remove an object that `find` has given; return whether it was still nobody's."""
    if not path.startswith(f"{_FILES}/"):
        await storage.remove(path)
        return True
    async with database.transaction() as connection:
        await stored_files.lock(connection)
        unnamed = not await stored_files.is_named(connection, path)
        if unnamed:
            await storage.remove(path)
    return unnamed


async def _unnamed(connection: Connection, folder: str, paths: list[str]) -> list[str]:
    if not paths:
        return []
    if folder == _FILES:
        return await repository.find_unnamed_files(connection, paths)
    if folder == _REMITTANCES:
        return await repository.find_unnamed_remittances(connection, paths)
    if folder == _JOB_FILES:
        return await repository.find_unnamed_job_files(connection, paths)
    if folder == _RETURNS:
        return await repository.find_unnamed_returns(connection, paths)
    batch_ids = [int(found[1]) if (found := _BATCH_ID.match(path)) else None for path in paths]
    look = repository.find_unnamed_pdfs if folder == _PDFS else repository.find_unnamed_mails
    return await look(connection, paths, batch_ids)
