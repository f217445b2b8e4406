"""The delivered proxy holds its bounds against strangers, and lets the product's own calls through.

HAProxy really runs, with deploy/proxy/haproxy.cfg; where there is none these tests are skipped.
"""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import pytest

from tests.support.edge import SHORT_S, Edge, read_all, running_edge, status_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    not (shutil.which("haproxy") and shutil.which("openssl")),
    reason="haproxy or openssl is not installed (apt install haproxy openssl)",
)
_CLOSE = "Host: cobranca.example\nConnection: close\n"
_UPLOAD = "POST /billings/csv/upload HTTP/1.1\nHost: cobranca.example\n"
#: Far over SHORT_S on a busy machine, far under what an unbounded wait would take.
_PATIENCE_S = 20.0 * SHORT_S


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """Run the proxy once for all tests that leave it as it was."""
    with running_edge(tmp_path_factory.mktemp("edge")) as running:
        yield running


@pytest.fixture
def edge(shared: Edge) -> Edge:
    """Return the running proxy, with nothing noted of earlier calls."""
    shared.upstream.forget()
    return shared


@pytest.fixture
def lone_edge(tmp_path: Path) -> Iterator[Edge]:
    """Run a proxy for one test: what it comes to think of our address is not the others'."""
    with running_edge(tmp_path) as running:
        yield running


def test_call_passes_with_its_key_and_without_what_it_says_of_proxies(edge: Edge) -> None:
    status, answer = edge.ask(
        f"GET /about?search=x HTTP/1.1\n{_CLOSE}Authorization: Bearer k\n"
        "X-Forwarded-For: 10.9.9.9\nForwarded: for=10.9.9.9\nX-Real-IP: 10.9.9.9\n\n"
    )
    assert status == 200
    assert "max-age=31536000" in answer
    ((path, headers),) = edge.upstream.calls
    assert path == "/about?search=x"
    assert headers["authorization"] == "Bearer k"
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "https"
    assert not {"forwarded", "x-real-ip"} & headers.keys()


def test_page_is_read_only(edge: Edge) -> None:
    assert edge.ask(f"GET /uploads HTTP/1.1\n{_CLOSE}\n", port=edge.page_port)[0] == 200
    refused = edge.ask(f"DELETE /billings/1 HTTP/1.1\n{_CLOSE}\n", port=edge.page_port)
    assert refused[0] == 405
    assert len(edge.upstream.calls) == 1


@pytest.mark.parametrize("path", ["/metrics", "/metrics?x=1", "/%6detrics", "/metrics/"])
def test_metrics_are_not_served_outside(edge: Edge, path: str) -> None:
    assert edge.ask(f"GET {path} HTTP/1.1\n{_CLOSE}\n")[0] == 404
    assert not edge.upstream.calls


def test_head_that_never_ends_is_refused(edge: Edge) -> None:
    began = time.monotonic()
    with edge.connect() as connection:
        connection.sendall(b"GET /about HTTP/1.1\r\n")
        with suppress(OSError):
            while time.monotonic() < began + _PATIENCE_S:
                connection.sendall(b"a: b\r\n" * 1000)
    assert time.monotonic() < began + _PATIENCE_S
    long = f"GET /about HTTP/1.1\n{_CLOSE}X: {'x' * 15_500}\n\n"
    assert edge.ask(long)[0] == 400
    assert not edge.upstream.calls


@pytest.mark.parametrize(("lines", "status"), [(50, 200), (80, 400)])
def test_lines_of_a_head_are_counted(edge: Edge, lines: int, status: int) -> None:
    head = "".join(f"X-{number}: 1\n" for number in range(lines))
    assert edge.ask(f"GET /about HTTP/1.1\n{_CLOSE}{head}\n")[0] == status


def test_head_that_comes_slowly_is_cut_off(edge: Edge) -> None:
    began = time.monotonic()
    with edge.connect() as connection, suppress(OSError):
        connection.sendall(b"GET /about HTTP/1.1\r\n")
        connection.settimeout(0.3)
        while time.monotonic() < began + _PATIENCE_S:
            connection.sendall(b"a")
            with suppress(TimeoutError):
                assert status_of(connection.recv(4096)) in {0, 408}
                break
    assert time.monotonic() - began < _PATIENCE_S
    assert not edge.upstream.calls


def test_connection_that_says_nothing_is_closed(edge: Edge) -> None:
    for say in (b"", b"\x16\x03\x01"):  # Nothing at all, and the first bytes of a handshake.
        with socket.create_connection(("127.0.0.1", edge.api_port), _PATIENCE_S) as connection:
            connection.sendall(say)
            with suppress(ConnectionResetError):
                while connection.recv(4096):
                    pass


def test_one_address_has_a_bounded_number_of_connections(lone_edge: Edge) -> None:
    with ExitStack() as opened:
        silent = [
            opened.enter_context(socket.create_connection(("127.0.0.1", lone_edge.api_port)))
            for _ in range(260)
        ]
        closed = 0
        for connection in silent:
            connection.settimeout(0.005)
            with suppress(TimeoutError):
                closed += _is_closed(connection)
    assert closed >= 40


def _is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_upload_goes_on_as_it_comes_and_is_answered_late(edge: Edge) -> None:
    half = 3_000_000
    with edge.connect() as connection:
        head = f"{_UPLOAD}Late: 1\nConnection: close\nContent-Length: {2 * half}\n\n"
        connection.sendall(head.replace("\n", "\r\n").encode() + b"x" * half)
        until = time.monotonic() + _PATIENCE_S
        # All but what the sockets on the way hold is there, though the rest is not even sent.
        while edge.upstream.body_bytes < half - 65536:
            assert time.monotonic() < until, edge.upstream.body_bytes
            time.sleep(0.02)
        connection.sendall(b"x" * half)
        connection.settimeout(2.5 * SHORT_S)
        with pytest.raises(TimeoutError):  # It reads the file for longer than a client may sleep.
            connection.recv(1)
        edge.upstream.go_on.set()
        connection.settimeout(_PATIENCE_S)
        assert status_of(read_all(connection)) == 200
    assert edge.upstream.body_bytes == 2 * half


def test_sender_who_stops_in_a_body_is_cut_off(edge: Edge) -> None:
    """Of an upload it is the API that has the patience; the proxy's own is for all other calls."""
    with edge.connect() as connection:
        head = "POST /mail/bounces HTTP/1.1\nHost: x\nContent-Length: 100\n\n"
        connection.sendall(head.replace("\n", "\r\n").encode() + b"x" * 10)
        assert edge.upstream.broken.wait(_PATIENCE_S)
        assert status_of(read_all(connection)) in {0, 408, 504}


def test_reader_who_takes_nothing_is_cut_off(edge: Edge) -> None:
    with edge.connect() as connection:
        connection.sendall(b"GET /billings/csv/uploads/1/rejects HTTP/1.1\r\nHost: x\r\n\r\n")
        assert edge.upstream.broken.wait(_PATIENCE_S)


def test_progress_is_not_held_back(edge: Edge) -> None:
    with edge.connect() as connection:
        connection.sendall(b"GET /billings/csv/progress HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.settimeout(_PATIENCE_S)
        got = b""
        while b"data: one" not in got:
            piece = connection.recv(4096)
            assert piece
            got += piece
        assert b"data: two" not in got
        edge.upstream.go_on.set()
        assert b"data: two" in read_all(connection)


@pytest.mark.parametrize(
    ("head", "announced"),
    [(_UPLOAD, 4_296_015_873), ("POST /mail/bounces HTTP/1.1\nHost: x\n", 3_145_729)],
)
def test_body_over_the_bound_is_refused_unread(edge: Edge, head: str, announced: int) -> None:
    status, answer = edge.ask(f"{head}Connection: close\nContent-Length: {announced}\n\n", b"x")
    assert status == 413
    assert "UPLOAD_TOO_LARGE" in answer
    assert not edge.upstream.calls


def test_who_guesses_keys_is_held_up(lone_edge: Edge) -> None:
    # On one connection: what counts is calls in ten seconds, and a handshake takes its time.
    call = "GET /refused HTTP/1.1\nHost: cobranca.example\n\n"
    _, answers = lone_edge.ask(call * 129 + f"GET /refused HTTP/1.1\n{_CLOSE}\n")
    assert set(re.findall(r"^HTTP/1.1 (\d+)", answers, re.MULTILINE)) == {"401", "429"}
    assert len(lone_edge.upstream.calls) < 130


def test_plain_http_and_old_tls_are_refused(edge: Edge) -> None:
    with socket.create_connection(("127.0.0.1", edge.api_port), _PATIENCE_S) as connection:
        connection.sendall(b"GET /about HTTP/1.1\r\nHost: x\r\n\r\n")
        with suppress(ConnectionResetError):
            assert b"200" not in connection.recv(4096)
    assert not edge.upstream.calls
    with edge.connect() as connection:
        assert connection.version() in {"TLSv1.2", "TLSv1.3"}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("AES128-SHA")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    raw = socket.create_connection(("127.0.0.1", edge.api_port), _PATIENCE_S)
    with raw, pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(raw)
