"""The proxy of the fault tests does what it says, before anything is concluded from it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.support.tcp_proxy import Cut, TcpProxy

_TCP_USER_TIMEOUT = 18


class EchoServer:
    """Gives every byte back, and counts what it has received."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = self._listener.getsockname()
        self.received = bytearray()
        self.ended_by: list[str] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._echo, args=(connection,), daemon=True).start()

    def _echo(self, connection: socket.socket) -> None:
        with connection:
            try:
                while data := connection.recv(65536):
                    self.received += data
                    connection.sendall(data)
                self.ended_by.append("FIN")
            except OSError:
                self.ended_by.append("RST")

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def server() -> Iterator[EchoServer]:
    """Return an echo server."""
    one = EchoServer()
    yield one
    one.close()


@pytest.fixture
def proxy(server: EchoServer) -> Iterator[TcpProxy]:
    """Return a proxy before it."""
    with TcpProxy(server.address) as one:
        yield one


def connect(proxy: TcpProxy, timeout_s: float = 10) -> socket.socket:
    """Connect through the proxy."""
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=timeout_s)


def receive(client: socket.socket, size: int) -> bytes:
    """Receive so many bytes, or what there is before the end."""
    data = b""
    while len(data) < size and (piece := client.recv(size - len(data))):
        data += piece
    return data


def test_without_a_fault_every_byte_goes_through_and_back(proxy: TcpProxy) -> None:
    content = bytes(range(256)) * 4000
    with connect(proxy) as client:
        threading.Thread(target=client.sendall, args=(content,), daemon=True).start()
        assert receive(client, len(content)) == content
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
    assert proxy.passed == {"up": len(content), "down": len(content)}


@pytest.mark.parametrize("place", [0, 1, 5, 9])
def test_up_is_cut_after_exactly_so_many_bytes(
    proxy: TcpProxy, server: EchoServer, place: int
) -> None:
    proxy.cut(Cut(direction="up", after_bytes=place, reset=False))
    with connect(proxy) as client:
        client.sendall(b"0123456789")
        receive(client, 10)
    wait(lambda: bool(server.ended_by))
    assert bytes(server.received) == b"0123456789"[:place]
    with connect(proxy) as client:  # Once was asked for: the next one is whole.
        client.sendall(b"whole")
        assert receive(client, 5) == b"whole"


def test_down_is_cut_by_a_reset(proxy: TcpProxy, server: EchoServer) -> None:
    proxy.cut(Cut(direction="down", after_bytes=4, times=None))
    for _ in range(2):
        with connect(proxy) as client:
            client.sendall(b"0123456789")
            with pytest.raises(ConnectionResetError):
                receive(client, 10)
    assert bytes(server.received) == b"0123456789" * 2
    assert proxy.cut_count == 2


def test_a_cut_counts_from_its_mark_also_across_pieces(proxy: TcpProxy, server: EchoServer) -> None:
    proxy.cut(Cut(direction="up", mark=b"COMMIT", after_bytes=0, reset=False))
    with connect(proxy) as client:
        client.sendall(b"begin COM")
        assert receive(client, 9) == b"begin COM"
        client.sendall(b"MIT;")
        receive(client, 4)
    wait(lambda: bool(server.ended_by))
    assert bytes(server.received) == b"begin COMMIT"


def test_an_answer_can_be_lost_after_the_server_has_all(
    proxy: TcpProxy, server: EchoServer
) -> None:
    proxy.cut(Cut(direction="up", mark=b"COMMIT", swallow_answer=True))
    with connect(proxy) as client:
        client.sendall(b"one COMMIT;")
        with pytest.raises(ConnectionResetError):
            client.recv(100)
    assert bytes(server.received) == b"one COMMIT;"


def test_all_are_reset_and_new_ones_taken(proxy: TcpProxy, server: EchoServer) -> None:
    with connect(proxy) as first:
        first.sendall(b"x")
        assert first.recv(1) == b"x"
        proxy.reset_all()
        with pytest.raises(ConnectionResetError):
            first.recv(1)
    wait(lambda: server.ended_by == ["RST"])
    with connect(proxy) as second:
        second.sendall(b"y")
        assert second.recv(1) == b"y"


def test_refused_until_it_is_healed(proxy: TcpProxy) -> None:
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        connect(proxy)
    proxy.heal()
    with connect(proxy) as client:
        client.sendall(b"x")
        assert client.recv(1) == b"x"


def test_a_black_hole_acknowledges_nothing_and_closes_nothing(
    proxy: TcpProxy, server: EchoServer
) -> None:
    with connect(proxy) as client:
        client.sendall(b"x")
        assert client.recv(1) == b"x"
        proxy.black_hole()
        # The kernel's own bound on unacknowledged bytes sees it: what arrives is not even
        # acknowledged.
        client.setsockopt(socket.IPPROTO_TCP, _TCP_USER_TIMEOUT, 500)
        client.sendall(b"lost")
        with pytest.raises(TimeoutError) as raised:
            client.recv(1)
        assert raised.value.errno is not None
        with pytest.raises(TimeoutError):
            connect(proxy, timeout_s=0.3)
    assert server.ended_by == []
    proxy.heal()
    with connect(proxy) as client:
        client.sendall(b"y")
        assert client.recv(1) == b"y"


def test_connections_that_stand_go_on_after_a_black_hole(proxy: TcpProxy) -> None:
    with connect(proxy) as client:
        client.sendall(b"x")
        assert client.recv(1) == b"x"
        proxy.black_hole()
        client.sendall(b"later")
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(1)
        proxy.heal()
        client.settimeout(20)
        assert receive(client, 5) == b"later"


def test_latency_and_throttle_hold_bytes_back(proxy: TcpProxy) -> None:
    with connect(proxy) as client:
        proxy.slow(up_s=0.1, down_s=0.1)
        assert _seconds(client, b"x") >= 0.2
        proxy.slow(bytes_per_s=100_000)
        assert _seconds(client, b"x" * 10_000) >= 0.2
        proxy.heal()
        client.sendall(b"y")
        assert receive(client, 1) == b"y"


def _seconds(client: socket.socket, content: bytes) -> float:
    started = time.monotonic()
    client.sendall(content)
    assert receive(client, len(content)) == content
    return time.monotonic() - started


def wait(holds: object) -> None:
    """Wait until something is so."""
    assert callable(holds)
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)
