"""When root starts the stack, its processes give root's rights away wherever they can."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cobranca.infra.settings import SETTINGS_GIVEN, Settings, get_settings
from cobranca.supervisor import child_account
from cobranca.supervisor.child import Child
from cobranca.supervisor.child_account import ChildAccount, find_child_account, give_data
from cobranca.supervisor.child_environment import child_environment
from cobranca.supervisor.data_dir import prepare_data_dir
from cobranca.supervisor.embedded import accounts
from cobranca.supervisor.embedded.child_process import Account, StartError
from cobranca.supervisor.embedded.files import give
from cobranca.supervisor.embedded.nats import EmbeddedNats
from tests.integration.supervisor.conftest import needs_linux, needs_root
from tests.support.product import wait_for

NOBODY = Account(name="nobody", uid=65534, gid=65534)
#: Writes who it is, and what it may do, into the folder that it was given.
_PROGRAM = """
import os, pathlib, sys
folder = pathlib.Path(sys.argv[1])
def may(act):
    try:
        act()
    except PermissionError:
        return "no"
    return "yes"
told = [
    os.getuid(), os.getgid(), os.getgroups(), os.environ["HOME"],
    may((folder / "cobranca.env").read_bytes), may((folder / "storage/old/kept").read_bytes),
    may(lambda: (folder / "storage/made").write_text("x")),
    may(lambda: (folder / "logs/made").write_text("x")),
]
part = folder / "incoming/part"
part.write_text(repr(told))
part.rename(folder / "incoming/told")
"""


@pytest.fixture
def prepared(data_dir: Path) -> Path:
    """Return a data folder that root has used until now."""
    data_dir.mkdir(mode=0o711)
    (data_dir / "cobranca.env").write_text("COBRANCA_WORKERS=3", encoding="utf-8")
    prepare_data_dir(data_dir)
    (data_dir / "storage" / "old").mkdir(mode=0o700)
    (data_dir / "storage" / "old" / "kept").write_text("x", encoding="utf-8")
    (data_dir / "storage" / "old" / "kept").chmod(0o600)
    return data_dir


@pytest.fixture
def reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the account do what the tests' own Python, wherever it is, may not let it do."""
    monkeypatch.setattr(child_account, "cluster_account", lambda _: NOBODY)
    monkeypatch.setattr(child_account, "can", lambda *_: True)
    monkeypatch.setattr(child_account, "_can_import", lambda _: True)


@needs_root
@needs_linux
@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="needs a Python for all")
def test_process_runs_as_the_account_and_owns_what_it_writes(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = prepared.parent / "programs" / "told_program.py"
    program.parent.mkdir()
    program.parent.chmod(0o755)
    program.write_text(_PROGRAM, encoding="utf-8")
    program.chmod(0o644)
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    give_data(prepared, NOBODY)
    child = Child(
        name="told", module="told_program", arguments=(str(prepared),), account=NOBODY,
        log_path=prepared / "logs" / "told.log",
        environment={
            "PYTHONPATH": str(program.parent), **ChildAccount(account=NOBODY).environment(),
        },
    )  # fmt: skip
    child.start(os.environ)
    told = prepared / "incoming" / "told"
    wait_for(lambda: told.exists() or not child.alive, 60, "the program")
    assert told.exists(), child.last_words()
    home = ChildAccount(account=NOBODY).environment()["HOME"]
    assert told.read_text(encoding="utf-8") == repr(
        [65534, 65534, [], home, "no", "yes", "yes", "no"]
    )
    assert child.log_path.stat().st_uid == 0
    wait_for(lambda: not child.alive, 60, "the end of the program")


@needs_root
def test_account_is_the_servers_when_it_can_do_all(prepared: Path, reachable: None) -> None:
    assert find_child_account(Settings(), prepared) == ChildAccount(account=NOBODY)


@needs_root
@pytest.mark.parametrize("blocked", [sys.executable, "data", "__init__.py", "nats-server"])
def test_root_stays_and_says_why_where_the_account_cannot(
    prepared: Path, reachable: None, monkeypatch: pytest.MonkeyPatch, blocked: str
) -> None:
    monkeypatch.setattr(
        child_account, "can", lambda _account, _check, path: not str(path).endswith(blocked)
    )
    chosen = find_child_account(Settings(), prepared)
    assert chosen.account is None
    assert chosen.told is not None
    assert "user nobody cannot" in chosen.told
    assert blocked in chosen.told
    assert "\n" not in chosen.told


@needs_root
def test_root_stays_for_a_port_that_only_root_may_have(
    prepared: Path, reachable: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    first.write_text("1024\n", encoding="ascii")
    monkeypatch.setattr(child_account, "_UNPRIVILEGED_PORTS", first)
    chosen = find_child_account(Settings(ui_port=443), prepared)
    assert chosen.account is None
    assert "port 443" in str(chosen.told)
    first.write_text("0\n", encoding="ascii")
    assert find_child_account(Settings(ui_port=443), prepared).account == NOBODY


@needs_root
def test_root_stays_when_there_is_no_account(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "_existing", lambda _: None)
    monkeypatch.setattr(accounts, "_made", lambda: None)
    chosen = find_child_account(Settings(), prepared)
    assert chosen.account is None
    assert "no other account" in str(chosen.told)


@needs_root
def test_python_that_does_not_start_as_the_account_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert not child_account._can_import(NOBODY)
    monkeypatch.setattr(sys, "executable", "/bin/true")
    assert child_account._can_import(NOBODY)


@pytest.mark.skipif(os.geteuid() == 0, reason="for whoever is not root")
def test_ordinary_user_stays_who_they_are(tmp_path: Path) -> None:
    assert find_child_account(Settings(), tmp_path) == ChildAccount()


@needs_root
def test_data_is_given_whole_and_only_its_top_is_taken_back(prepared: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("x", encoding="utf-8")
    storage = prepared / "storage"
    (storage / "old" / "link").symlink_to(outside)
    give_data(prepared, NOBODY)
    owners = {path.lstat().st_uid for path in (storage, *storage.rglob("*"))}
    assert owners == {NOBODY.uid}
    assert outside.stat().st_uid == 0
    assert (prepared / "logs").stat().st_uid == (prepared / "cobranca.env").stat().st_uid == 0
    (storage / "late").write_text("x", encoding="utf-8")
    give_data(prepared, NOBODY)
    assert (storage / "late").stat().st_uid == 0, "what is the account's is not walked again"
    give_data(prepared, None)
    assert storage.stat().st_uid == 0
    give_data(prepared, NOBODY)
    assert (storage / "late").stat().st_uid == NOBODY.uid


@needs_root
def test_folder_that_cannot_be_given_is_told(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    with pytest.raises(StartError, match="cannot be given to user 65534"):
        give(prepared / "storage", uid=NOBODY.uid, gid=NOBODY.gid)


def test_settings_of_the_supervisor_are_all_that_its_processes_read(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = child_environment(
        Settings(workers=2), data_dir=prepared, database_url="postgresql://x", nats_url="nats://x"
    )
    assert env[SETTINGS_GIVEN]
    monkeypatch.setenv("COBRANCA_DATA_DIR", str(prepared))
    get_settings.cache_clear()
    assert get_settings().workers == 3
    get_settings.cache_clear()
    monkeypatch.setenv(SETTINGS_GIVEN, "1")
    assert get_settings().workers == Settings().workers
    get_settings.cache_clear()


@needs_root
@needs_linux
def test_nats_runs_as_the_account_where_it_can(data_dir: Path) -> None:
    server = EmbeddedNats(data_dir)
    program = data_dir.parent / "nats-server"
    # The installed one may lie where nobody can go.
    program.write_bytes(child_account.nats_program().read_bytes())
    program.chmod(0o755)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("cobranca.supervisor.embedded.nats.nats_program", lambda: program)
        prepare_data_dir(data_dir)
        server.account = NOBODY
        with server:
            status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
            assert "Uid:\t65534\t65534\t65534\t65534" in status
            prepare_data_dir(data_dir)  # As a command does that is called meanwhile.
            assert accounts.can(NOBODY, "-w", data_dir / "nats" / "store")
        server.account = None  # Root takes it over again, and gives it back.
        with server:
            assert server.pid is not None
        server.account = NOBODY
        with server:
            assert (data_dir / "nats" / "store").stat().st_uid == NOBODY.uid
    listed = subprocess.run(
        ["ls", data_dir / "nats"], user=NOBODY.uid, group=NOBODY.gid, extra_groups=[],
        capture_output=True, check=False,
    )  # fmt: skip
    assert listed.returncode != 0
