"""Serves an application by HTTP, in a process of its own or beside a process's other work."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn

from cobranca.http.connection import Bounds, bounded_by

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from starlette.types import ASGIApp

#: What uvicorn itself ends with then.
_START_FAILED = 3


def serve(app: ASGIApp, *, host: str, port: int, stop_s: int) -> None:
    """Serve, and return after SIGINT or SIGTERM, `stop_s` seconds later at the most.

    Raises:
        SystemExit: the application cannot begin, or the port cannot be had; the log says why.
    """
    # uvicorn stops in good order and sends itself the signal once more; as it comes, SIGTERM would
    # then end the process without Python's clean-up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = uvicorn.Server(_config(app, host=host, port=port, stop_s=stop_s, bounds=Bounds()))
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_START_FAILED)


@asynccontextmanager
async def served(
    app: ASGIApp, *, host: str, port: int, stop_s: int = 1, bounds: Bounds | None = None
) -> AsyncGenerator[int]:
    """Serve in this loop while the body runs, and give the port; signals stay the process's own.

    Raises:
        OSError: the port cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=100) as listening:
        config = _config(app, host=host, port=port, stop_s=stop_s, bounds=bounds or Bounds())
        server = _Guest(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await server.begun.wait()
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


class _Guest(uvicorn.Server):
    """A server in a process whose signals are not its business."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        #: Set when it serves, or cannot.
        self.begun = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.begun.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _config(app: ASGIApp, *, host: str, port: int, stop_s: int, bounds: Bounds) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=bounded_by(bounds),
        ws="none",
        log_config=None,  # Its lines go where every library's go.
        log_level="error",  # Below that it tells of each stranger who speaks no HTTP.
        access_log=False,
        proxy_headers=False,  # The peer is the socket's, never what a header says of it.
        timeout_graceful_shutdown=stop_s,
        server_header=False,
    )
