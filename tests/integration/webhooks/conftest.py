"""An upload of three billings, a server that takes webhooks, and an endpoint that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cobranca.infra.hook_settings import HookSettings
from tests.support.api_client import api_client
from tests.support.factories import add_upload
from tests.support.hook_server import hook_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings
    from tests.support.hook_server import HookServer


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings under which this machine may be called, at once."""
    hooks = HookSettings(private_allowed=True, settle_s=0, timeout_s=5)
    return settings.model_copy(update={"hooks": hooks})


@pytest.fixture
async def server() -> AsyncIterator[HookServer]:
    """Return a server that takes what comes."""
    async with hook_server() as opened:
        yield opened


@pytest.fixture
async def client(resources: Resources) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the API."""
    async with api_client(resources.settings) as opened:
        yield opened


@pytest.fixture
async def upload(resources: Resources) -> dict[str, Any]:
    """Return an upload of three billings."""
    return await add_upload(resources, rows=3)


@pytest.fixture
async def webhook(client: httpx.AsyncClient, server: HookServer) -> dict[str, Any]:
    """Return an endpoint of the server, with its secret."""
    answer = await client.post("/webhooks", json={"url": server.url})
    assert answer.status_code == 201, answer.text
    return answer.json()
