"""The connection to PostgreSQL: one pool a process, one transaction a request or batch.

Commit happens here and nowhere else.
"""

from __future__ import annotations

import asyncio
import select
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, overload

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, args_row, class_row, dict_row
from psycopg_pool import AsyncConnectionPool

from cobranca.domain.errors import Transient

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

Row = TypeVar("Row")
Connection = psycopg.AsyncConnection[DictRow]

#: What a statement may take before it is cut off, in milliseconds.
_STATEMENT_TIMEOUT_MS = 60_000
_PING_TIMEOUT_S = 2.0
#: Rows that a stream fetches at once.
_STREAMED_ROWS = 2000
#: A host that falls silent, without closing anything, is given up after about 15 s, by both sides:
#: by us, and by the server, where our locks would keep others waiting. A URL may say otherwise.
_NETWORK = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
_SERVER_SIDE = (
    "-c tcp_user_timeout=10000"
    " -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2"
    " -c idle_in_transaction_session_timeout=60000"
)
#: The tables of facts grow by millions a minute, faster than their statistics; a plan made for a
#: small table would read them whole. Every query here is meant for an index.
PLAN_OPTIONS = "-c enable_seqscan=off -c max_parallel_workers_per_gather=0 -c jit=off"

#: SQLSTATEs, or how they begin, of what passes without anybody mending anything: connection lost,
#: no room (for now), server stopping or starting, time-outs, deadlocks, failover to a server that
#: only reads, and an I/O error of its disk.
PASSING = (
    "08", "53", "57P0", "57014", "40001", "40P01", "40003", "55P03", "25006", "25P03", "25P04",
    "58030",
)  # fmt: skip


class Database:
    """A pool of connections that hand out rows as dictionaries."""

    def __init__(
        self,
        url: str,
        *,
        connections_max: int,
        name: str,
        wait_s: float = 10.0,
        idle_s: float = 30.0,
    ) -> None:
        """Prepare the pool; nothing is opened before `open`.

        Who finds no connection free waits for `wait_s` seconds, unless `waiting_max` wait already
        (0: no such bound). A transaction in which nothing is done for `idle_s` seconds is ended by
        the server, so that a process that hangs keeps its locks no longer.
        """
        #: The address with all that keeps a connection from hanging; for connections of one's own.
        self.url = guarded(url)
        options = (
            f"{conninfo_to_dict(self.url)['options']} {PLAN_OPTIONS}"
            f" -c statement_timeout={_STATEMENT_TIMEOUT_MS}"
            f" -c idle_in_transaction_session_timeout={int(idle_s * 1000)}"
        )
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            self.url,
            kwargs={
                "row_factory": dict_row,
                "autocommit": False,
                "application_name": name,
                "options": options,
            },
            connection_class=psycopg.AsyncConnection[DictRow],
            min_size=1,
            max_size=connections_max,
            timeout=wait_s,
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
            Transient: no connection could be had, the one that was had is lost, or the server
                refused for now. Whether the transaction was committed is then not known: what is
                done next has to look, or to be without effect when it was.
        """
        with translate_outages():
            async with self._pool.connection() as connection, connection.transaction():
                yield connection

    async def ping(self) -> bool:
        """Whether the database answers now."""
        try:
            async with asyncio.timeout(_PING_TIMEOUT_S), self.transaction() as connection:
                await connection.execute("SELECT 1")
        except (Transient, TimeoutError):
            return False
        return True


def guarded(url: str) -> str:
    """Return an address with time-outs for hosts that fall silent; its own values are kept."""
    given = conninfo_to_dict(url)
    options = str(given.get("options") or "")
    if _SERVER_SIDE not in options:
        options = f"{_SERVER_SIDE} {options}".rstrip()
    return make_conninfo("", **{**_NETWORK, **given, "options": options})


def passes(error: psycopg.Error) -> bool:
    """Whether the same statement may succeed later without anybody mending anything.

    An error without an SQLSTATE is the client's own: no connection, or a lost one.
    """
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError)
    return error.sqlstate.startswith(PASSING)


@contextmanager
def translate_outages() -> Generator[None]:
    """Tell what `passes` in our own errors, as Transient."""
    try:
        yield
    except psycopg.Error as error:
        if passes(error):
            raise Transient(_reason(error)) from error
        raise


def is_timeout(error: Exception) -> bool:
    """Whether the server answers, but a query of ours was cut off: it may be so every time."""
    return isinstance(error.__cause__, psycopg.errors.QueryCanceled)


def _reason(error: psycopg.Error) -> str:
    if isinstance(error, psycopg.errors.QueryCanceled):
        return f"A query was cut off: it may take {_STATEMENT_TIMEOUT_MS // 1000} s"
    return f"The database does not answer: {type(error).__name__}"


async def _check(connection: Connection) -> None:
    """Let the pool replace a connection that died while it lay idle.

    A server that went away has closed the socket, which then has an end of file to read: looking
    for that costs no round trip.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        await connection.execute("")


def cut_page(rows: list[Row], limit: int, *, key: str = "id") -> tuple[list[Row], str | None]:
    """Return a page of the `limit` + 1 rows that were asked for, and after which `key` the next is.

    None after the last page.
    """
    page = rows[:limit]
    return page, str(getattr(page[-1], key)) if len(rows) > limit else None


@overload
async def fetch_all(
    connection: Connection, query: Any, *, row: type[Row], **parameters: object
) -> list[Row]: ...
@overload
async def fetch_all(connection: Connection, query: Any, **parameters: object) -> list[DictRow]: ...
async def fetch_all(
    connection: Connection, query: Any, *, row: Any = None, **parameters: object
) -> list[Any]:
    """Return every row of a query that is bounded by its own LIMIT, as values of `row`.

    Its fields are the query's columns, in their order. Without `row`, for what does not leave the
    repository: dictionaries.
    """
    cursor = await _cursor(connection, row).execute(query, parameters)
    return await cursor.fetchall()


@overload
async def fetch_one(
    connection: Connection, query: Any, *, row: type[Row], **parameters: object
) -> Row | None: ...
@overload
async def fetch_one(connection: Connection, query: Any, **parameters: object) -> DictRow | None: ...
async def fetch_one(
    connection: Connection, query: Any, *, row: Any = None, **parameters: object
) -> Any:
    """Return the first row, or None; of the class `row` as with `fetch_all`."""
    cursor = await _cursor(connection, row).execute(query, parameters)
    return await cursor.fetchone()


async def stream_rows(
    connection: Connection, query: Any, *, row: type[Row], **parameters: object
) -> AsyncGenerator[Row]:
    """Yield every row as a value of `row`, through a cursor of the server: never all at once."""
    async with connection.cursor(name="stream", row_factory=class_row(row)) as cursor:
        cursor.itersize = _STREAMED_ROWS
        await cursor.execute(query, parameters)
        async for found in cursor:
            yield found


def _cursor(connection: Connection, row: Any) -> psycopg.AsyncCursor[Any]:
    if row is None:
        return connection.cursor(row_factory=dict_row)
    # By the thousand, tuples are made in half the time of dataclasses.
    maker: Any = args_row if tuple in row.__mro__ else class_row
    return connection.cursor(row_factory=maker(row))
