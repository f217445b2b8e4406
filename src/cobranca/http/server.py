"""Serves an application by HTTP until the process is told to stop."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def serve(app: ASGIApp, *, host: str, port: int, stop_s: int) -> None:
    """Serve, and return after SIGINT or SIGTERM, `stop_s` seconds later at the most."""
    # uvicorn stops in good order and sends itself the signal once more; as it comes, SIGTERM would
    # then end the process without Python's clean-up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # The peer is the socket's, never what a header says of it.
        timeout_graceful_shutdown=stop_s,
        server_header=False,
    )
