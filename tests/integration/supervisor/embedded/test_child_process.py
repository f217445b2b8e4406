"""Child processes, locks and logs, without any server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from cobranca.supervisor.embedded.child_process import (
    FolderLock,
    StartError,
    command_has,
    end,
    end_group,
    end_strangers,
    is_alive,
    open_log,
    pids_working_in,
    read_from,
    spawn,
    trim_log,
)
from tests.integration.supervisor.conftest import needs_linux
from tests.support.product import first_line

if TYPE_CHECKING:
    from pathlib import Path

_DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"


def start(code: str, cwd: Path) -> subprocess.Popen[bytes]:
    return spawn(
        [sys.executable, "-c", f"{code}\nprint('up', flush=True)\nimport time\ntime.sleep(60)"],
        output=subprocess.PIPE,
        env=os.environ,
        death_signal=signal.SIGKILL,
        cwd=cwd,
    )


def wait_until_up(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    with process.stdout:
        assert first_line(process) == "up"


def test_end_kills_a_child_that_does_not_listen(tmp_path: Path) -> None:
    child = start(_DEAF, tmp_path)
    wait_until_up(child)
    end(child, ((signal.SIGTERM, 0.2),))
    assert child.returncode == -signal.SIGKILL


def test_end_lets_a_child_go_that_listens(tmp_path: Path) -> None:
    child = start("", tmp_path)
    wait_until_up(child)
    end(child, ((signal.SIGTERM, 10.0),))
    assert child.returncode == -signal.SIGTERM


@needs_linux
def test_what_a_child_started_itself_ends_with_it(tmp_path: Path) -> None:
    code = "import subprocess, sys\nsubprocess.Popen(['sleep', '61'])"
    child = start(code, tmp_path)
    wait_until_up(child)
    assert len(pids_working_in(tmp_path)) == 2
    end(child, ((signal.SIGTERM, 10.0),))
    assert len(pids_working_in(tmp_path)) == 1
    end_group(child)
    until = time.monotonic() + 10
    while pids_working_in(tmp_path):
        assert time.monotonic() < until


@needs_linux
def test_strangers_are_found_by_their_folder_and_ended(tmp_path: Path) -> None:
    child = start(_DEAF, tmp_path)
    wait_until_up(child)
    assert pids_working_in(tmp_path) == {child.pid}
    end_strangers([child.pid], ((signal.SIGTERM, 0.2),))
    assert child.wait(10) == -signal.SIGKILL
    assert pids_working_in(tmp_path) == set()


def test_zombie_does_not_count_as_alive(tmp_path: Path) -> None:
    child = start("", tmp_path)
    wait_until_up(child)
    os.kill(child.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while is_alive(child.pid):
        assert time.monotonic() < until
    child.wait()


def test_pid_of_another_program_is_not_taken_for_ours(tmp_path: Path) -> None:
    child = start("'a mark'", tmp_path)
    wait_until_up(child)
    assert command_has(child.pid, "a mark")
    assert not command_has(child.pid, "another mark")
    end(child, ())
    assert not command_has(child.pid, "a mark")


def test_program_that_cannot_be_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="no-such-program: No such file"):
        spawn(
            [tmp_path / "no-such-program"],
            output=subprocess.DEVNULL,
            env={},
            death_signal=signal.SIGTERM,
        )


def test_lock_is_held_once_and_freed(tmp_path: Path) -> None:
    first, second = (FolderLock(tmp_path / "lock", "taken") for _ in range(2))
    first.acquire()
    with pytest.raises(StartError, match="taken"):
        second.acquire()
    first.release()
    second.acquire()
    assert second.held
    second.release()


def test_log_is_cut_under_its_writer_and_its_start_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    with open_log(path) as log:
        log.write(b"old" * 10)
        trim_log(path, bytes_max=100)
        assert path.stat().st_size == 30
        trim_log(path, bytes_max=20)
        log.write(b"new")
    assert path.read_bytes() == b"new"
    assert (tmp_path / "a.log.1").read_bytes() == b"old" * 10


def test_read_from_gives_what_was_gained_also_after_a_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"before\nafter\n")
    assert read_from(path, 7) == "after"
    assert read_from(path, 7, bytes_max=3) == "er"
    assert read_from(path, 999) == "before\nafter"
