"""What every answer says to a browser, and to whatever keeps answers on the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Of any answer at all.
ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
#: An answer is data: it loads nothing, and nobody shows it in a frame. The documentation's pages
#: bring a policy of their own.
_POLICY = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
#: Everything else may be about a payer, and is kept by nobody.
_KEPT = ("/openapi.json", "/health")
_KEPT_BELOW = "/static-offline-docs/"


class AnswerHeaders:
    """Adds them to every answer, errors included; what an answer has of its own stays."""

    def __init__(self, app: ASGIApp) -> None:
        """Complete what `app` answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and complete its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict([*ALWAYS, (b"content-security-policy", _POLICY)])
        path = scope["path"]
        if path not in _KEPT and not path.startswith(_KEPT_BELOW):
            given[b"cache-control"] = b"no-store"

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", [])
                names = {name.lower() for name, _ in own}
                message["headers"] = [
                    *own, *((name, value) for name, value in given.items() if name not in names)
                ]  # fmt: skip
            await send(message)

        await self._app(scope, receive, completed)
