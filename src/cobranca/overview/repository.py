"""Reads the state of whole files. Read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.infra.db import Connection, fetch_all
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    pass

QUERIES = load_queries("cobranca.overview")

Row = dict[str, Any]


async def measure_backlog(connection: Connection) -> list[Row]:
    """Return `state`, `batches`, `billings` and `oldest_s` of batches that have not ended."""
    return await fetch_all(connection, QUERIES["measure_backlog"])
