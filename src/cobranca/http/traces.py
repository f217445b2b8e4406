"""A span for each HTTP call, as a child of the caller's when it sends a `traceparent`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.infra.tracing import span

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Probes and scrapes, which say nothing, and streams, which end hours later.
_UNTRACED = ("/health", "/ready", "/metrics", "/progress")


class Traced:
    """Wraps an application that is to be traced."""

    def __init__(self, app: ASGIApp) -> None:
        """Trace what `app` answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on within a span."""
        if scope["type"] != "http" or scope["path"].endswith(_UNTRACED):
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        with span(method, parent=_traceparent(scope), server=True) as s:
            s.note(http__request__method=method)

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    status = message["status"]
                    s.note(http__response__status_code=status)
                    if status >= 500:
                        s.fail(str(status))
                await send(message)

            await self._app(scope, receive, noted)
            # The template, never the path: a path may hold what somebody searched for.
            route = getattr(scope.get("route"), "path", None)
            if route is not None:
                s.rename(f"{method} {route}")
                s.note(http__route=route)


def _traceparent(scope: Scope) -> str | None:
    given = dict(scope["headers"]).get(b"traceparent")
    return given.decode("latin-1") if given is not None else None
