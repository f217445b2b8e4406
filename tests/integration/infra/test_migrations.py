"""Migrations beside a running product: safe kinds of statements, and locks that nobody waits for.

The statements of the first version stand for "the old code": they are run before, during and after.
"""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import LiteralString, cast

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cobranca.domain.errors import Transient
from cobranca.infra import migrations
from cobranca.infra.migrations import migrate, names, read

#: Tables with a row a file, a batch or less: an index on them is made in a moment.
SMALL = {"upload", "batch", "suppression", "profile", "beneficiary", "our_number_series"}

#: A file without a transaction, on tables that are always in use.
_WITH_INDEX = "0010_claim_by_upload.sql"
#: A file of one batch on its way, in the words of the first version.
_OLD_ROUND = [
    "INSERT INTO beneficiary (tax_id, name) VALUES ('1', 'B')"
    " ON CONFLICT ON CONSTRAINT beneficiary_tax_id_is_unique DO UPDATE SET name = EXCLUDED.name",
    "INSERT INTO profile (beneficiary_id, sha256, content) SELECT id, '\\x00', '{}'"
    " FROM beneficiary ON CONFLICT DO NOTHING",
    "INSERT INTO upload (beneficiary_id, profile_id, name, sha256, size_bytes, storage_path, mail,"
    " records, accepted) SELECT b.id, p.id, 'f', int8send(%(n)s), 1, 'x', 'outbox', 10, 10"
    " FROM beneficiary b, profile p",
    "INSERT INTO billing SELECT %(first)s + n, gen_random_uuid(), 1000, %(n)s, n, '2030-01-01',"
    " beneficiary.id, 0, 'Ana', '12345678909', 'ana@example.com'"
    " FROM beneficiary, generate_series(1, 10) n",
    "INSERT INTO batch (upload_id, first_billing_id, last_billing_id, total)"
    " SELECT max(id), %(first)s + 1, %(first)s + 10, 10 FROM upload",
    "UPDATE batch b SET state = 'ISSUING', fence = fence + 1, attempts = attempts + 1,"
    " lease_until = now() + interval '1 minute', not_before = NULL, updated_at = now()"
    " FROM upload u WHERE u.id = b.upload_id AND b.state = 'RECEIVED'",
    "INSERT INTO boleto (billing_id, our_number, series_id, barcode)"
    " SELECT id, id, 1, '' FROM billing WHERE id > %(first)s",
    "UPDATE batch SET state = 'ISSUED', lease_until = NULL, attempts = 0, issued = 10,"
    " issued_at = now() WHERE state = 'ISSUING'",
    "INSERT INTO notification (billing_id, at, attempts, state)"
    " SELECT billing_id, now(), 1, 'SENT' FROM boleto WHERE billing_id > %(first)s",
    "UPDATE batch SET state = 'NOTIFIED', sent = 10 WHERE state = 'ISSUED'",
    "UPDATE upload SET finished_at = now() WHERE finished_at IS NULL",
    "SELECT * FROM upload_report ORDER BY id DESC LIMIT 1",
    "SELECT * FROM billing_status WHERE id > %(first)s",
]

_CONSTANT = r"(?:NULL|true|false|-?\d+|'[^']*')"
#: Statements that old code may run beside, whatever the size of the table.
_SAFE = [
    r"CREATE (TABLE|SEQUENCE|VIEW|OR REPLACE VIEW) .*",
    r"CREATE FUNCTION \w+\(.*\) RETURNS \w+(\[\])? LANGUAGE sql .* RETURN .*",
    r"INSERT INTO \w+ .*",
    rf"ALTER TABLE \w+ ADD COLUMN (IF NOT EXISTS )?\w+ [\w\[\]]+( NOT NULL DEFAULT {_CONSTANT}| DEFAULT {_CONSTANT})?",  # noqa: E501
    r"ALTER TABLE \w+ ADD CONSTRAINT .* NOT VALID",
    r"ALTER TABLE \w+ VALIDATE CONSTRAINT \w+",
    r"ALTER TABLE \w+ (RE)?SET \([^()]*\)",
    r"(CREATE( UNIQUE)?|DROP) INDEX CONCURRENTLY .*",
    # For the moment of a rename; there is never a time without the constraint.
    r"ALTER TABLE \w+ DROP CONSTRAINT IF EXISTS (\w+), ADD CONSTRAINT \1 UNIQUE USING INDEX \w+",
    # A rule in the place of one of the same name; what is there is looked through afterwards.
    r"ALTER TABLE \w+ DROP CONSTRAINT IF EXISTS (\w+), ADD CONSTRAINT \1 CHECK \(.*\) NOT VALID",
]
_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?\w+ ON (\w+) .*")
#: In a file without a transaction: may be run again after it was cut off.
_REPEATABLE = re.compile(
    r".*IF (NOT )?EXISTS .*|ALTER TABLE \w+ (RE)?SET .*|.* VALIDATE CONSTRAINT .*"
)


@pytest.mark.parametrize("name", names())
def test_statements_are_safe_while_old_code_runs(name: str) -> None:
    in_one, statements = read(name)
    assert not list(_unsafe(statements, in_one=in_one))


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE batch DROP COLUMN last_error",
        "ALTER TABLE batch RENAME COLUMN total TO rows",
        "ALTER TABLE upload ADD COLUMN a text NOT NULL",
        "ALTER TABLE upload ADD COLUMN a uuid NOT NULL DEFAULT uuidv7()",
        "ALTER TABLE billing ALTER COLUMN line_number TYPE bigint",
        "ALTER TABLE billing ADD CONSTRAINT a_rule CHECK (line_number > 0)",
        "CREATE INDEX billing_by_email ON billing (email)",
        "UPDATE billing SET warnings = 0",
        "DROP VIEW upload_report",
    ],
)
def test_other_statements_are_found(statement: str) -> None:
    assert list(_unsafe([statement], in_one=True)) == [statement]


def test_what_cannot_be_repeated_needs_a_transaction() -> None:
    again = [
        "DROP INDEX CONCURRENTLY IF EXISTS a",
        "CREATE INDEX CONCURRENTLY a ON billing (email)",
    ]
    assert not list(_unsafe(again, in_one=False))
    assert list(_unsafe(again[1:], in_one=False)) == again[1:]
    assert list(_unsafe(["CREATE TABLE a (b int)"], in_one=False))


def test_numbers_are_used_once() -> None:
    numbers = [name.partition("_")[0] for name in names()]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.sql", name) for name in names())


def test_two_that_start_at_once_apply_each_file_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        applied = [name for found in pool.map(migrate, [empty_url] * 4) for name in found]
    assert sorted(applied) == names()
    assert migrate(empty_url) == []


def test_old_code_works_on_while_its_database_is_migrated(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long transaction holds every table meanwhile: neither may wait for the other."""
    with monkeypatch.context() as first_version:
        first_version.setattr(migrations, "names", lambda: names()[:1])
        migrate(empty_url)
    with (
        ThreadPoolExecutor(1) as pool,
        _old_code(empty_url) as rounds,
        psycopg.connect(empty_url) as long_transaction,
    ):
        long_transaction.execute("LOCK TABLE upload, batch, billing, boleto IN ACCESS SHARE MODE")
        _wait(lambda: rounds() >= 3)
        migrating = pool.submit(migrate, empty_url)
        for _ in range(2):  # Waits, lets go, and waits again.
            _wait(lambda: _waits_for_a_lock(empty_url))
            before = rounds()
            _wait(lambda seen=before: rounds() >= seen + 5)
        assert not migrating.done()
        long_transaction.rollback()
        assert migrating.result(timeout=60) == names()[1:]
        after = rounds()
        _wait(lambda: rounds() >= after + 5)


def test_a_migration_that_is_killed_goes_on_at_the_next_start(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while it makes an index, which is then there and not to be used."""
    known = names().index(_WITH_INDEX)
    with monkeypatch.context() as earlier:
        earlier.setattr(migrations, "names", lambda: names()[:known])
        migrate(empty_url)
    with _reader(empty_url), _migrating_process(empty_url):
        _wait(lambda: False in _indexes(empty_url))
        with psycopg.connect(empty_url) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'migrate'"
            )
    assert migrate(empty_url) == names()[known:]
    assert set(_indexes(empty_url)) == {True}


def test_what_was_suppressed_for_all_is_suppressed_for_each(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = names().index("0012_suppress_by_beneficiary.sql")
    with monkeypatch.context() as earlier:
        earlier.setattr(migrations, "names", lambda: names()[:known])
        migrate(empty_url)
    with psycopg.connect(empty_url) as old_code:
        old_code.execute("INSERT INTO beneficiary (tax_id, name) VALUES ('1', 'A'), ('2', 'B')")
        old_code.execute(
            "INSERT INTO suppression (email, at, reason) VALUES"
            " ('ana@example.com', '2026-01-01 12:00Z', '550'), ('bia@example.com', now(), '551')"
        )
        (last_id,) = old_code.execute("SELECT max(id) FROM suppression").fetchone() or (0,)
    migrate(empty_url)
    with psycopg.connect(empty_url) as new_code:
        rows = new_code.execute(
            "SELECT beneficiary_id, email, reason, at = '2026-01-01 12:00Z', id > %s"
            " FROM suppressed_address ORDER BY beneficiary_id, id",
            [last_id],
        ).fetchall()
        assert rows == [
            (beneficiary_id, *address, True)
            for beneficiary_id in (1, 2)
            for address in (("ana@example.com", "550", True), ("bia@example.com", "551", False))
        ]
        # The old version goes on with its own.
        assert new_code.execute("SELECT count(*) FROM suppression").fetchone() == (2,)


def test_a_table_that_nobody_lets_go_of_is_an_error_that_says_what_to_do(empty_url: str) -> None:
    migrate(empty_url)
    with psycopg.connect(empty_url) as admin:
        admin.execute("DELETE FROM migration WHERE name = %s", [_WITH_INDEX])
    with psycopg.connect(empty_url) as holder:
        holder.execute("LOCK TABLE upload IN ACCESS SHARE MODE")
        with pytest.raises(Transient, match=f"{_WITH_INDEX}.*pg_stat_activity"):
            migrate(empty_url, patience_s=0.1)
    assert migrate(empty_url) == [_WITH_INDEX]


@pytest.fixture
def empty_url(postgres_url: str) -> Iterator[str]:
    """Return a database without any table."""
    name = f"migrations_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(_literal(f"CREATE DATABASE {name}"))
        yield make_conninfo(postgres_url, dbname=name)
        admin.execute(_literal(f"DROP DATABASE {name} WITH (FORCE)"))


def _unsafe(statements: list[str], *, in_one: bool) -> Iterator[str]:
    """Yield what old code may not run beside, and what may not be cut off without a transaction."""
    made: set[str] = set()
    for statement in statements:
        line = " ".join(statement.split())
        if match := re.match(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", line):
            made.add(match[1])
        index = _INDEX.fullmatch(line)
        safe = any(re.fullmatch(pattern, line) for pattern in _SAFE)
        if index:
            safe = index[1] in made | SMALL
        if not in_one:
            dropped = re.match(r"CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+) ", line)
            before = f"DROP INDEX CONCURRENTLY IF EXISTS {dropped[1]}" if dropped else ""
            safe &= bool(_REPEATABLE.fullmatch(line)) or before in statements
        if not safe:
            yield statement


@contextmanager
def _old_code(url: str) -> Generator[Callable[[], int]]:
    """Bill file after file as the first version did; an error of it is raised at the end."""
    ended = threading.Event()
    done: list[int] = []

    def work() -> None:
        # What waits for a migration for longer than this has been kept from working.
        with psycopg.connect(url, autocommit=True, options="-c statement_timeout=30s") as c:
            for number in itertools.count(1):
                if ended.is_set():
                    return
                for statement in _OLD_ROUND:
                    c.execute(_literal(statement), {"n": number, "first": number * 2_097_152})
                done.append(number)

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        try:
            yield lambda: len(done) if not working.done() else working.result() or len(done)
        finally:
            ended.set()
        working.result(timeout=60)


@contextmanager
def _reader(url: str) -> Generator[None]:
    """Hold a snapshot, as a long report does: no index of later becomes valid meanwhile."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("SELECT 1")
        yield


@contextmanager
def _migrating_process(url: str) -> Generator[None]:
    """Migrate in a process that is killed at the end."""
    code = f"from cobranca.infra.migrations import migrate; migrate({url!r})"
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        yield
    finally:
        process.kill()
        process.wait(10)


def _indexes(url: str) -> list[bool]:
    """Return whether each index is to be used."""
    with psycopg.connect(url) as connection:
        query = "SELECT indisvalid FROM pg_index WHERE indrelid::regclass::text !~ '^pg_'"
        return [row[0] for row in connection.execute(query)]


def _waits_for_a_lock(url: str) -> bool:
    with psycopg.connect(url) as connection:
        query = (
            "SELECT FROM pg_stat_activity"
            " WHERE application_name = 'migrate' AND wait_event_type = 'Lock'"
        )
        return connection.execute(query).fetchone() is not None


def _wait(until: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 60
    while not until():
        assert time.monotonic() < give_up_at, "nothing came of it in a minute"
        time.sleep(0.02)


def _literal(text: str) -> LiteralString:
    """Tell the driver that the text comes from the tests, not from input."""
    return cast("LiteralString", text)
