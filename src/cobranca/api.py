"""The API process: puts every feature's routes, and what they stand on, together."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

import cobranca.billings.out.router
import cobranca.billings.router
import cobranca.billings.search.router
import cobranca.boletos.router
import cobranca.jobs.router
import cobranca.notifications.resend_router
import cobranca.notifications.router
import cobranca.overview.period.router
import cobranca.overview.router
import cobranca.payments.money.router
import cobranca.payments.received.router
import cobranca.payments.router
import cobranca.remittances.refused.router
import cobranca.remittances.router
import cobranca.uploads.checks.router
import cobranca.uploads.rejects.router
import cobranca.uploads.router
import cobranca.webhooks.router
from cobranca import __version__
from cobranca.domain.errors import Transient
from cobranca.http.answer_headers import AnswerHeaders
from cobranca.http.docs import add_documentation
from cobranca.http.guard import Guard
from cobranca.http.limits import Bounded, ConcurrencyLimit
from cobranca.http.metrics import Measured
from cobranca.http.problem import Problem, add_error_handlers
from cobranca.http.server import serve
from cobranca.http.state import ApiState, set_state
from cobranca.http.traces import Traced
from cobranca.infra import process
from cobranca.infra.db import Database
from cobranca.infra.metrics import watch_disk
from cobranca.infra.resources import opened, prepare_resources
from cobranca.infra.settings import Settings
from cobranca.infra.tracing import is_tracing
from cobranca.notifications.account import announce
from cobranca.notifications.bounce_intake import opened_bounce_intake
from cobranca.notifications.first_mail import check_mail_settings
from cobranca.pipeline.beneficiary import OwnBeneficiary
from cobranca.pipeline.issuing_terms import snapshot
from cobranca.uploads.intake import opened_intake

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from starlette.types import ASGIApp

_STOP_S = 5
#: Connections for requests, and how long a request waits for one, in seconds.
CONNECTIONS_MAX = 10
_CONNECTION_WAIT_S = 3.0
#: Connections for readiness, metrics and streams, which requests cannot take.
WATCH_CONNECTIONS_MAX = 2
#: Downloads at once; those of refused records keep a connection for as long as their reader takes.
_DOWNLOADS_MAX = 4


def create_app(settings: Settings) -> FastAPI:
    """Build the application.

    Raises:
        SettingsInvalid: it would be reachable from other machines without an API key.
        InvalidField: a parameter of the beneficiary's bank is missing or wrong.
    """
    key = settings.key_for(settings.host)
    snapshot(settings.beneficiary)  # A wrong account is told at the start, not at an upload.
    app = _Api(
        title="Cobrança",
        version=__version__,
        summary="A CSV of debts in; real boletos out, e-mailed to the payers and followed.",
        lifespan=_lifespan(settings),
        docs_url=None,  # Its pages come from here, not from a network that a machine may not have.
        redoc_url=None,
        # Its own would export paths, which hold debtIds; `Traced` exports their templates.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        responses={"default": {"model": Problem, "content": {"application/problem+json": {}}}},
    )
    for feature in (
        cobranca.uploads.router,
        cobranca.uploads.checks.router,
        cobranca.uploads.rejects.router,
        cobranca.boletos.router,
        cobranca.notifications.resend_router,
        cobranca.notifications.router,
        cobranca.overview.router,
        cobranca.overview.period.router,
        cobranca.billings.search.router,
        cobranca.billings.out.router,
        cobranca.payments.router,
        cobranca.payments.money.router,
        cobranca.payments.received.router,
        cobranca.remittances.refused.router,
        cobranca.remittances.router,
        cobranca.jobs.router,
        cobranca.webhooks.router,
        cobranca.billings.router,  # The last: a debt's code in its paths may have slashes.
    ):
        app.include_router(feature.router)
    add_documentation(app)
    add_error_handlers(app)
    origins = _page_origins(settings)
    app.add_middleware(Bounded)
    app.add_middleware(Guard, key=key, origins=origins)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
        expose_headers=["Content-Disposition", "Retry-After", "X-Left-Out"],
        max_age=600,
    )
    if is_tracing():
        app.add_middleware(Traced)
    return app


class _Api(FastAPI):
    """Counts and completes every answer, also those to strangers and to our own bugs."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put both outside of what answers when all else has failed."""
        return Measured(AnswerHeaders(super().build_middleware_stack()))


def _page_origins(settings: Settings) -> list[str]:
    """Return where the page may be served from: its port here, and what the settings add."""
    local = [f"http://{host}:{settings.ui_port}" for host in ("127.0.0.1", "localhost")]
    return [*local, *settings.page_origins]


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        resources = prepare_resources(
            settings,
            name="api",
            connections_max=CONNECTIONS_MAX,
            wait_s=_CONNECTION_WAIT_S,
        )
        watch = Database(
            resources.database.url, connections_max=WATCH_CONNECTIONS_MAX, name="api-watch"
        )
        beneficiary = OwnBeneficiary(resources.database, settings.beneficiary)
        watch_disk(settings.data_dir)
        try:
            async with (
                opened_intake(settings, watch) as intake,
                opened_bounce_intake() as bounce_intake,
                opened(resources, connect_broker=True),
            ):
                state = ApiState(
                    resources=resources,
                    watch=watch,
                    downloads=_download_limit(),
                    beneficiary_id=beneficiary.id,
                    features=(intake, bounce_intake),
                )
                set_state(app, state)
                await watch.open()
                await announce(resources)
                await asyncio.gather(_seed(beneficiary), intake.ingest_pool.wait_until_warm())
                yield
        finally:
            await watch.close()

    return lifespan


async def _seed(beneficiary: OwnBeneficiary) -> None:
    """Give the beneficiary its row; while the database is away, the first call does."""
    with suppress(Transient):
        await beneficiary.id()


def _download_limit() -> ConcurrencyLimit:
    return ConcurrencyLimit(
        _DOWNLOADS_MAX,
        code="DOWNLOADS_BUSY",
        detail="As many downloads as fit are under way; again after Retry-After",
    )


def main() -> None:
    """Serve the API until the process is told to stop."""
    with process.begun("api") as settings:
        check_mail_settings(settings)
        serve(create_app(settings), host=settings.host, port=settings.api_port, stop_s=_STOP_S)


if __name__ == "__main__":
    main()
