"""Bounded concurrency: who finds no room is turned away at once, rather than waiting in memory."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from cobranca.domain.errors import Transient
from cobranca.http.guard import OPEN_PATHS
from cobranca.http.problem import problem
from cobranca.infra.metrics import PLACES_TAKEN, REFUSED

if TYPE_CHECKING:
    from collections.abc import Generator

    from starlette.types import ASGIApp, Receive, Scope, Send

#: Calls at once, beside those that have a bound of their own or must be answered always.
_CALLS_MAX = 120
_BOUNDED_ELSEWHERE = ("/csv/upload", "/progress", "/metrics", *OPEN_PATHS)


class ConcurrencyLimit:
    """How many calls of one kind this process answers at once."""

    def __init__(self, total: int, *, code: str, detail: str) -> None:
        """Refuse with `code` and `detail` what comes while `total` are being answered."""
        self._free = total
        self._code, self._detail = code, detail
        PLACES_TAKEN.labels(code).set(0)
        REFUSED.labels(code)  # An alert on an increase needs the zero before it.

    @contextmanager
    def held(self) -> Generator[None]:
        """Be one of them.

        Raises:
            Transient: there are as many already.
        """
        if self._free <= 0:
            raise self.refusal()
        self._free -= 1
        PLACES_TAKEN.labels(self._code).inc()
        try:
            yield
        finally:
            self._free += 1
            PLACES_TAKEN.labels(self._code).dec()

    def refusal(self) -> Transient:
        """Return what a caller is refused with, and count it."""
        REFUSED.labels(self._code).inc()
        return Transient(self._detail, code=self._code)


class Bounded:
    """Bounds the calls that are answered at once: what waits for a slow database or storage."""

    def __init__(self, app: ASGIApp) -> None:
        """Limit `app`'s calls."""
        self._app = app
        self._limit = ConcurrencyLimit(
            _CALLS_MAX,
            code="CALLS_BUSY",
            detail="As many calls as fit are being answered; again after Retry-After",
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or answer 503."""
        with ExitStack() as held:
            try:
                if scope["type"] == "http" and not scope["path"].endswith(_BOUNDED_ELSEWHERE):
                    held.enter_context(self._limit.held())
            except Transient as error:
                await problem(error)(scope, receive, send)
                return
            await self._app(scope, receive, send)
