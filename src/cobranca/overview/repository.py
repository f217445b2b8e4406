"""Reads the state of whole files. Read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.infra.db import Connection, fetch_all
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

QUERIES = load_queries("cobranca.overview")

Row = dict[str, Any]


async def list_uploads(connection: Connection, *, before: int | None, rows_max: int) -> list[Row]:
    """Return files with their counts, newest first, older than the one whose id is `before`."""
    return await fetch_all(connection, QUERIES["list_uploads"], before=before, rows_max=rows_max)


async def measure_backlog(connection: Connection) -> list[Row]:
    """Return `state`, `batches`, `billings` and `oldest_s` of batches that have not ended."""
    return await fetch_all(connection, QUERIES["measure_backlog"])


async def get_uploads(connection: Connection, public_ids: Collection[UUID]) -> list[Row]:
    """Return the files of these ids with their counts, in any order."""
    return await fetch_all(connection, QUERIES["get_uploads"], public_ids=list(public_ids))
