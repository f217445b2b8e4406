"""Files that jobs have made of billings: none outlives its time, an erasure or a purge.

An object is written down before it is stored, and its row goes after it: so none is lost track of,
wherever a process dies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cobranca.infra.db import Connection, Database, fetch_all
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from cobranca.infra.storage import Storage

QUERIES = load_queries("cobranca.pipeline")

#: How long one is kept.
KEPT_HOURS: Final = 24
_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileRow:
    id: int
    path: str


async def forget_beneficiary(connection: Connection, beneficiary_id: int) -> None:
    """Let nobody have what was made, or is being made, of a beneficiary's billings.

    In the transaction that erases: who makes one has read what was there before, and begins anew.
    """
    values = {"beneficiary_id": beneficiary_id}
    await connection.execute(QUERIES["forget_files_of_beneficiary"], values)


async def forget_upload(connection: Connection, upload_id: int) -> None:
    """Let nobody have what was made, or is being made, of an upload's billings."""
    await connection.execute(QUERIES["forget_files_of_upload"], {"upload_id": upload_id})


async def remove_forgotten(database: Database, storage: Storage) -> int:
    """Remove the files that nobody may have any more; return how many there were."""
    removed = after = 0
    while True:
        async with database.transaction() as connection:
            files = await fetch_all(
                connection,
                QUERIES["list_forgotten_files"],
                row=_FileRow,
                after=after,
                kept_hours=KEPT_HOURS,
                rows_max=_AT_ONCE,
            )
        for each in files:
            await storage.remove(each.path)
            async with database.transaction() as connection:
                await connection.execute(QUERIES["delete_file"], {"file_id": each.id})
        removed += len(files)
        if len(files) < _AT_ONCE:
            return removed
        after = files[-1].id
