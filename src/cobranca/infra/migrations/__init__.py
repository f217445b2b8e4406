"""Brings a database to the newest schema: numbered SQL, forward only, while the product runs.

A file is one transaction. One that begins with `-- no transaction` is run statement by statement,
for what cannot be inside of one (CREATE INDEX CONCURRENTLY); each of its statements may be
repeated, so that a migration which was ended in the middle begins its file again.
"""

from __future__ import annotations

import re
import time
from importlib.resources import files
from typing import LiteralString, cast

import psycopg

from cobranca.domain.errors import Transient

#: Two starts at once must not both migrate; any constant that nobody else uses will do.
_LOCK = 4_026_531_841
#: Whoever waits for a table keeps everybody after it waiting too, so nothing waits for long. Well
#: below PostgreSQL's deadlock_timeout (1 s): it is always the migration that gives way.
_LOCK_TIMEOUT_MS = 300
_PAUSE_S = 1.0
_TURN_POLL_S = 0.2
#: How long another process may migrate, an index of a big table included, before this one gives up.
_TURN_S_MAX = 3600.0
_NO_TRANSACTION = "-- no transaction\n"

#: Somebody holds a table, or held what we had asked for in another order.
_BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)


def migrate(database_url: str, *, patience_s: float = 120.0) -> list[str]:
    """Apply what is missing and return the names of the files applied.

    Args:
        database_url: of the database, with the right to change its schema.
        patience_s: how long to try to have the tables of one file to itself.

    Raises:
        Transient: a long transaction did not let go of a table, or another process still migrates.
    """
    with psycopg.connect(database_url, autocommit=True, application_name="migrate") as connection:
        _wait_for_turn(connection)
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migration"
            " (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        known = {row[0] for row in connection.execute("SELECT name FROM migration")}
        missing = [name for name in names() if name not in known]
        for name in missing:
            _apply(connection, name, patience_s)
        return missing


def names() -> list[str]:
    """Return the files in the order in which they are applied."""
    return sorted(f.name for f in files(__name__).iterdir() if f.name.endswith(".sql"))


def read(name: str) -> tuple[bool, list[str]]:
    """Return whether a file is one transaction, and its statements without comments."""
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    code = re.sub(r"--.*", "", text)
    statements = [part.strip() for part in code.split(";") if part.strip()]
    return not text.startswith(_NO_TRANSACTION), statements


def _wait_for_turn(connection: psycopg.Connection) -> None:
    """Take the lock of migrations by asking again and again.

    A session that waits inside the server holds a snapshot, for which CREATE INDEX CONCURRENTLY of
    the one that migrates would wait in turn.
    """
    give_up_at = time.monotonic() + _TURN_S_MAX
    while not _has_turn(connection):
        if time.monotonic() > give_up_at:
            raise Transient("Another process has been migrating this database for an hour")
        time.sleep(_TURN_POLL_S)


def _has_turn(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
    return row is not None and row[0]


def _apply(connection: psycopg.Connection, name: str, patience_s: float) -> None:
    """Apply a file, again and again while its tables are busy."""
    in_one, statements = read(name)
    give_up_at = time.monotonic() + patience_s
    while True:
        try:
            if in_one:
                with connection.transaction():
                    _run(connection, name, statements, patience_s)
            else:
                _run(connection, name, statements, patience_s)
        except _BUSY as error:
            if time.monotonic() > give_up_at:
                raise Transient(
                    f"Migration {name}: other transactions have not let go of its tables for"
                    f" {patience_s:.0f} s. Nothing is half done: look for old ones in"
                    " pg_stat_activity (xact_start), end them, and start again."
                ) from error
            time.sleep(_PAUSE_S)
        else:
            return


def _run(
    connection: psycopg.Connection, name: str, statements: list[str], patience_s: float
) -> None:
    for statement in statements:
        # What is CONCURRENTLY waits without keeping others waiting, and begins anew when cut off.
        wait_ms = int(patience_s * 1000) if "CONCURRENTLY" in statement else _LOCK_TIMEOUT_MS
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{wait_ms}ms"])
        connection.execute(cast("LiteralString", statement))
    connection.execute("INSERT INTO migration (name) VALUES (%s)", [name])
