"""Every named query against a migrated database: the server must know each table, column and type.

What can be prepared is prepared, a COPY is run with no rows, and the few statements that are
neither are run. Nothing here tells whether a query finds the right rows; its feature's tests do.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import LiteralString, cast

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cobranca.infra.sql import load_queries

ROOT = Path(str(files("cobranca")))
PACKAGES = sorted(
    ".".join(("cobranca", *path.relative_to(ROOT).parts))
    for path in (found.parent for found in ROOT.rglob("queries.sql"))
)
QUERIES = [
    pytest.param(package, name, query, id=f"{package.rpartition('.')[2]}.{name}")
    for package in PACKAGES
    for name, query in load_queries(package).items()
]
PREPARED = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES", "MERGE"}
#: Run before the query: the temporary tables that an upload's duplicates go through.
STAGING = [
    query
    for package in PACKAGES
    for name, query in load_queries(package).items()
    if "CREATE TEMPORARY TABLE" in query
]

_EMPTY_BINARY_COPY = b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"\xff\xff"
_COPY = re.compile(r"COPY\s+(\w+)\s*\(([^)]*)\)\s*FROM\s+STDIN", re.IGNORECASE)


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[psycopg.Connection]:
    """Return a connection to a migrated database; no test here keeps what it does."""
    name = f"queries_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(_literal(f"CREATE DATABASE {name} TEMPLATE cobranca_template"))
        with psycopg.connect(make_conninfo(postgres_url, dbname=name)) as opened:
            yield opened
        admin.execute(_literal(f"DROP DATABASE {name} WITH (FORCE)"))


def test_queries_are_found() -> None:
    assert {"cobranca.billings", "cobranca.boletos", "cobranca.infra"} <= set(PACKAGES)
    assert len(QUERIES) >= 40


@pytest.mark.parametrize(("package", "name", "query"), QUERIES)
def test_server_understands_query(
    connection: psycopg.Connection, package: str, name: str, query: str
) -> None:
    with connection.transaction(force_rollback=True):
        for statement in STAGING:
            connection.execute(statement)
        _check(connection, query)


@pytest.mark.parametrize(
    ("package", "name", "query"), [p for p in QUERIES if _COPY.search(str(p.values[2]))]
)
def test_copy_fills_every_column_that_must_have_a_value(
    connection: psycopg.Connection, package: str, name: str, query: str
) -> None:
    with connection.transaction(force_rollback=True):
        for statement in STAGING:
            connection.execute(statement)
        match = _COPY.search(query)
        assert match
        needed = {
            row[0]
            for row in connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                " AND attnotnull AND NOT atthasdef AND attidentity = ''",
                [match[1]],
            )
        }
        assert needed
        assert needed <= {column.strip() for column in match[2].split(",")}


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT no_such_column FROM billing", psycopg.errors.UndefinedColumn),
        ("SELECT * FROM billing WHERE due_date = %(day)s + 1.5", psycopg.errors.UndefinedFunction),
        ("COPY billing (id, no_such_column) FROM STDIN", psycopg.errors.UndefinedColumn),
        ("TRUNCATE no_such_table", psycopg.errors.UndefinedTable),
    ],
)
def test_check_fails_for_a_broken_query(
    connection: psycopg.Connection, query: str, error: type[psycopg.Error]
) -> None:
    with pytest.raises(error), connection.transaction(force_rollback=True):
        _check(connection, query)


def _check(connection: psycopg.Connection, query: str) -> None:
    code = _without_comments(query)
    verb = code.split(maxsplit=1)[0].upper()
    if verb == "COPY":
        _copy_nothing(connection, code)
    elif verb in PREPARED:
        connection.execute(_literal(f"PREPARE checked AS {_numbered(code)}"))
        connection.execute("DEALLOCATE checked")
    else:
        assert "%(" not in code, f"a {verb} takes no parameters"
        connection.execute(_literal(code))


def _copy_nothing(connection: psycopg.Connection, code: str) -> None:
    with connection.cursor().copy(_literal(code)) as copy:
        if "BINARY" in code.upper():
            copy.write(_EMPTY_BINARY_COPY)


def _without_comments(query: str) -> str:
    return re.sub(r"^--.*$", "", query, flags=re.MULTILINE).strip()


def _numbered(code: str) -> str:
    """Write `%(name)s` as `$n`, as the driver does when it prepares a statement."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    return re.sub(r"%\((\w+)\)s", number, code).replace("%%", "%")


def _literal(text: str) -> LiteralString:
    """Tell the driver that the text comes from the package, not from input."""
    return cast("LiteralString", text)
