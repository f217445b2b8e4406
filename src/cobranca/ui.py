"""Serves the built page: static files, the address of the API, and strict security headers.

The page itself knows no address; it reads /config.json. Any path that is no file is the page, for
its routes are its own.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from cobranca.http.server import serve
from cobranca.infra.settings import Settings, get_settings

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STOP_S = 2
#: The build names a file of /assets by its content, so that it never changes.
_HASHED = re.compile(r"^assets/.+-[\w-]{8,}\.\w+$")
#: A host name comes from the caller and ends up in a header: nothing but names and addresses.
_HOST_NAME = re.compile(r"^[A-Za-z0-9.:_-]{1,253}$")
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_MISSING = """<!doctype html><html lang="pt-BR"><meta charset="utf-8"><title>Cobrança</title>
<h1>A página ainda não foi construída</h1>
<p>Rode <code>make setup</code> na pasta do projeto e comece de novo. A API já responde.</p>
<p lang="en">The page is not built yet: run <code>make setup</code> and start again. The API is up.
"""


def create_app(settings: Settings, folder: Path | None = None) -> Starlette:
    """Return the application that serves the page from `folder` (the installed one by default)."""
    web = (folder or Path(str(files("cobranca") / "web_dist"))).resolve()

    async def page(request: Request) -> Response:
        return _page(web, request.path_params["path"])

    async def config(request: Request) -> Response:
        api_url = _api_url(settings, _host_name(request.scope))
        return JSONResponse({"apiUrl": api_url}, headers={"Cache-Control": "no-store"})

    return Starlette(
        routes=[Route("/config.json", config), Route("/{path:path}", page)],
        middleware=[Middleware(_SecurityHeaders, settings=settings)],
    )


def main() -> None:
    """Run the server until it is told to stop."""
    settings = get_settings()
    serve(create_app(settings), host=settings.host, port=settings.ui_port, stop_s=_STOP_S)


class _SecurityHeaders:
    """Adds the headers to every answer, errors included; the page may talk to the API alone."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = _security_headers(_api_url(self._settings, _host_name(scope)))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *headers]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _page(web: Path, path: str) -> Response:
    """Return the file, or the page itself for a path that is not one."""
    index = web / "index.html"
    if not index.is_file():
        return HTMLResponse(_MISSING, status_code=503, headers={"Cache-Control": "no-store"})
    wanted = web if "\0" in path else (web / path).resolve()
    if wanted.is_relative_to(web) and wanted.is_file():
        cache = _FOREVER if _HASHED.match(path) else _ASK_AGAIN
        return FileResponse(wanted, headers={"Cache-Control": cache})
    if path.startswith("assets/"):  # An old page asks for a file of an earlier build.
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    return FileResponse(index, headers={"Cache-Control": _ASK_AGAIN})


def _api_url(settings: Settings, host_name: str | None) -> str:
    """Return the API's address as the asking browser reaches it."""
    if settings.public_api_url is not None:
        return settings.public_api_url.rstrip("/")
    name = host_name if host_name and _HOST_NAME.match(host_name) else "127.0.0.1"
    shown = f"[{name}]" if ":" in name else name
    return f"http://{shown}:{settings.api_port}"


def _host_name(scope: Scope) -> str | None:
    raw = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    if raw.startswith("["):
        return raw[1:].partition("]")[0]
    return raw.partition(":")[0] or None


def _security_headers(api_url: str) -> list[tuple[bytes, bytes]]:
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            f"connect-src 'self' {api_url}",
            "font-src 'self'",
            "frame-src 'self' blob:",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    named = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
    }
    return [(name.encode(), value.encode("latin-1")) for name, value in named.items()]


if __name__ == "__main__":
    main()
