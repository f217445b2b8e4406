"""Serves the built page: static files, the address of the API, and strict security headers.

The page itself knows no address; it reads /config.json. Any path that is no file is the page, for
its routes are its own. The build has put compressed copies beside the files; the browser's best is
sent.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from cobranca.http.server import serve
from cobranca.infra import process

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from cobranca.infra.settings import Settings

_STOP_S = 2
#: The build names a file of /assets by its content, so that it never changes.
_HASHED = re.compile(r"^assets/.+-[\w-]{8,}\.\w+$")
#: A host name comes from the caller and ends up in a header: nothing but names and addresses.
_HOST_NAME = re.compile(r"^[A-Za-z0-9.:_-]{1,253}$")
#: The document that shows the HTML of a mail, apart from the page.
_MAIL_FRAME = "mail-frame.html"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
#: What the build compresses with, the smallest first, and how its files end.
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
#: What the build makes. The machine's own list may name a script otherwise than browsers want.
_MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_MISSING = """<!doctype html><html lang="pt-BR"><meta charset="utf-8"><title>Cobrança</title>
<h1>A página ainda não foi construída</h1>
<p>Rode <code>make setup</code> na pasta do projeto e comece de novo. A API já responde.</p>
<p lang="en">The page is not built yet: run <code>make setup</code> and start again. The API is up.
"""


def create_app(settings: Settings, folder: Path | None = None) -> ASGIApp:
    """Return the application that serves the page from `folder` (the installed one by default)."""
    web = (folder or Path(str(files("cobranca") / "web_dist"))).resolve()

    async def page(request: Request) -> Response:
        return _page(web, request.path_params["path"], request.headers)

    async def config(request: Request) -> Response:
        api_url = _api_url(settings, _host_name(request.scope))
        return JSONResponse({"apiUrl": api_url}, headers={"Cache-Control": "no-store"})

    routes = [Route("/config.json", config), Route("/{path:path}", page)]
    # Outside of all, where a failure of the application itself is answered too.
    return _SecurityHeaders(Starlette(routes=routes), settings, _mail_frame_policy(web))


def main() -> None:
    """Run the server until it is told to stop."""
    with process.begun("ui") as settings:
        serve(create_app(settings), host=settings.host, port=settings.ui_port, stop_s=_STOP_S)


class _SecurityHeaders:
    """Adds the headers to every answer, errors included; the page may talk to the API alone."""

    def __init__(self, app: ASGIApp, settings: Settings, mail_frame_policy: str) -> None:
        self._app = app
        self._settings = settings
        self._mail_frame_policy = mail_frame_policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == f"/{_MAIL_FRAME}":
            policy = self._mail_frame_policy
        else:
            policy = _page_policy(_api_url(self._settings, _host_name(scope)))
        headers = _security_headers(policy)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *headers]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _page(web: Path, path: str, asked: Headers) -> Response:
    """Return the file, or the page itself for a path that is not one."""
    index = web / "index.html"
    if not index.is_file():
        return HTMLResponse(_MISSING, status_code=503, headers={"Cache-Control": "no-store"})
    wanted = _find(web, path)
    if wanted is not None:
        return _file(wanted, _FOREVER if _HASHED.match(path) else _ASK_AGAIN, asked)
    if path.startswith("assets/"):  # An old page asks for a file of an earlier build.
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    return _file(index, _ASK_AGAIN, asked)


def _find(web: Path, path: str) -> Path | None:
    """Return the file of this path below the folder, if there is one."""
    try:
        wanted = (web / path).resolve()
        return wanted if wanted.is_relative_to(web) and wanted.is_file() else None
    except (OSError, ValueError):  # Too long a name, or a NUL in it: no file can be called so.
        return None


def _file(path: Path, cache: str, asked: Headers) -> Response:
    """Return a file in the smallest form that there is of it and that the browser takes."""
    media_type = _MEDIA_TYPES.get(path.suffix, "application/octet-stream")
    headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
    sent = path
    for encoding in _accepted(asked.get("accept-encoding", "")):
        compressed = path.with_name(path.name + _ENCODINGS[encoding])
        if compressed.is_file():
            headers["Content-Encoding"] = encoding
            sent = compressed
            break
    answer = FileResponse(sent, media_type=media_type, headers=headers, stat_result=sent.stat())
    if answer.headers["etag"] in asked.get("if-none-match", ""):
        kept = ("cache-control", "etag", "vary")
        return Response(status_code=304, headers={name: answer.headers[name] for name in kept})
    return answer


def _accepted(header: str) -> list[str]:
    """Return those of our encodings that an Accept-Encoding allows, the smallest first."""
    weights: dict[str, str] = {}
    for part in header.lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = parameter.replace(" ", "")
    refused = re.compile(r"^q=0(\.0*)?$")
    return [
        encoding
        for encoding in _ENCODINGS
        if (weight := weights.get(encoding, weights.get("*"))) is not None
        and not refused.match(weight)
    ]


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


def _page_policy(api_url: str) -> str:
    """Return what the page may do: run and be styled by its own files, and call the API."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
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


def _mail_frame_policy(web: Path) -> str:
    """Return what the document with a mail's HTML may do.

    Mails are styled in place, which the page may not be. Hence theirs is a document without an
    origin and without a network; the one script that runs takes the mail in.
    """
    document = _find(web, _MAIL_FRAME)
    scripts = _SCRIPT.findall(document.read_text(encoding="utf-8")) if document else []
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {allowed}" if allowed else "script-src 'none'",
            "style-src 'unsafe-inline'",
            "img-src data:",
            "frame-ancestors 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "sandbox allow-scripts",
        )
    )


def _security_headers(policy: str) -> list[tuple[bytes, bytes]]:
    named = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
    }
    return [(name.encode(), value.encode("latin-1")) for name, value in named.items()]


if __name__ == "__main__":
    main()
