"""Reads the state of whole files. Read-only."""

from __future__ import annotations

from dataclasses import dataclass

from cobranca.infra.db import Connection, fetch_all
from cobranca.infra.sql import load_queries

QUERIES = load_queries("cobranca.overview")


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogRow:
    """Batches of one state that have not ended: how many, of how many billings, since when."""

    state: str
    batches: int
    billings: int
    oldest_s: float


async def measure_backlog(connection: Connection) -> list[BacklogRow]:
    """Return what waits, by state."""
    return await fetch_all(connection, QUERIES["measure_backlog"], row=BacklogRow)
