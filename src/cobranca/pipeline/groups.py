"""Groups of work: what takes turns with others, and is paused, restarted and ended as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from collections.abc import Iterable

QUERIES = load_queries("cobranca.pipeline")


async def open_group(connection: Connection, *, traceparent: str | None = None) -> int:
    """Make a group whose work is still to be added; return its id."""
    row = await fetch_one(connection, QUERIES["open_group"], traceparent=traceparent)
    if row is None:
        raise LookupError("the database gave the group no id")
    return row["id"]


async def add_work(
    connection: Connection, group_id: int, kind: str, subject_ids: Iterable[int]
) -> None:
    """Add work of a kind on each subject; what is there already stays as it is."""
    await connection.execute(QUERIES["reopen_group"], {"group_id": group_id})
    # One statement: after `executemany`, which is a pipeline, the server does not end a transaction
    # in which nothing is done.
    await connection.execute(
        QUERIES["add_work"],
        {"kind": kind, "subject_ids": list(subject_ids), "group_id": group_id},
    )


async def pause_group(connection: Connection, group_id: int) -> None:
    """Let nothing more of a group be begun; what is being worked ends."""
    await connection.execute(QUERIES["pause_group"], {"group_id": group_id})


async def resume_group(connection: Connection, group_id: int, *, rows_max: int) -> list[str]:
    """End a group's pause; return the kind of each piece of work that could be taken now."""
    await connection.execute(QUERIES["resume_group"], {"group_id": group_id})
    rows = await fetch_all(
        connection, QUERIES["find_waiting_work"], group_id=group_id, rows_max=rows_max
    )
    return [row["kind"] for row in rows]


async def restart_stopped(connection: Connection, group_id: int) -> list[str]:
    """Set a group's stopped work going again; return the kind of each piece."""
    await connection.execute(QUERIES["reopen_group"], {"group_id": group_id})
    rows = await fetch_all(connection, QUERIES["restart_stopped_work"], group_id=group_id)
    return [row["kind"] for row in rows]


async def restart(connection: Connection, kind: str, subject_ids: Iterable[int]) -> None:
    """Set work of a kind on some subjects going again, also what had ended."""
    await connection.execute(
        QUERIES["restart_work"], {"kind": kind, "subject_ids": list(subject_ids)}
    )


async def close_idle_groups(connection: Connection) -> None:
    """Close the groups of which nothing has to be done any more."""
    idle = await fetch_all(connection, QUERIES["lock_idle_groups"])
    if idle:
        ids = [row["id"] for row in idle]
        await connection.execute(QUERIES["close_groups"], {"group_ids": ids})
