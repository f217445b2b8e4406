"""The embedded PostgreSQL starts, keeps its rows, and comes back after every kind of death."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import psycopg
import pytest

from cobranca.supervisor.embedded import postgres
from cobranca.supervisor.embedded.child_process import StartError, is_alive, pids_working_in, spawn
from cobranca.supervisor.embedded.postgres import EmbeddedPostgres
from cobranca.supervisor.embedded.postgres_data_dir import find_place
from tests.integration.supervisor.conftest import StartOwner, needs_linux, postmaster_pid
from tests.support.product import wait_for


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def add_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")


def test_first_start_makes_a_durable_utf8_cluster_without_a_network_port(data_dir: Path) -> None:
    expected = {
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "fsync": "on",
        "synchronous_commit": "on",
        "listen_addresses": "",
        "password_encryption": "scram-sha-256",
        "jit": "off",
        "checkpoint_timeout": "15min",
    }
    with EmbeddedPostgres(data_dir) as server:
        shown = {name: value(server.url, f"SHOW {name}") for name in expected}
        locale = value(
            server.url,
            "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'cobranca'",
        )
    assert shown == expected
    assert locale == "bC.UTF-8"


def test_password_is_needed_and_only_its_owner_may_read_it(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        password = (data_dir / "postgres/password").read_text(encoding="ascii")
        assert password in server.url
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url.replace(password, "wrong"))
    assert (data_dir / "postgres/password").stat().st_mode & 0o777 == 0o600


def test_second_start_keeps_rows_and_address(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        add_row(server.url)
        first_url = server.url
    with EmbeddedPostgres(data_dir) as server:
        assert server.url == first_url
        assert value(server.url, "SELECT number FROM kept") == 7


def test_nothing_is_left_running_after_stop(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    server.start()
    pid = server.pid
    assert pid is not None
    server.stop()
    server.stop()
    assert not is_alive(pid)
    assert pids_working_in(data_dir / "postgres/cluster") == set()


def test_second_server_on_the_same_folder_is_refused_in_words(
    data_dir: Path, start_owner: StartOwner
) -> None:
    start_owner(data_dir)
    with pytest.raises(StartError, match="in use by another running Cobrança"):
        EmbeddedPostgres(data_dir).start()


@needs_linux
def test_server_ends_when_its_owner_is_killed(data_dir: Path, start_owner: StartOwner) -> None:
    owner, _ = start_owner(data_dir)
    pid = postmaster_pid(data_dir)
    owner.kill()
    owner.wait(timeout=10)
    _wait_until_gone(pid)


def test_start_after_owner_and_postmaster_were_killed_keeps_what_was_committed(
    data_dir: Path, start_owner: StartOwner
) -> None:
    owner, url = start_owner(data_dir)
    add_row(url)
    pid = postmaster_pid(data_dir)
    os.kill(owner.pid, signal.SIGSTOP)  # It must not see its child die.
    os.kill(pid, signal.SIGKILL)
    owner.kill()
    owner.wait(timeout=10)
    with EmbeddedPostgres(data_dir) as server:
        assert value(server.url, "SELECT number FROM kept") == 7


@needs_linux
def test_start_ends_a_busy_backend_that_outlived_its_postmaster(
    data_dir: Path, start_owner: StartOwner
) -> None:
    owner, url = start_owner(data_dir)
    busy = psycopg.connect(url)
    backend = busy.info.backend_pid
    endless = "SELECT sum(sqrt(n)) FROM generate_series(1, 1000000000000) n"
    thread = threading.Thread(target=_ignore_loss, args=(busy, endless), daemon=True)
    thread.start()
    _wait_until_busy(backend)
    os.kill(owner.pid, signal.SIGSTOP)
    os.kill(postmaster_pid(data_dir), signal.SIGKILL)
    owner.kill()
    owner.wait(timeout=10)
    assert is_alive(backend)
    with EmbeddedPostgres(data_dir) as server:
        assert value(server.url, "SELECT 1") == 1
        assert not is_alive(backend)
    thread.join(60)
    assert not thread.is_alive()
    busy.close()


def test_start_ends_an_orphaned_postmaster(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        add_row(server.url)
    place = find_place(data_dir / "postgres", outer=data_dir)
    sockets = data_dir / "postgres"
    if place.account is not None:
        os.chown(sockets, place.account.uid, place.account.gid)
    orphan = spawn(
        [place.programs / "postgres", "-D", place.cluster, "-k", sockets],
        output=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin"},
        death_signal=signal.SIGKILL,
        account=place.account,
    )
    wait_for((place.cluster / "postmaster.pid").exists, 60, "the postmaster")
    with EmbeddedPostgres(data_dir) as server:
        assert orphan.wait(10) is not None
        assert value(server.url, "SELECT number FROM kept") == 7


def test_revive_brings_a_killed_server_back_at_the_same_address(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        add_row(server.url)
        url = server.url
        os.kill(server.pid or 0, signal.SIGKILL)
        wait_for(lambda: server.pid is None, 60, "the server's end")
        server.revive()
        assert server.url == url
        assert value(url, "SELECT number FROM kept") == 7


def test_half_made_cluster_is_thrown_away(data_dir: Path) -> None:
    half_made = data_dir / "postgres/building-abc/base"
    half_made.mkdir(parents=True)
    with EmbeddedPostgres(data_dir) as server:
        assert value(server.url, "SELECT 1") == 1
    assert not half_made.parent.exists()


def test_stale_pid_file_that_names_another_program_is_no_hindrance(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        pass
    stale = data_dir / "postgres/cluster/postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n", encoding="utf-8")
    with EmbeddedPostgres(data_dir) as server:
        assert value(server.url, "SELECT 1") == 1


def test_lost_password_is_replaced_by_a_new_one(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        add_row(server.url)
    (data_dir / "postgres/password").unlink()
    with EmbeddedPostgres(data_dir) as server:
        assert value(server.url, "SELECT number FROM kept") == 7


def test_folder_too_deep_for_a_socket_gets_one_elsewhere_and_leaves_none(data_dir: Path) -> None:
    deep = data_dir / ("d" * 60) / ("e" * 60)
    server = EmbeddedPostgres(deep)
    with server:
        sockets = Path((deep / "postgres/sockets").read_text(encoding="utf-8"))
        assert len(str(sockets)) < 60
        assert value(server.url, "SELECT 1") == 1
    assert not sockets.exists()


def test_values_of_rows_never_reach_the_log(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE payer (email text UNIQUE)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO payer VALUES ('ana@x.example'), ('ana@x.example')")
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            connection.execute("SELECT 'ana@x.example'")
    assert "ana@x.example" not in server.log_path.read_text(encoding="utf-8")


def test_full_disk_is_said_before_anything_is_written(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")._replace(free=1024)
    monkeypatch.setattr(postgres.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(StartError, match="Free some space"):
        EmbeddedPostgres(data_dir).start()
    assert not (data_dir / "postgres/cluster").exists()


def test_failed_start_tells_what_postgresql_said_and_frees_the_folder(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        pass
    control = data_dir / "postgres/cluster/global/pg_control"
    kept = control.read_bytes()
    control.write_bytes(b"\0" * len(kept))
    with pytest.raises(StartError, match=r"PostgreSQL said .*\n.*(FATAL|PANIC)"):
        EmbeddedPostgres(data_dir).start()
    control.write_bytes(kept)
    with EmbeddedPostgres(data_dir) as server:
        assert value(server.url, "SELECT 1") == 1


def test_cluster_of_another_major_version_is_named(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        pass
    (data_dir / "postgres/cluster/PG_VERSION").write_text("15\n", encoding="ascii")
    with pytest.raises(StartError, match="was made by PostgreSQL 15"):
        EmbeddedPostgres(data_dir).start()


def test_socket_folder_is_closed_to_other_accounts(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        run = data_dir / "postgres/run"
        assert run.stat().st_mode & 0o777 == 0o700
        assert any(stat for stat in run.iterdir() if stat.is_socket())


def _ignore_loss(connection: psycopg.Connection, query: str) -> None:
    try:
        connection.execute(query.encode())
    except psycopg.Error:
        return


def _wait_until_busy(pid: int) -> None:
    def seconds_used() -> int:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return int(fields[11])

    first = seconds_used()
    until = time.monotonic() + 20
    while seconds_used() < first + 10:
        assert time.monotonic() < until
        time.sleep(0.02)


def _wait_until_gone(pid: int) -> None:
    until = time.monotonic() + 20
    while is_alive(pid):
        assert time.monotonic() < until
        time.sleep(0.02)
