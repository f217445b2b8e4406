"""The commands of docs/operations.md, with the programs of the wheel, on a running server."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo

from cobranca.infra.migrations import migrate
from cobranca.supervisor.embedded.accounts import server_account
from cobranca.supervisor.embedded.postgres import EmbeddedPostgres, running_url
from tests.support.postgres_program import run_program

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 1000


def test_a_dump_is_restored_whole(postgres_url: str, database_url: str, tmp_path: Path) -> None:
    _fill(database_url)
    dump = tmp_path / "cobranca.dump"
    run_program(database_url, ["pg_dump", "--format=custom", f"--file={dump}"])
    run_program(database_url, ["createdb", "restored_from_dump"])
    restored = make_conninfo(postgres_url, dbname="restored_from_dump")
    try:
        options = ("--dbname=restored_from_dump", "--exit-on-error", "--single-transaction")
        run_program(restored, ["pg_restore", *options, str(dump)])
        assert _boletos(restored) == ROWS
        assert migrate(restored) == []
    finally:
        run_program(database_url, ["dropdb", "--force", "restored_from_dump"])


def test_a_base_backup_becomes_a_data_folder_of_its_own(data_dir: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    with EmbeddedPostgres(data_dir) as server:
        assert running_url(data_dir) == server.url
        _fill(server.url)
        options = (f"--pgdata={backup}", "--wal-method=stream", "--checkpoint=fast")
        run_program(server.url, ["pg_basebackup", *options])
        with psycopg.connect(server.url) as connection:  # After the back-up: not in it.
            connection.execute("DELETE FROM boleto")
    run_program(server.url, ["pg_verifybackup", str(backup)])

    restored = data_dir.with_name("restored")
    (restored / "postgres").mkdir(parents=True, mode=0o711)
    restored.chmod(0o711)
    cluster = restored / "postgres/cluster"
    shutil.copytree(backup, cluster)
    shutil.copy(data_dir / "postgres/password", restored / "postgres/password")
    cluster.chmod(0o700)
    account = server_account(data_dir / "postgres/cluster")
    if account is not None:
        for path in (cluster, *cluster.rglob("*")):
            os.chown(path, account.uid, account.gid)
    with EmbeddedPostgres(restored) as server:
        assert _boletos(server.url) == ROWS


def test_no_server_has_no_address(data_dir: Path) -> None:
    assert running_url(data_dir) is None


def _fill(url: str) -> None:
    migrate(url)
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO boleto (billing_id, our_number, series_id, barcode)"
            " SELECT n, n, 1, lpad(n::text, 44, '0') FROM generate_series(1, %s) n",
            [ROWS],
        )


def _boletos(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM boleto").fetchone()
    assert row is not None
    return int(row[0])
