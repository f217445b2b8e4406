"""`cobranca up` with the real processes: it starts, heals, refuses in words, and leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from cobranca.infra.settings import Settings
from cobranca.supervisor import stack
from cobranca.supervisor.child_environment import child_environment
from cobranca.supervisor.embedded.child_process import StartError, command_has, is_alive
from cobranca.supervisor.embedded.free_port import free_port
from cobranca.supervisor.ports import responds
from cobranca.supervisor.stack import Stack, running_stack
from tests.integration.supervisor.conftest import needs_linux, postmaster_pid

pytestmark = pytest.mark.stack

_UP = [sys.executable, "-c", "from cobranca.cli import main; main()", "up"]
_READY_S = 240.0


@contextmanager
def started(data_dir: Path, **changes: str) -> Iterator[subprocess.Popen[str]]:
    """Run `cobranca up` on free ports; what it prints goes to a file beside the data folder."""
    with (
        data_dir.with_name("up.log").open("w") as log,
        subprocess.Popen(
            _UP, stdout=log, stderr=log, text=True, env=environment(data_dir, **changes)
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(60)
            finally:
                process.kill()


def environment(data_dir: Path, **changes: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("COBRANCA_")}
    ports = {name: str(free_port("127.0.0.1")) for name in ("API", "UI")}
    return {
        **own,
        "COBRANCA_DATA_DIR": str(data_dir),
        "COBRANCA_API_PORT": ports["API"],
        "COBRANCA_UI_PORT": ports["UI"],
        "COBRANCA_WORKERS": "1",
        **changes,
    }


def wait_until(holds: Callable[[], bool], what: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + _READY_S
    while not holds():
        assert process.poll() is None, f"it ended while waiting: {what}"
        assert time.monotonic() < until, what
        time.sleep(0.05)


def read_note(data_dir: Path) -> dict[str, Any]:
    try:
        return json.loads((data_dir / "stack.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"ready": False, "pids": {}}


def test_it_starts_heals_refuses_a_second_one_and_leaves_nothing(data_dir: Path) -> None:
    with started(data_dir) as up:
        wait_until(lambda: read_note(data_dir)["ready"], "ready", up)
        note = read_note(data_dir)
        assert set(note["pids"]) == {"api", "worker-1", "scheduler", "ui"}
        assert responds(f"{note['api_url']}/ready", None)
        assert responds(f"{note['ui_url']}/config.json", None)

        second = subprocess.run(
            _UP, capture_output=True, text=True, env=environment(data_dir), check=False, timeout=120
        )
        assert second.returncode == 1
        assert f"already runs for the data folder {data_dir} at {note['ui_url']}" in second.stderr

        _check_healing(data_dir, note, up)

        pids = [*read_note(data_dir)["pids"].values(), postmaster_pid(data_dir)]
        up.send_signal(signal.SIGTERM)
        assert up.wait(60) == 0
        assert [pid for pid in pids if is_alive(pid)] == []
        assert not (data_dir / "stack.json").exists()


def _check_healing(data_dir: Path, note: dict[str, Any], up: subprocess.Popen[str]) -> None:
    """Kill one of each kind at once."""
    postmaster = postmaster_pid(data_dir)
    nats = int((data_dir / "nats/pid").read_text(encoding="ascii"))
    for pid in (note["pids"]["worker-1"], note["pids"]["api"], postmaster, nats):
        os.kill(pid, signal.SIGKILL)

    def healed() -> bool:
        pids = read_note(data_dir)["pids"]
        return (
            pids["worker-1"] != note["pids"]["worker-1"]
            and pids["api"] != note["pids"]["api"]
            and responds(f"{note['api_url']}/ready", None)
        )

    wait_until(healed, "healed", up)


def test_words_that_nobody_can_read_any_more_end_no_supervision(data_dir: Path) -> None:
    def gone(_line: str) -> None:
        raise BrokenPipeError

    Stack(Settings(data_dir=data_dir), ui=True, say=gone)._tell("NATS stopped")


def test_an_end_waits_for_no_more_than_ten_seconds() -> None:
    waits_s = (stack.ACTING_S, stack.DRAIN_S, stack.NATS_STOP_S, stack.POSTGRES_STOP_S)
    assert sum(waits_s) <= 10


@needs_linux
def test_start_after_a_killed_supervisor_meets_no_hindrance(data_dir: Path) -> None:
    ports = environment(data_dir)
    same = {name: ports[name] for name in ("COBRANCA_API_PORT", "COBRANCA_UI_PORT")}
    with started(data_dir, **same) as first:
        wait_until(lambda: read_note(data_dir)["ready"], "ready", first)
        old = read_note(data_dir)["pids"]
        first.kill()
        first.wait(10)
        with started(data_dir, **same) as second:
            wait_until(
                lambda: read_note(data_dir)["ready"] and read_note(data_dir)["pids"] != old,
                "ready again",
                second,
            )
            assert not any(command_has(pid, "cobranca.") for pid in old.values())


def test_other_commands_find_the_running_one_and_do_not_end_it(data_dir: Path) -> None:
    with started(data_dir) as up:
        wait_until(lambda: read_note(data_dir)["ready"], "ready", up)
        with running_stack(Settings(data_dir=data_dir), ui=False, say=_ignore) as addresses:
            assert addresses.api_url == read_note(data_dir)["api_url"]
        assert responds(f"{addresses.api_url}/ready", None)


@pytest.mark.parametrize("setting", ["COBRANCA_API_PORT", "COBRANCA_UI_PORT"])
def test_taken_port_is_refused_with_the_name_of_its_setting(data_dir: Path, setting: str) -> None:
    with ExitStack() as taken:
        port = taken.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
        done = subprocess.run(
            _UP,
            capture_output=True,
            text=True,
            env=environment(data_dir, **{setting: str(port)}),
            check=False,
            timeout=120,
        )
    assert done.returncode == 1
    assert f"set {setting} to another port" in done.stderr
    assert "Traceback" not in done.stderr


def test_open_address_without_a_key_is_refused(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, host="0.0.0.0", api_key=None)  # noqa: S104
    with (
        pytest.raises(StartError, match="COBRANCA_API_KEY"),
        running_stack(settings, ui=False, say=_ignore),
    ):
        pass
    assert not data_dir.exists()


def test_children_get_exactly_the_settings_of_their_supervisor(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(
        data_dir=data_dir, mail="simulate", api_key="k" * 20, SMTP_URL=None, batch_rows=7
    )
    settings = settings.model_copy(
        update={"beneficiary": settings.beneficiary.model_copy(update={"name": "Ação Ltda"})}
    )
    monkeypatch.setenv("SMTP_URL", "smtp://left.over")
    database_url = "postgresql://d"
    env = child_environment(settings, data_dir=data_dir, database_url=database_url, nats_url="n")
    assert "SMTP_URL" not in env
    for name in list(os.environ):
        if name.startswith("COBRANCA_") or name.endswith("_URL"):
            monkeypatch.delenv(name)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    expected = settings.model_copy(update={"database_url": database_url, "nats_url": "n"})
    assert Settings() == expected


def _ignore(_line: str) -> None:
    """Nobody reads it here."""
