"""Addresses of one's own network are refused: as they are given, and as their names resolve."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.domain.public_address import target_of
from cobranca.infra.hook_settings import HookSettings
from cobranca.infra.web_call import post
from tests.support.api_client import api_client
from tests.support.hook_server import hook_server
from tests.support.hooks import PAID, log_of, run, turn

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings
    from tests.support.hook_server import HookServer


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings under which nothing private may be called."""
    return settings.model_copy(update={"hooks": HookSettings(settle_s=0, timeout_s=5)})


def _resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    async def getaddrinfo(_self: object, _host: str, port: int, **_more: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://localhost/x",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/",
        "https://user:word@example.com/",
        "ftp://example.com/",
        "https:///x",
    ],
)
async def test_address_that_may_not_be_called_is_refused(resources: Resources, url: str) -> None:
    async with api_client(resources.settings) as client:
        answer = await client.post("/webhooks", json={"url": url})
    assert answer.status_code == 422
    assert answer.json()["field"] == "url"


async def test_name_that_leads_inside_is_not_connected_to(
    resources: Resources,
    server: HookServer,
    upload: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with api_client(resources.settings) as client:
        made = await client.post("/webhooks", json={"url": f"https://hook.example:{server.port}/"})
        await run(resources, PAID, upload["first_billing_id"])
        with monkeypatch.context() as patched:
            # One public address among them helps nobody.
            _resolves_to(patched, "93.184.216.34", "127.0.0.1")
            target = target_of(f"https://hook.example:{server.port}/", private_allowed=False)
            answer = await post(target, b"{}", {}, timeout_s=5, private_allowed=False)
        assert answer.error == "its name leads to an address that is not public"
        await turn(resources)
        (entry,) = await log_of(client, made.json())
    assert entry["state"] == "PENDING"
    assert server.calls == []


async def test_call_goes_to_the_checked_address_under_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with hook_server() as server:
        _resolves_to(monkeypatch, "127.0.0.1")
        url = f"http://hook.example:{server.port}/a/b?c=d"
        target = target_of(url, private_allowed=True)
        answer = await post(target, b"{}", {"x": "y"}, timeout_s=5, private_allowed=True)
        assert answer.status == 204
        (call,) = server.calls
        assert call.headers["host"] == f"hook.example:{server.port}"
        assert (call.path, call.headers["x"]) == ("/a/b?c=d", "y")
