"""What every answer says to a browser; who may call, by which key, and how guessing ends."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from cobranca.api import create_app
from cobranca.http import guard, wrong_keys
from cobranca.http.guard import SIGNED_PATHS
from cobranca.http.wrong_keys import WrongKeys
from cobranca.infra import telemetry
from cobranca.infra.settings import Settings
from cobranca.infra.telemetry import KeyRefused

KEY = "k1" * 16
LOCAL = Settings()
KEYED = Settings(api_key=SecretStr(KEY))
FRAMES = "frame-ancestors 'none'"


def client(settings: Settings, **headers: str) -> httpx.AsyncClient:
    """Give a client of an API that has neither a database nor events."""
    transport = httpx.ASGITransport(create_app(settings), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[telemetry.TelemetryEvent]:
    """Give the events that are told of, and keep no answer back."""
    events: list[telemetry.TelemetryEvent] = []
    monkeypatch.setattr(telemetry, "_subscribers", [events.append])
    monkeypatch.setattr(wrong_keys, "_FIRST_DELAY_S", 0.0)
    return events


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/docs", 200),
        ("GET", "/redoc", 200),
        ("GET", "/static-offline-docs/swagger-ui.css", 200),
        ("GET", "/nothing", 404),
        ("PUT", "/health", 405),
        ("GET", "/billings?limit=x", 500),  # Its state is asked for first, and there is none.
        ("GET", "/about", 500),
        ("POST", "/billings/csv/upload", 500),
    ],
)
async def test_every_answer_protects_itself(method: str, path: str, status: int) -> None:
    async with client(LOCAL) as asking:
        answer = await asking.request(method, path)
    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"]
    assert FRAMES in policy
    assert "default-src 'none'" in policy
    kept = path in {"/health", "/openapi.json"} or path.startswith("/static")
    assert answer.headers.get("Cache-Control") == (None if kept else "no-store")


async def test_refused_calls_are_protected_too() -> None:
    async with client(KEYED) as asking:
        answer = await asking.get("/billings")
    assert answer.status_code == 401
    assert answer.headers["Cache-Control"] == "no-store"
    assert FRAMES in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_documentation_runs_its_own_scripts_only(path: str) -> None:
    async with client(LOCAL) as asking:
        answer = await asking.get(path)
    scripts = re.search(r"script-src ([^;]+)", answer.headers["Content-Security-Policy"])
    assert scripts is not None
    assert "unsafe" not in scripts[1]
    inline = re.findall(r"<script>.+?</script>", answer.text, re.DOTALL)
    assert scripts[1].count("'sha256-") == len(inline)


@pytest.mark.parametrize(
    "path", ["/docs", "/redoc", "/openapi.json", "/static-offline-docs/swagger-ui.css"]
)
async def test_documentation_opens_without_the_key(path: str) -> None:
    async with client(KEYED) as asking:
        assert (await asking.get(path)).status_code == 200
        for other in ("/about", f"{path}%2f..%2fabout", f"{path}/../../about", f"{path}x/about"):
            assert (await asking.get(other)).status_code in {401, 404}
        assert (await asking.get("/about")).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://127.0.0.1:8000"}, 404),
        ({"Origin": "http://127.0.0.1:8888"}, 404),
        ({"Origin": "http://127.0.0.1:8001"}, 403),
        ({"Origin": "https://127.0.0.1:8000"}, 403),
        ({"Origin": "http://evil.example", "Host": "evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[::1]:8000", "Host": "[::1]:8000"}, 404),
        ({"Origin": "http://[::1]", "Host": "[::1]"}, 404),
    ],
)
async def test_documentation_can_execute_and_strange_pages_cannot(
    headers: dict[str, str], status: int
) -> None:
    async with client(LOCAL, **{"Host": "127.0.0.1:8000", **headers}) as asking:
        assert (await asking.post("/nothing")).status_code == status


def test_the_document_names_the_key_where_one_is_asked_for() -> None:
    document: dict[str, Any] = create_app(LOCAL).openapi()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    free = {
        path
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if "security" not in operation
    }
    assert free == {"/health", "/ready", *SIGNED_PATHS}


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {KEY}", 404),
        (f"bearer {KEY}", 404),
        (f"BEARER  {KEY}", 404),
        (f"Basic {KEY}", 401),
        (KEY, 401),
        ("Bearer", 401),
        (f"Bearer {KEY}x", 401),
        (f"Bearer {KEY[:-1]}", 401),
    ],
)
@pytest.mark.usefixtures("told")
async def test_the_key_is_known_however_its_scheme_is_written(
    authorization: str, status: int
) -> None:
    async with client(KEYED, Authorization=authorization) as asking:
        assert (await asking.get("/nothing")).status_code == status


async def test_refused_keys_are_told_without_the_key_and_do_not_fill_the_log(
    told: list[telemetry.TelemetryEvent],
) -> None:
    async with client(KEYED, Authorization="Bearer guessed-s3cret") as asking:
        for _ in range(9):
            assert (await asking.get("/billings")).status_code == 401
    refused = [event for event in told if isinstance(event, KeyRefused)]
    assert [event.refused for event in refused] == [1, 2, 4, 8]
    assert "s3cret" not in repr(refused)


async def test_who_brings_no_key_has_guessed_nothing(told: list[telemetry.TelemetryEvent]) -> None:
    async with client(KEYED) as asking:
        assert (await asking.get("/billings")).status_code == 401
    assert told == []


async def test_guessing_gets_slower_and_the_right_key_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(guard.asyncio, "sleep", sleep)
    monkeypatch.setattr(telemetry, "_subscribers", [])
    async with client(KEYED) as asking:
        for _ in range(50):
            await asking.get("/billings", headers={"Authorization": "Bearer wrong"})
        assert len(waited) == 50
        await asking.get("/nothing", headers={"Authorization": f"Bearer {KEY}"})
    assert len(waited) == 50
    assert waited == sorted(waited)
    assert 0 < waited[0] < waited[-1] == 2.0


def test_peers_are_remembered_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_subscribers", [])
    known = WrongKeys()
    for number in range(5000):
        known.refused(f"10.0.{number // 256}.{number % 256}")
    assert len(known._peers) <= 1024
    assert known.refused("10.0.19.135") > known.refused("192.0.2.1")


async def test_a_wrong_key_holds_nobody_else_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_subscribers", [])
    async with client(KEYED) as asking:
        guesses = [
            asyncio.create_task(asking.get("/x", headers={"Authorization": "Bearer no"}))
            for _ in range(8)
        ]
        right = await asking.get("/x", headers={"Authorization": f"Bearer {KEY}"})
        assert right.status_code == 404
        assert not all(guess.done() for guess in guesses)
        assert [guess.status_code for guess in await asyncio.gather(*guesses)] == [401] * 8
