"""Serves the metrics of a process that has no HTTP API: a worker, the scheduler."""

from __future__ import annotations

import hmac
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from cobranca.infra import metrics
from cobranca.infra.log import get_logger
from cobranca.infra.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Generator

    from cobranca.infra.settings import Settings

log = get_logger()


@contextmanager
def served_metrics(settings: Settings) -> Generator[None]:
    """Answer `GET /metrics` and `/health` on COBRANCA_METRICS_PORT while the body runs.

    `/health` needs no key, as at the API. A port that cannot be had is logged and no more: work
    never waits for its being watched.

    Raises:
        SettingsInvalid: other machines could read them without an API key.
    """
    if settings.metrics_port is None:
        yield
        return
    key = settings.key_for(settings.metrics_host)
    metrics.watch_disk(settings.data_dir)
    try:
        server = _server(settings.metrics_host, settings.metrics_port, key)
    except OSError as error:
        log.warning("metrics_not_served", port=settings.metrics_port, error=error.strerror)
        yield
        return
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _server(host: str, port: int, key: str | None) -> ThreadingHTTPServer:
    expected = None if key is None else f"Bearer {key}".encode()

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            if self.path == "/health":
                self._answer(200, b"ok")
                return
            if expected is None and not is_loopback(str(self.client_address[0])):
                self._answer(403, b"")
                return
            given = self.headers.get("Authorization", "").encode("latin-1", "replace")
            if expected is not None and not hmac.compare_digest(given, expected):
                self._answer(401, b"")
            elif self.path.partition("?")[0] != "/metrics":
                self._answer(404, b"")
            else:
                self._answer(200, metrics.render())

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", metrics.CONTENT_TYPE)
            self.send_header("Content-Length", str(len(body)))
            if status == 401:
                self.send_header("WWW-Authenticate", "Bearer")
            self.end_headers()
            self.wfile.write(body)

        def version_string(self) -> str:
            return "cobranca"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Leave scrapes out of the log."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    return server
