"""The guard: finds out who calls, before a byte of the body is read, and turns strangers away."""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING

from cobranca.domain.errors import Unauthorized
from cobranca.http.docs import is_documentation
from cobranca.http.principal import PRINCIPAL_KEY, Principal
from cobranca.http.problem import problem, problem_response
from cobranca.http.wrong_keys import WrongKeys
from cobranca.infra.settings import is_loopback

if TYPE_CHECKING:
    from fastapi.responses import JSONResponse
    from starlette.types import ASGIApp, Receive, Scope, Send

#: Answered to anybody: they tell nothing but that, and whether, the process works.
OPEN_PATHS = ("/health", "/ready")
#: Calls of other systems, which have no key: their routes check a signature over the body.
SIGNED_PATHS = ("/payments/webhook",)
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
#: What a proxy adds: the call is then another machine's, though the socket is the proxy's.
_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-real-ip")
_LOOPBACK_HOSTS = {b"127.0.0.1", b"localhost", b"[::1]"}


class Guard:
    """Refuses a call before its body is read: without the key, or sent by a strange web page.

    Without a key only this machine is served, whatever address the socket is bound to; and the API
    still must not obey a page that somebody lured the browser to: neither by a form sent across
    origins nor by a host name made to point here.

    It says who calls, and no more: what a principal may do is each route's to ask.
    """

    def __init__(self, app: ASGIApp, *, key: str | None, origins: list[str]) -> None:
        """Ask for `key`; without one, answer this machine's own calls by its own names only."""
        self._app = app
        self._key = None if key is None else key.encode()
        self._wrong_keys = WrongKeys()
        self._origins = {origin.encode() for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on with its principal, or answer 401 or 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if self._key is None:
            known = self._as_local(scope, headers)
        else:
            known = await self._by_key(scope, headers, self._key)
        if isinstance(known, Principal):
            scope[PRINCIPAL_KEY] = known
            await self._app(scope, receive, send)
        else:
            await known(scope, receive, send)

    async def _by_key(
        self, scope: Scope, headers: dict[bytes, bytes], key: bytes
    ) -> Principal | JSONResponse:
        given = headers.get(b"authorization")
        if given is not None:
            scheme, _, token = given.partition(b" ")
            if scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(b" "), key):
                return Principal.installation()
        if scope["path"] in {*OPEN_PATHS, *SIGNED_PATHS} or is_documentation(scope["path"]):
            return Principal.anonymous()
        if given is not None:
            peer = scope.get("client")
            await asyncio.sleep(self._wrong_keys.refused(peer[0] if peer else "unknown"))
        return problem(Unauthorized())

    def _as_local(self, scope: Scope, headers: dict[bytes, bytes]) -> Principal | JSONResponse:
        if not _is_from_here(scope, headers):
            return problem_response(
                403, "PEER_REFUSED", "Without COBRANCA_API_KEY only this machine may call"
            )
        host = headers.get(b"host", b"")
        name = host if host.endswith(b"]") else host.rsplit(b":", 1)[0]
        if name not in _LOOPBACK_HOSTS:
            return problem_response(403, "HOST_REFUSED", "Call this API as 127.0.0.1 or localhost")
        origin = headers.get(b"origin")
        # Its own pages, which are the documentation, may call it: their origin is its address.
        known = not origin or origin in self._origins or origin == b"http://" + host
        if scope["method"] not in _SAFE_METHODS and not known:
            return problem_response(
                403, "ORIGIN_REFUSED", "This web page may not change anything here"
            )
        return Principal.installation()


def _is_from_here(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Return whether the socket's other end is on this machine, and speaks for nobody else."""
    peer = scope.get("client")
    forwarded = any(name in headers for name in _FORWARDED)
    return peer is not None and is_loopback(peer[0]) and not forwarded
