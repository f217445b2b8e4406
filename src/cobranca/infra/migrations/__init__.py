"""Brings a database to the newest schema: numbered SQL, forward only, a transaction each."""

from __future__ import annotations

from importlib.resources import files
from typing import LiteralString, cast

import psycopg

#: Two starts at once must not both migrate; any constant that nobody else uses will do.
_LOCK = 4_026_531_841


def migrate(database_url: str) -> list[str]:
    """Apply what is missing and return the names of the files applied.

    Raises:
        psycopg.errors.LockNotAvailable: a table stayed locked for 5 s; start again later.
    """
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migration"
            " (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
        )
        known = {row[0] for row in connection.execute("SELECT name FROM migration")}
        return [name for name in _names() if name not in known and _apply(connection, name)]


def _names() -> list[str]:
    return sorted(f.name for f in files(__name__).iterdir() if f.name.endswith(".sql"))


def _apply(connection: psycopg.Connection, name: str) -> bool:
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    with connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '5s'")
        connection.execute(cast("LiteralString", text))
        connection.execute("INSERT INTO migration (name) VALUES (%s)", [name])
    return True
