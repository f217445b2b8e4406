"""The API in this process, asked over HTTP as a client would."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx

from cobranca.api import create_app

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cobranca.infra.settings import Settings


@asynccontextmanager
async def api_client(settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    """Start the application of these settings and give a client for it."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield client
