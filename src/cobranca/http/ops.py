"""Answers for a process that has no HTTP API, a worker or the scheduler: health, ready, metrics."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from cobranca.domain.errors import Transient
from cobranca.http.answer_headers import AnswerHeaders
from cobranca.http.guard import Guard
from cobranca.http.server import served
from cobranca.infra import metrics
from cobranca.infra.log import get_logger

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from starlette.requests import Request

    from cobranca.infra.db import Database
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

log = get_logger()

_ASK_AGAIN_S = 2.0


@asynccontextmanager
async def served_ops(
    settings: Settings, parts: Callable[[], Awaitable[dict[str, bool]]]
) -> AsyncGenerator[None]:
    """Answer `GET /metrics`, `/health` and `/ready` on COBRANCA_METRICS_PORT meanwhile.

    A port that cannot be had is logged and no more: work never waits for its being watched.

    Args:
        settings: where, and with which key; `/health` and `/ready` need none, as at the API.
        parts: tells which of the parts answer now; without its `database` it is not ready.

    Raises:
        SettingsInvalid: other machines could read them without an API key.
    """
    if settings.metrics_port is None:
        yield
        return
    app = _app(settings.key_for(settings.metrics_host), parts)
    metrics.watch_disk(settings.data_dir)
    async with AsyncExitStack() as serving:
        try:
            host, port = settings.metrics_host, settings.metrics_port
            await serving.enter_async_context(served(app, host=host, port=port))
        except OSError as error:
            log.warning("metrics_not_served", port=settings.metrics_port, error=error.strerror)
        yield


async def parts_of(resources: Resources, watch: Database | None = None) -> dict[str, bool]:
    """Ask the parts that a process cannot work without, or only more slowly.

    The database is asked by the connections of `watch`, where a process has some apart.
    """
    database = await (watch or resources.database).ping()
    try:
        events = await resources.bus.ping()
    except Transient:
        events = False
    return {"database": database, "events": events}


def readiness(parts: dict[str, bool]) -> dict[str, str]:
    """Say in words which parts answer, and whether the process can work: with its database."""
    said = {name: "ok" if there else "unavailable" for name, there in parts.items()}
    return {"status": said["database"], **said}


class _Latest:
    """Asks the parts once in a while, however many probes ask: work needs the connections."""

    def __init__(self, parts: Callable[[], Awaitable[dict[str, bool]]]) -> None:
        self._parts = parts
        self._asking = asyncio.Lock()
        self._answer: dict[str, bool] | None = None
        self._asked_at = 0.0

    async def answer(self) -> dict[str, bool]:
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if self._answer is None or now - self._asked_at > _ASK_AGAIN_S:
                self._answer = await self._parts()
                self._asked_at = asyncio.get_running_loop().time()
            return self._answer


def _app(key: str | None, parts: Callable[[], Awaitable[dict[str, bool]]]) -> Starlette:
    latest = _Latest(parts)

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_request: Request) -> Response:
        found = await latest.answer()
        return JSONResponse(readiness(found), status_code=200 if found["database"] else 503)

    async def show_metrics(_request: Request) -> Response:
        return Response(metrics.render(), media_type=metrics.CONTENT_TYPE)

    return Starlette(
        routes=[
            Route("/health", health),
            Route("/ready", ready),
            Route("/metrics", show_metrics),
        ],
        middleware=[Middleware(AnswerHeaders), Middleware(Guard, key=key, origins=[])],
    )
