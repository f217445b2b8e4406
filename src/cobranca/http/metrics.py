"""Counts and times HTTP calls by the template of their route, never by their path."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cobranca.infra.metrics import HTTP_REQUESTS, HTTP_SECONDS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Measured:
    """Wraps an application: one count and one time a call, when its answer begins.

    A stream lasts for hours, so the end of an answer says nothing. A call whose client left before
    an answer began has the status `none`.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Measure what `app` answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and measure it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = "none"

        async def measured(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
                _count(scope, status, time.perf_counter() - started)
            await send(message)

        try:
            await self._app(scope, receive, measured)
        finally:
            if status == "none":
                _count(scope, status, time.perf_counter() - started)


def _count(scope: Scope, status: str, seconds: float) -> None:
    """Count one call; a path that no route has, or a refused call, has the route `none`."""
    route = getattr(scope.get("route"), "path", "none")
    method = scope["method"] if scope["method"] in _METHODS else "other"
    HTTP_REQUESTS.labels(route, method, status).inc()
    HTTP_SECONDS.labels(route, method).observe(seconds)
