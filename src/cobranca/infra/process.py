"""How a process of the product begins and ends: settings, log, traces, metrics, signals."""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import uvloop

from cobranca.infra.log import get_logger, log_uncaught, set_up_logging
from cobranca.infra.settings import Settings, get_settings
from cobranca.infra.settings_check import unread_settings
from cobranca.infra.tracing import set_up_tracing, stop_tracing

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator


#: Longer than a clean-up takes.
_CANCEL_AGAIN_S = 5.0


def begin(name: str) -> Settings:
    """Read the settings, and begin this process's log and traces under its name."""
    settings = get_settings()
    set_up_logging(settings.log_level, name)
    log_uncaught()
    for message in unread_settings():
        get_logger().warning("setting_not_read", detail=message)
    set_up_tracing(name)
    return settings


@contextmanager
def begun(name: str) -> Generator[Settings]:
    """Do the same around the body, and export the last traces after it."""
    settings = begin(name)
    try:
        yield settings
    finally:
        stop_tracing()


def run(name: str, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a process that has no HTTP API until it ends or is told to."""
    # What was imported lives as long as the process: the collector need not go through it again.
    gc.collect()
    gc.freeze()
    with (
        begun(name),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        suppress(asyncio.CancelledError),
    ):
        runner.run(_until_told(main))


async def _until_told(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """End on SIGTERM, which is ignored by whatever is a container's first process unless asked.

    `main` may take the signals over for an end of its own.
    """
    task = asyncio.ensure_future(main())
    loop = asyncio.get_running_loop()

    def end() -> None:
        """Cancel, and again: a wait_for of Python 3.11 that is just done swallows it."""
        if not task.done():
            task.cancel()
            loop.call_later(_CANCEL_AGAIN_S, end)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    await task
