"""The API process: every feature's routes, the key, the errors, the headers."""

from __future__ import annotations

import hmac
import random
from contextlib import ExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel
from starlette.exceptions import HTTPException

import cobranca.billings.router
import cobranca.boletos.router
import cobranca.notifications.router
import cobranca.overview.router
import cobranca.uploads.router
from cobranca import __version__
from cobranca.domain import errors
from cobranca.http.limits import Places
from cobranca.http.metrics import Measured
from cobranca.http.server import serve
from cobranca.http.traces import Traced
from cobranca.infra.db import Database
from cobranca.infra.log import get_logger, set_up_logging
from cobranca.infra.metrics import watch_disk
from cobranca.infra.resources import opened, prepare_resources
from cobranca.infra.settings import Settings, get_settings, is_loopback
from cobranca.infra.tracing import is_tracing, set_up_tracing, stop_tracing
from cobranca.pipeline.issuing_terms import snapshot
from cobranca.uploads.admission import Admission
from cobranca.uploads.ingest_pool import IngestPool
from cobranca.uploads.progress import Progress

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import ASGIApp, Receive, Scope, Send

log = get_logger()

_STOP_S = 5
#: The first class of an error's line that is listed here gives its HTTP status.
STATUS_BY_ERROR: dict[type[errors.CobrancaError], int] = {
    errors.UploadCutOff: 408,
    errors.UploadTooLarge: 413,
    errors.MediaTypeInvalid: 415,
    errors.CsvInvalid: 422,
    errors.InputError: 422,
    errors.Unauthorized: 401,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.StorageFull: 507,
    errors.Transient: 503,
    errors.Permanent: 409,
    errors.CobrancaError: 500,
}
#: Spread, so that callers who were turned away together do not come back together. Seconds.
_RETRY_AFTER_S = range(3, 9)
#: Connections for requests, and how long a request waits for one, in seconds.
_CONNECTIONS_MAX = 10
_CONNECTION_WAIT_S = 3.0
#: Calls at once, beside those that have a bound of their own or must be answered always.
_CALLS_MAX = 120
#: Downloads of refused records at once; each keeps a connection for as long as its reader takes.
_DOWNLOADS_MAX = 4
#: Connections for readiness, metrics and streams, which requests cannot take.
_WATCH_CONNECTIONS_MAX = 2
_OPEN_PATHS = {"/health", "/ready"}
_BOUNDED_ELSEWHERE = ("/csv/upload", "/progress", "/metrics", *_OPEN_PATHS)
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
#: What a proxy adds: the call is then another machine's, though the socket is the proxy's.
_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-real-ip")
_LOOPBACK_HOSTS = {b"127.0.0.1", b"localhost", b"[::1]"}


def create_app(settings: Settings) -> FastAPI:
    """Build the application.

    Raises:
        SettingsInvalid: it would be reachable from other machines without an API key.
        InvalidField: a parameter of the beneficiary's bank is missing or wrong.
    """
    key = settings.key_for(settings.host)
    snapshot(settings.beneficiary)  # A wrong account is told at the start, not at an upload.
    # Its pages come from here, not from a network that a machine may not have.
    app = FastAPIOffline(
        title="Cobrança",
        version=__version__,
        summary="A CSV of debts in; real boletos out, e-mailed to the payers and followed.",
        lifespan=_lifespan(settings),
        # Its own would export paths, which hold debtIds; `Traced` exports their templates.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        responses={"default": {"model": Problem, "content": {"application/problem+json": {}}}},
    )
    for feature in (
        cobranca.uploads.router,
        cobranca.billings.router,
        cobranca.boletos.router,
        cobranca.notifications.router,
        cobranca.overview.router,
    ):
        app.include_router(feature.router)
    _add_error_handlers(app)
    origins = _page_origins(settings)
    app.add_middleware(Bounded)
    app.add_middleware(Guard, key=key, origins=origins)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["Content-Disposition", "Retry-After"],
        max_age=600,
    )
    if is_tracing():
        app.add_middleware(Traced)
    app.add_middleware(Measured)  # Added last, it is outermost: refused calls are counted too.
    return app


class Guard:
    """Refuses a call before its body is read: without the key, or sent by a strange web page.

    Without a key only this machine is served, whatever address the socket is bound to; and the API
    still must not obey a page that somebody lured the browser to: neither by a form sent across
    origins nor by a host name made to point here.
    """

    def __init__(self, app: ASGIApp, *, key: str | None, origins: list[str]) -> None:
        """Ask for `key`; without one, answer this machine's own calls by its own names only."""
        self._app = app
        self._expected = None if key is None else f"Bearer {key}".encode()
        self._origins = {origin.encode() for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or answer 401 or 403."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await refusal(scope, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = dict(scope["headers"])
        if self._expected is not None:
            given = headers.get(b"authorization", b"")
            known = scope["path"] in _OPEN_PATHS or hmac.compare_digest(given, self._expected)
            return None if known else problem(errors.Unauthorized(), 401)
        if not _is_from_here(scope, headers):
            return _problem(
                403, "PEER_REFUSED", "Without COBRANCA_API_KEY only this machine may call"
            )
        host = headers.get(b"host", b"").rsplit(b":", 1)[0]
        if host not in _LOOPBACK_HOSTS:
            return _problem(403, "HOST_REFUSED", "Call this API as 127.0.0.1 or localhost")
        origin = headers.get(b"origin")
        if scope["method"] not in _SAFE_METHODS and origin and origin not in self._origins:
            return _problem(403, "ORIGIN_REFUSED", "This web page may not change anything here")
        return None


def _is_from_here(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Return whether the socket's other end is on this machine, and speaks for nobody else."""
    peer = scope.get("client")
    forwarded = any(name in headers for name in _FORWARDED)
    return peer is not None and is_loopback(peer[0]) and not forwarded


class Bounded:
    """Bounds the calls that are answered at once: what waits for a slow database or storage."""

    def __init__(self, app: ASGIApp) -> None:
        """Have places for `app`'s calls."""
        self._app = app
        self._places = Places(
            _CALLS_MAX,
            code="CALLS_BUSY",
            detail="As many calls as fit are being answered; again after Retry-After",
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or answer 503."""
        with ExitStack() as place:
            try:
                if scope["type"] == "http" and not scope["path"].endswith(_BOUNDED_ELSEWHERE):
                    place.enter_context(self._places.taken())
            except errors.Transient as error:
                await problem(error, 503)(scope, receive, send)
                return
            await self._app(scope, receive, send)


class Problem(BaseModel):
    """An error (RFC 9457). `code` is stable; `detail` is for people and says what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None


def problem(error: errors.CobrancaError, status: int) -> JSONResponse:
    """Return an error as problem+json."""
    named = {"field": error.field} if isinstance(error, errors.InvalidField) else {}
    return _problem(status, error.code, error.detail, **named)


def _problem(status: int, code: str, detail: str, **extra: Any) -> JSONResponse:
    headers: dict[str, str] = {}
    if status == 503:
        headers["Retry-After"] = str(random.choice(_RETRY_AFTER_S))  # noqa: S311
    elif status == 408:
        headers["Connection"] = "close"  # What is still to come of the body is not waited for.
    elif status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        {
            "type": f"urn:cobranca:error:{code.lower()}",
            "title": code.replace("_", " ").capitalize(),
            "status": status,
            "detail": detail,
            "code": code,
            **extra,
        },
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(errors.CobrancaError)
    async def on_error(request: Request, error: errors.CobrancaError) -> JSONResponse:
        del request
        status = next(
            STATUS_BY_ERROR[kind] for kind in type(error).__mro__ if kind in STATUS_BY_ERROR
        )
        return problem(error, status)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        del request
        first = error.errors()[0]
        field = str(first["loc"][-1])
        return _problem(422, "FIELD_INVALID", f"{field}: {first['msg']}", field=field)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        del request
        code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}.get(error.status_code, "HTTP_ERROR")
        return _problem(error.status_code, code, str(error.detail))

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> JSONResponse:
        log.error("request_failed", path=request.scope["route"].path, exc_info=error)
        return _problem(500, "ERROR", "Something went wrong; the log has the details")


def _page_origins(settings: Settings) -> list[str]:
    """Return where the page may be served from: its port here, and what the settings add."""
    local = [f"http://{host}:{settings.ui_port}" for host in ("127.0.0.1", "localhost")]
    return [*local, *settings.page_origins]


def _lifespan(settings: Settings) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        resources = prepare_resources(
            settings,
            name="api",
            connections_max=_CONNECTIONS_MAX,
            wait_s=_CONNECTION_WAIT_S,
        )
        watch = Database(
            resources.database.url, connections_max=_WATCH_CONNECTIONS_MAX, name="api-watch"
        )
        state = app.state
        state.resources, state.watch = resources, watch
        state.admission, state.progress = Admission(settings), Progress(watch)
        state.downloads = Places(
            _DOWNLOADS_MAX,
            code="DOWNLOADS_BUSY",
            detail="As many downloads as fit are under way; again after Retry-After",
        )
        watch_disk(settings.data_dir)
        state.ingest_pool = IngestPool()
        try:
            async with opened(resources, connect_broker=True):
                await watch.open()
                await state.ingest_pool.wait_until_warm()
                yield
        finally:
            state.ingest_pool.close()
            await state.progress.close()
            await watch.close()

    return lifespan


def main() -> None:
    """Serve the API until the process is told to stop."""
    settings = get_settings()
    set_up_logging(settings.log_level, "api")
    set_up_tracing("api")
    try:
        serve(create_app(settings), host=settings.host, port=settings.api_port, stop_s=_STOP_S)
    finally:
        stop_tracing()


if __name__ == "__main__":
    main()
