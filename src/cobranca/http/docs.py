"""The interactive documentation: pages that need no network, no key, and no inline script at will.

The documentation tells what the product's public source tells, and holds no data.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from fastapi import FastAPI

_ASSETS = "/static-offline-docs"
_OPENAPI = "/openapi.json"
_PAGES = ("/docs", "/redoc")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def is_documentation(path: str) -> bool:
    """Whether a path is the documentation's, which is shown to whoever may connect."""
    return path == _OPENAPI or path in _PAGES or path.startswith(f"{_ASSETS}/")


def add_documentation(app: FastAPI) -> None:
    """Serve the documentation of `app`; what it needs comes from here."""
    icon = f"{_ASSETS}/favicon.png"
    pages = {
        "/docs": get_swagger_ui_html(
            openapi_url=_OPENAPI,
            title=app.title,
            swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{_ASSETS}/swagger-ui.css",
            swagger_favicon_url=icon,
        ),
        "/redoc": get_redoc_html(
            openapi_url=_OPENAPI,
            title=app.title,
            redoc_js_url=f"{_ASSETS}/redoc.standalone.js",
            redoc_favicon_url=icon,
            with_google_fonts=False,
        ),
    }
    app.mount(_ASSETS, StaticFiles(directory=str(files("fastapi_offline") / "static")))
    for path, page in pages.items():
        html = bytes(page.body).decode()
        app.add_api_route(path, _shown(html), include_in_schema=False)


def _shown(html: str):
    headers = {"Content-Security-Policy": _policy(html)}

    async def page() -> HTMLResponse:
        return HTMLResponse(html, headers=headers)

    return page


def _policy(html: str) -> str:
    """Allow the page's own inline scripts by their hashes, and what its library needs."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(html))
    scripts = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (
        f"default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data:; connect-src 'self'; worker-src blob:; frame-ancestors 'none';"
        " base-uri 'none'; form-action 'none'"
    )
