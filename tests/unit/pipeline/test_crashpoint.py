"""Crash points: off they do nothing, armed they act once; and the list is that of the code."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cobranca.pipeline import crashpoint
from cobranca.pipeline.crashpoint import ACTIONS, POINTS, VARIABLE, CrashError, armed

SOURCE = Path(crashpoint.__file__).parents[1]


@pytest.fixture
def token(tmp_path: Path) -> Path:
    token = tmp_path / "to:ken"
    token.touch()
    return token


def process(spec: str) -> subprocess.Popen[bytes]:
    """Start a process that comes to two points and ends with 3."""
    code = (
        "from cobranca.pipeline.crashpoint import crashpoint\n"
        "crashpoint('pdfs-rendered'); crashpoint('pdfs-stored')\n"
        "raise SystemExit(3)"
    )
    return subprocess.Popen([sys.executable, "-c", code], env=os.environ | {VARIABLE: spec})


def test_points_are_off_by_default() -> None:
    assert VARIABLE not in os.environ
    assert crashpoint.crashpoint is armed("")
    for name in POINTS:
        crashpoint.crashpoint(name)  # pyright: ignore[reportArgumentType]


def test_an_armed_point_raises_once(token: Path) -> None:
    point = armed(f"pdfs-stored:raise:{token}")
    point("pdfs-rendered")
    assert token.exists()
    with pytest.raises(CrashError, match="pdfs-stored"):
        point("pdfs-stored")
    assert not token.exists()
    point("pdfs-stored")


def test_several_points_are_armed_by_their_tokens(token: Path) -> None:
    other = token.with_name("other")
    point = armed(f"pdfs-stored:raise:{token},pdfs-rendered:raise:{other}")
    point("pdfs-rendered")
    other.touch()
    with pytest.raises(CrashError):
        point("pdfs-rendered")
    with pytest.raises(CrashError):
        point("pdfs-stored")


def test_one_of_several_processes_is_killed(token: Path) -> None:
    processes = [process(f"pdfs-stored:kill:{token}") for _ in range(3)]
    codes = sorted(each.wait(60) for each in processes)
    assert codes == [-signal.SIGKILL, 3, 3]


def test_a_stopped_process_goes_on_when_it_is_told_to(token: Path) -> None:
    stopped = process(f"pdfs-stored:stop:{token}")
    try:
        _, status = os.waitpid(stopped.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        assert not token.exists()
        stopped.send_signal(signal.SIGCONT)
        assert stopped.wait(60) == 3
    finally:
        stopped.kill()


@pytest.mark.parametrize(
    "spec", ["nowhere:kill:t", "pdfs-stored:faint:t", "pdfs-stored:kill", "pdfs-stored", ":kill:t",
             "pdfs-stored:kill:", "pdfs-stored:kill:t,"]
)  # fmt: skip
def test_what_cannot_be_armed_ends_the_start(spec: str) -> None:
    with pytest.raises(ValueError, match=VARIABLE):
        armed(spec)


def test_every_point_is_in_the_code_once_and_every_one_there_is_listed() -> None:
    assert Counter(_called()) == Counter(POINTS)
    assert {"kill", "raise", "stop"} == ACTIONS


def _called() -> Iterator[str]:
    """Yield the name at each call; one that is no literal fails the comparison."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("crashpoint"):
                (name,) = node.args
                yield ast.unparse(name).strip("'")
