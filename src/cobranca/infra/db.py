"""The connection to PostgreSQL: one pool a process, one transaction a request or batch.

Commit happens here and nowhere else.
"""

from __future__ import annotations

import asyncio
import select
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from cobranca.domain.errors import Transient

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

Connection = psycopg.AsyncConnection[DictRow]

#: What a statement may take before it is cut off, in milliseconds.
_STATEMENT_TIMEOUT_MS = 60_000
_PING_TIMEOUT_S = 2.0
#: The tables of facts grow by millions a minute, faster than their statistics; a plan made for a
#: small table would read them whole. Every query here is meant for an index.
_OPTIONS = (
    f"-c statement_timeout={_STATEMENT_TIMEOUT_MS}"
    " -c enable_seqscan=off -c max_parallel_workers_per_gather=0 -c jit=off"
)


class Database:
    """A pool of connections that hand out rows as dictionaries."""

    def __init__(
        self,
        url: str,
        *,
        connections_max: int,
        name: str,
        wait_s: float = 10.0,
        waiting_max: int = 0,
    ) -> None:
        """Prepare the pool; nothing is opened before `open`.

        Who finds no connection free waits for `wait_s` seconds, unless `waiting_max` wait already
        (0: no such bound).
        """
        self.url = url
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            kwargs={
                "row_factory": dict_row,
                "autocommit": False,
                "application_name": name,
                "options": _OPTIONS,
            },
            connection_class=psycopg.AsyncConnection[DictRow],
            min_size=1,
            max_size=connections_max,
            timeout=wait_s,
            max_waiting=waiting_max,
            check=_check,
            open=False,
        )

    async def open(self) -> None:
        """Start the pool in the background; a database that is down does not stop the process."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Give every connection back."""
        await self._pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        """Run one transaction: commit at the end, roll back on any exception.

        Raises:
            Transient: no connection could be had, or the one that was had is lost.
        """
        try:
            async with self._pool.connection() as connection, connection.transaction():
                yield connection
        except (psycopg.OperationalError, psycopg.errors.QueryCanceled) as error:
            raise Transient(f"The database does not answer: {type(error).__name__}") from error

    async def ping(self) -> bool:
        """Whether the database answers now."""
        try:
            async with asyncio.timeout(_PING_TIMEOUT_S), self.transaction() as connection:
                await connection.execute("SELECT 1")
        except (Transient, TimeoutError):
            return False
        return True


async def _check(connection: Connection) -> None:
    """Let the pool replace a connection that died while it lay idle.

    A server that went away has closed the socket, which then has an end of file to read: looking
    for that costs no round trip.
    """
    readable, _, _ = select.select([connection.fileno()], [], [], 0)
    if readable:
        await connection.execute("")


async def fetch_all(connection: Connection, query: Any, **parameters: object) -> list[DictRow]:
    """Return every row of a query that is bounded by its own LIMIT."""
    cursor = await connection.execute(query, parameters)
    return await cursor.fetchall()


async def fetch_one(connection: Connection, query: Any, **parameters: object) -> DictRow | None:
    """Return the first row, or None."""
    cursor = await connection.execute(query, parameters)
    return await cursor.fetchone()
