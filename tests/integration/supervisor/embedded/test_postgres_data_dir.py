"""PostgreSQL runs for root and for an ordinary user, also where others may not enter."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from cobranca.supervisor.embedded import accounts, postgres_data_dir
from cobranca.supervisor.embedded.child_process import StartError
from cobranca.supervisor.embedded.postgres import EmbeddedPostgres
from tests.integration.supervisor.conftest import needs_root

_AS_USER = """
import os, sys
from pathlib import Path
import psycopg
from cobranca.supervisor.embedded.nats import EmbeddedNats
from cobranca.supervisor.embedded.postgres import EmbeddedPostgres
for _ in range(2):
    with EmbeddedPostgres(Path(sys.argv[1])) as server, psycopg.connect(server.url) as connection:
        print(os.geteuid(), connection.execute("SELECT 1").fetchone())
"""


@pytest.fixture
def closed(data_dir: Path) -> Path:
    """Return a data folder below one that only we may enter."""
    home = data_dir / "home"
    home.mkdir(parents=True)
    home.chmod(0o700)
    return home / "data"


@needs_root
def test_root_puts_the_cluster_where_its_account_may_enter(closed: Path, data_dir: Path) -> None:
    outer = data_dir / "outer"
    for _ in range(2):
        with EmbeddedPostgres(closed, outer=outer) as server:
            assert _answers(server.url)
    home = Path((closed / "postgres/location").read_text(encoding="utf-8"))
    assert home.parent == outer
    assert [entry for entry in outer.iterdir() if entry.name.startswith("cluster-")] == [home]
    assert (home / "data_dir").read_text(encoding="utf-8").strip() == str(closed)


@needs_root
def test_root_copies_programs_that_its_account_cannot_reach(
    closed: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = postgres_data_dir.installed_programs().parent
    hidden = closed.parent / "site-packages"
    shutil.copytree(package, hidden / package.name)
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, hidden / libraries.name)
    monkeypatch.setattr(
        postgres_data_dir, "installed_programs", lambda: hidden / package.name / "pginstall"
    )
    outer = data_dir / "outer"
    for _ in range(2):
        with EmbeddedPostgres(closed, outer=outer) as server:
            assert _answers(server.url)
    names = [entry.name.partition("-")[0] for entry in outer.iterdir()]
    assert sorted(names) == ["cluster", "postgresql"]


@needs_root
def test_cluster_that_vanished_from_its_noted_place_is_not_begun_anew(
    closed: Path, data_dir: Path
) -> None:
    with EmbeddedPostgres(closed, outer=data_dir / "outer"):
        pass
    shutil.rmtree(data_dir / "outer")
    with pytest.raises(StartError, match="Bring it back"):
        EmbeddedPostgres(closed, outer=data_dir / "outer").start()


@needs_root
def test_root_never_runs_the_server_as_root(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        assert server.pid is not None
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0


@needs_root
def test_root_without_any_account_is_told_what_to_do(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "_existing", lambda _names: None)
    monkeypatch.setattr(accounts, "_made", lambda: None)
    with pytest.raises(StartError, match="useradd --system cobranca"):
        EmbeddedPostgres(data_dir).start()


@needs_root
def test_ordinary_user_starts_it_as_themselves(data_dir: Path) -> None:
    user = pwd.getpwnam("nobody")
    data_dir.mkdir()
    os.chown(data_dir, user.pw_uid, user.pw_gid)
    data_dir.chmod(0o700)
    done = _run_as(user, _AS_USER, str(data_dir))
    assert done.stdout.splitlines() == [f"{user.pw_uid} (1,)"] * 2, done.stderr
    assert (data_dir / "postgres/cluster").stat().st_uid == user.pw_uid


@needs_root
def test_cluster_of_another_user_is_refused_in_words(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        pass
    user = pwd.getpwnam("nobody")
    os.chown(data_dir / "postgres", user.pw_uid, user.pw_gid)
    os.chown(data_dir / "postgres/lock", user.pw_uid, user.pw_gid)
    done = _run_as(user, _AS_USER, str(data_dir))
    assert done.returncode == 1
    assert "run as that user or root" in done.stderr


def _answers(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def _run_as(
    user: pwd.struct_passwd, code: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run Python code as the user, with an interpreter that they may use."""
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    paths = [
        str(Path(postgres_data_dir.__file__).parents[3]),
        str(Path(psycopg.__file__).parents[1]),
    ]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        try:
            return subprocess.run(
                [python, "-c", code, *arguments],
                capture_output=True,
                text=True,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(paths)},
                check=False,
                **identity,
            )
        except (PermissionError, FileNotFoundError):
            continue
    pytest.skip(f"no Python {version} that user {user.pw_name} may run")
