"""Child processes: start them so that they die with their parent, end them, find an earlier run's.

Knows nothing of PostgreSQL or NATS. Linux gives the most (death signals, /proc); elsewhere the same
calls work with less: what an earlier run left is then found by its pid file alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_PR_SET_PDEATHSIG = 1
_POLL_S = 0.02
_PROC = Path("/proc")

#: Signals to send one after another, each with the seconds to wait before the next.
Steps = tuple[tuple[signal.Signals, float], ...]


class StartError(RuntimeError):
    """A part of the product cannot start; the message says what a person can do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The system account that a child process runs under."""

    name: str
    uid: int
    gid: int


def spawn(
    argv: Sequence[str | Path],
    *,
    output: IO[bytes] | int,
    env: Mapping[str, str],
    death_signal: signal.Signals,
    account: Account | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that the terminal's Ctrl-C reaches only us.

    On Linux the kernel sends `death_signal` to it when the thread that called this ends: call from
    a thread that lives as long as the child should.

    Raises:
        StartError: the program or the account cannot be used.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - argv is built by the callers, never by a shell
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_death_signal_setter(death_signal),  # noqa: PLW1509 - one system call only
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except OSError as error:
        who = f" as user {account.name}" if account else ""
        raise StartError(f"Cannot run {argv[0]}{who}: {error.strerror or error}.") from error


def run(
    argv: Sequence[str | Path],
    *,
    account: Account | None,
    env: Mapping[str, str],
    stdin: str = "",
    timeout_s: float = 120.0,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end with `/` as its folder and keep what it prints."""
    try:
        return subprocess.run(  # noqa: S603 - argv is built by the callers, never by a shell
            [str(part) for part in argv],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=dict(env),
            cwd="/",
            timeout=timeout_s,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        who = f" as user {account.name}" if account else ""
        raise StartError(f"Cannot run {argv[0]}{who}: {error}.") from error


def end(process: subprocess.Popen[bytes], steps: Steps) -> None:
    """Send the signals in turn until the child is gone; SIGKILL comes last in any case."""
    end_all([process], steps)


def end_all(processes: Iterable[subprocess.Popen[bytes]], steps: Steps) -> None:
    """Do the same to several children at once, so that they share the waiting."""
    left = [process for process in processes if process.poll() is None]
    for number, wait_s in (*steps, (signal.SIGKILL, 10.0)):
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
        until = time.monotonic() + wait_s
        while left and time.monotonic() < until:
            time.sleep(_POLL_S)
            left = [process for process in left if process.poll() is None]
        if not left:
            return


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what a child that has ended started itself: all of it is in the child's own group."""
    if process.poll() is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def end_strangers(pids: Iterable[int], steps: Steps) -> None:
    """Do the same to processes that are not children of this one."""
    left = set(pids)
    for number, wait_s in (*steps, (signal.SIGKILL, 10.0)):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        until = time.monotonic() + wait_s
        while left and time.monotonic() < until:
            left = {pid for pid in left if is_alive(pid)}
            time.sleep(_POLL_S)
        if not left:
            return


def is_alive(pid: int) -> bool:
    """Whether the process runs (a zombie that nobody has waited for does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return not _PROC.joinpath("self").exists()
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def command_has(pid: int, text: str) -> bool:
    """Whether the process lives and `text` stands in its command line, so that a pid given to
    another program meanwhile is left alone."""
    if not is_alive(pid):
        return False
    try:
        line = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        listed = subprocess.run(  # noqa: S603 - a number is all that varies
            ["/bin/ps", "-o", "command=", "-p", str(pid)],
            capture_output=True,
            check=False,
        )
        line = listed.stdout
    return text.encode() in line


def pids_working_in(folder: Path) -> set[int]:
    """Processes whose current folder is `folder`; empty where there is no /proc."""
    found: set[int] = set()
    wanted = folder.resolve()
    for entry in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == wanted:
                found.add(int(entry.name))
    return found


class FolderLock:
    """Held by one process at a time; the kernel frees it when that process ends, however."""

    def __init__(self, path: Path, refusal: str) -> None:
        """Keep the lock file's path and what to say when another process holds it."""
        self._path = path
        self._refusal = refusal
        self._fd: int | None = None

    def acquire(self) -> None:
        """Take the lock at once, or raise StartError with the refusal."""
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            raise StartError(self._refusal) from None
        self._fd = fd

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._fd is not None

    def release(self) -> None:
        """Free the lock; again is harmless."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def open_log(path: Path) -> IO[bytes]:
    """Open a log for appending, so that `trim_log` can shorten it under the writer's hands."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    return os.fdopen(fd, "ab", buffering=0)


def trim_log(path: Path, *, bytes_max: int = 8 * 1024 * 1024) -> None:
    """Move a log that has grown large into `<name>.1`, over the one before.

    The program that writes it keeps its open file: the content is copied, then cut, and a line
    written between the two may be lost. In exchange a log never depends on who reads it.
    """
    if path.exists() and path.stat().st_size > bytes_max:
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)


def read_from(path: Path, offset: int, *, bytes_max: int = 16_384) -> str:
    """Return what a log has gained since `offset`, its last `bytes_max` bytes at most."""
    with path.open("rb") as log:
        size = log.seek(0, os.SEEK_END)
        log.seek(max(offset, size - bytes_max) if offset <= size else 0)
        return log.read(bytes_max).decode("utf-8", "replace").strip()


def _death_signal_setter(number: signal.Signals) -> Callable[[], None] | None:
    """Return the call to make between fork and exec; what can fail or lock is done beforehand."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()
    value = int(number)

    def set_death_signal() -> None:
        prctl(_PR_SET_PDEATHSIG, value, 0, 0, 0)
        if os.getppid() != parent:  # The parent died before the request was in force.
            os._exit(1)

    return set_death_signal
