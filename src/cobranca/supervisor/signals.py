"""How the supervisor takes the signals that ask it to stop."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator


@contextlib.contextmanager
def signals_as_interrupt() -> Generator[None]:
    """Let SIGTERM and SIGHUP unwind the program as Ctrl-C does. For the main thread."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    with _handlers(interrupt, (signal.SIGTERM, signal.SIGHUP)):
        yield


@contextlib.contextmanager
def signals_ignored() -> Generator[None]:
    """An impatient second Ctrl-C must not leave half of the processes running."""
    with _handlers(signal.SIG_IGN, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)):
        yield


@contextlib.contextmanager
def _handlers(handler: Any, numbers: tuple[signal.Signals, ...]) -> Generator[None]:
    before = {number: signal.getsignal(number) for number in numbers}
    for number, old in before.items():
        if old is not signal.SIG_IGN:  # Under nohup, a hang-up stays ignored.
            signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
