"""What a worker and the scheduler answer beside their work, and to whom."""

from __future__ import annotations

import socket

import httpx
import pytest
from pydantic import SecretStr

from cobranca.domain.errors import Permanent
from cobranca.http.ops import served_ops
from cobranca.infra.settings import Settings
from tests.support.product import free_port


class Parts:
    """A database and an event server that can be taken away, and how often they were asked."""

    def __init__(self, *, database: bool = True, events: bool = True) -> None:
        self.there = {"database": database, "events": events}
        self.asked = 0

    async def __call__(self) -> dict[str, bool]:
        self.asked += 1
        return self.there


async def get(port: int, path: str = "/metrics", key: str | None = None) -> httpx.Response:
    """Ask as a scrape does."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
        return await client.get(path)


async def test_a_process_serves_its_metrics_while_it_works() -> None:
    port = free_port()
    async with served_ops(Settings(metrics_port=port), Parts()):
        answer = await get(port)
        assert answer.status_code == 200
        assert "cobranca_leases_lost_total" in answer.text
        assert "process_resident_memory_bytes" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert (await get(port, "/other")).status_code == 404
    with pytest.raises(httpx.ConnectError):
        await get(port)


async def test_metrics_are_behind_the_key() -> None:
    port = free_port()
    async with served_ops(Settings(metrics_port=port, api_key=SecretStr("k1" * 10)), Parts()):
        answers = [(await get(port, key=key)).status_code for key in (None, "k2" * 10, "k1" * 10)]
        assert answers == [401, 401, 200]
        health = await get(port, "/health")
        assert (health.status_code, health.text) == (200, "ok")
        assert (await get(port, "/ready")).status_code == 200


@pytest.mark.parametrize(
    ("database", "events", "status", "said"),
    [
        (True, True, 200, {"status": "ok", "database": "ok", "events": "ok"}),
        (True, False, 200, {"status": "ok", "database": "ok", "events": "unavailable"}),
        (
            False,
            True,
            503,
            {"status": "unavailable", "database": "unavailable", "events": "ok"},
        ),
    ],
)
async def test_ready_says_what_answers(
    database: bool, events: bool, status: int, said: dict[str, str]
) -> None:
    port = free_port()
    async with served_ops(Settings(metrics_port=port), Parts(database=database, events=events)):
        answer = await get(port, "/ready")
        assert (answer.status_code, answer.json()) == (status, said)


async def test_probes_do_not_take_the_connections_that_work_needs() -> None:
    port, parts = free_port(), Parts()
    async with served_ops(Settings(metrics_port=port), parts):
        for _ in range(10):
            await get(port, "/ready")
    assert parts.asked == 1


async def test_without_a_port_nothing_is_served_and_a_taken_one_stops_nobody() -> None:
    async with served_ops(Settings(), Parts()):
        pass
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with served_ops(Settings(metrics_port=taken.getsockname()[1]), Parts()):
            pass


async def test_beyond_loopback_they_are_not_served_without_a_key() -> None:
    everywhere = Settings(metrics_port=free_port(), metrics_host="0.0.0.0")  # noqa: S104
    with pytest.raises(Permanent, match="COBRANCA_API_KEY"):
        async with served_ops(everywhere, Parts()):
            pass
