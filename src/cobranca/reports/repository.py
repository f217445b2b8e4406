"""Reads the state of whole files. Read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from uuid import UUID

QUERIES = load_queries("cobranca.reports")

Row = dict[str, Any]


async def list_uploads(connection: Connection, *, before: int | None, rows_max: int) -> list[Row]:
    """Return files with their counts, newest first, older than the one whose id is `before`."""
    return await fetch_all(connection, QUERIES["list_uploads"], before=before, rows_max=rows_max)


async def measure_backlog(connection: Connection) -> list[Row]:
    """Return `state`, `batches`, `billings` and `oldest_s` of batches that have not ended."""
    return await fetch_all(connection, QUERIES["measure_backlog"])


async def get_upload(connection: Connection, public_id: UUID) -> Row | None:
    """Return one file with its counts, or None."""
    return await fetch_one(connection, QUERIES["get_upload"], public_id=public_id)
