"""The delivered HAProxy configuration, run on loopback in front of a small upstream of our own.

The upstream keeps what reached it, so that a test sees what a stranger's call cost the product.
"""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.support.product import free_port

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "deploy" / "proxy" / "haproxy.cfg"
#: What the file's bounds of time become, so that a test need not wait for them.
SHORT_S = 2
_WAIT_S = 60.0


@dataclass(slots=True, kw_only=True)
class Upstream:
    """What reached the API behind the proxy, beside the proxy's own questions for its health."""

    calls: list[tuple[str, dict[str, str]]] = field(
        default_factory=list[tuple[str, dict[str, str]]]
    )
    body_bytes: int = 0
    #: Set when a caller's connection broke in the middle of a body or an answer.
    broken: threading.Event = field(default_factory=threading.Event)
    #: A stream's second event, and an upload's late answer, wait for it.
    go_on: threading.Event = field(default_factory=threading.Event)

    def forget(self) -> None:
        """Begin anew; what still waits goes on first."""
        self.go_on.set()
        self.calls, self.body_bytes = [], 0
        self.broken, self.go_on = threading.Event(), threading.Event()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A running proxy: its ports, and what is behind it."""

    api_port: int
    page_port: int
    upstream: Upstream

    def connect(self, *, port: int | None = None) -> ssl.SSLSocket:
        """Open a TLS connection to the API's port, or another."""
        raw = socket.create_connection(("127.0.0.1", port or self.api_port), timeout=_WAIT_S)
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        try:
            return context.wrap_socket(raw)
        except BaseException:
            raw.close()
            raise

    def ask(self, head: str, body: bytes = b"", *, port: int | None = None) -> tuple[int, str]:
        """Send a call; return the answer's status, and all of it."""
        with self.connect(port=port) as connection:
            with suppress(OSError):  # It may have been answered and closed before all is sent.
                connection.sendall(head.replace("\n", "\r\n").encode() + body)
            answer = read_all(connection)
        return status_of(answer), answer.decode("latin-1")


def read_all(connection: ssl.SSLSocket) -> bytes:
    """Return what comes until the other side closes; a reset is an end as well."""
    found = b""
    with suppress(OSError):
        while piece := connection.recv(65536):
            found += piece
    return found


def status_of(answer: bytes) -> int:
    """Return the status of an answer, 0 when there is none."""
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.") else 0


@contextmanager
def running_edge(folder: Path) -> Iterator[Edge]:
    """Run the proxy with the delivered bounds, but for those of time, which are short."""
    upstream = Upstream()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(upstream))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    api, page, health = (free_port() for _ in range(3))
    configured = folder / "haproxy.cfg"
    configured.write_text(
        _shortened(CONFIGURATION.read_text(encoding="utf-8"), api, page, health), encoding="utf-8"
    )
    behind = f"127.0.0.1:{server.server_port}"
    addresses = {"COBRANCA_PROXY_API": behind, "COBRANCA_PROXY_PAGE": behind}
    with (folder / "haproxy.log").open("wb") as log:
        process = subprocess.Popen(
            [shutil.which("haproxy") or "haproxy", "-db", "-f", configured],
            env={**addresses, "COBRANCA_PROXY_TLS": str(make_certificate(folder))},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        edge = Edge(api_port=api, page_port=page, upstream=upstream)
        _wait_until_ready(edge, process, folder / "haproxy.log")
        yield edge
    finally:
        upstream.go_on.set()
        process.terminate()
        process.wait(timeout=_WAIT_S)
        server.shutdown()
        server.server_close()
        thread.join(timeout=_WAIT_S)


def make_certificate(folder: Path) -> Path:
    """Make a certificate as deploy/make-secrets.sh does, with its key beside it."""
    certificate = folder / "tls.crt"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", folder / "tls.key",
            "-out", certificate,
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate


def _shortened(text: str, api: int, page: int, health: int) -> str:
    for listened, port in ((":8444", api), (":8443", page), (":8080", health)):
        text, found = re.subn(rf"bind {listened}\b", f"bind 127.0.0.1:{port}", text)
        assert found == 1, listened
    text, found = re.subn(
        r"timeout (http-request|client|client-fin|server) \d+s", rf"timeout \1 {SHORT_S}s", text
    )
    assert found >= 4
    return text


def _wait_until_ready(edge: Edge, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _WAIT_S
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        with suppress(OSError):
            if edge.ask("GET /about HTTP/1.1\nHost: x\nConnection: close\n\n")[0] == 200:
                edge.upstream.calls.clear()
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))


def _handler(upstream: Upstream) -> type[_Behind]:
    return type("Handler", (_Behind,), {"upstream": upstream})


class _Behind(BaseHTTPRequestHandler):
    """Answers as the API and the page would, and notes what reached it."""

    protocol_version = "HTTP/1.1"
    upstream: Upstream

    def do_GET(self) -> None:
        """Answer, or stream: slowly, or more than anybody takes."""
        if self.path not in {"/ready", "/config.json"}:
            self.upstream.calls.append((self.path, dict(self.headers)))
        if self.path.endswith("/progress"):
            self._stream([b"data: one\n\n", b"data: two\n\n"], self.upstream.go_on)
        elif self.path.endswith("/rejects"):
            self._stream([b"x" * 65536] * 4096, None)
        else:
            self._answer(401 if self.path == "/refused" else 200)

    def do_POST(self) -> None:
        """Take a body as it comes."""
        broken, go_on = self.upstream.broken, self.upstream.go_on
        self.upstream.calls.append((self.path, dict(self.headers)))
        left = int(self.headers["Content-Length"])
        while left:
            piece = b""
            with suppress(OSError):
                piece = self.rfile.read1(min(left, 65536))
            if not piece:
                broken.set()
                self.close_connection = True
                return
            left -= len(piece)
            self.upstream.body_bytes += len(piece)
        if "late" in self.headers:
            go_on.wait(_WAIT_S)
        self._answer(200)

    def _stream(self, pieces: list[bytes], between: threading.Event | None) -> None:
        broken = self.upstream.broken
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for number, piece in enumerate(pieces):
                if number and between is not None:
                    between.wait(_WAIT_S)
                self.wfile.write(piece)
        except OSError:
            broken.set()

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        with suppress(OSError):  # A question for its health is closed once it is answered.
            self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Say nothing."""
