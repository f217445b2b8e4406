"""What strangers send before anybody knows who they are: bounded in size, number and time."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from cobranca.http import connection
from cobranca.http.connection import Bounds, connections_max
from cobranca.http.server import served

#: Shorter than what is real, so that a test does not wait; long enough for a busy machine.
QUICK = Bounds(head_s=1.0, stall_s=1.0, connections=100)
PATIENT = Bounds(head_s=120.0, stall_s=120.0, connections=100)
HEAD = b"POST / HTTP/1.1\r\nHost: h\r\n"
ANSWER_S = 60.0


class App:
    """Answers with the size of the body, or with so many bytes as its path says."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        try:
            body = await self._body(receive)
            answer = b"x" * int(scope["path"].strip("/") or 0) or b"%d" % body
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for at in range(0, len(answer), 60_000):
                piece = answer[at : at + 60_000]
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self.ended.set()

    async def _body(self, receive: Any) -> int:
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            size, more = size + len(message["body"]), message["more_body"]
        return size


@asynccontextmanager
async def connected(
    bounds: Bounds, app: App | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Serve with these bounds and give a connection."""
    async with served(app or App(), host="127.0.0.1", port=0, bounds=bounds) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """Read until the server ends the connection, however it does."""
    said = b""
    async with asyncio.timeout(ANSWER_S):
        try:
            while piece := await reader.read(65536):
                said += piece
        except ConnectionError:
            pass
    return said


async def send_all(writer: asyncio.StreamWriter, pieces: list[bytes]) -> None:
    """Send until all is sent or the server has had enough."""
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([HEAD + b"a: b\r\n" * 101 + b"\r\n"], id="a line too many"),
        pytest.param([HEAD, *[b"a: b\r\n" * 1000] * 100], id="lines without end"),
        pytest.param([HEAD + b"a: " + b"x" * 33_000 + b"\r\n\r\n"], id="a long line"),
        pytest.param([HEAD + b"a: ", *[b"x" * 10_000] * 100], id="a line without end"),
        pytest.param([b"GET /", *[b"x" * 10_000] * 100], id="a path without end"),
        pytest.param([b"\r\n" * 20_000], id="nothing but line ends"),
        pytest.param(
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", *[b"a: b\r\n" * 50] * 100],
            id="a trailer without end",
        ),
        pytest.param(
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\na: ", *[b"x" * 10_000] * 100],
            id="a trailer's line without end",
        ),
        pytest.param(
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", *[b"x" * 10_000] * 100],
            id="a chunk's extension without end",
        ),
        pytest.param([b"GET / HTTP/1.1\r\nHost: h\r\n\r\n" * 5000], id="calls without end"),
    ],
)
async def test_what_has_no_end_is_ended(pieces: list[bytes]) -> None:
    async with connected(PATIENT) as (reader, writer):
        sending = asyncio.create_task(send_all(writer, pieces))
        await all_of(reader)
        await sending


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (HEAD + b"a: b\r\n" * 200 + b"\r\n", b"431", b"HEAD_TOO_LARGE"),
        (b"nonsense\r\n\r\n", b"400", b"REQUEST_INVALID"),
        (b"GET / HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n", b"400", b"REQUEST_INVALID"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"400", b"REQUEST_INVALID"),
    ],
)
async def test_who_is_refused_is_told_why(sent: bytes, status: bytes, code: bytes) -> None:
    async with connected(PATIENT) as (reader, writer):
        writer.write(sent)
        head, _, body = (await all_of(reader)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status)
    assert code in body
    assert b"nosniff" in head
    assert b"application/problem+json" in head


@pytest.mark.parametrize(
    ("begun", "said"),
    [
        pytest.param([b""], b"", id="silent"),
        pytest.param([b"GET /", *[b"x"] * 400], b"HTTP/1.1 408", id="a byte at a time"),
        pytest.param([HEAD], b"HTTP/1.1 408", id="half a head"),
        pytest.param([b"\r\n"] * 400, b"HTTP/1.1 408", id="line ends, one at a time"),
    ],
)
async def test_who_takes_too_long_over_a_head_is_dropped(begun: list[bytes], said: bytes) -> None:
    async def trickle(writer: asyncio.StreamWriter) -> None:
        for piece in begun:
            await send_all(writer, [piece])
            await asyncio.sleep(0.05)

    async with connected(QUICK) as (reader, writer):
        sending = asyncio.create_task(trickle(writer))
        answer = await all_of(reader)
        sending.cancel()
    assert answer.startswith(said)
    assert bool(answer) == bool(said)


async def test_a_later_head_has_its_time_too() -> None:
    async with connected(QUICK) as (reader, writer):
        writer.write(b"GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /1 HTT")
        began = asyncio.get_running_loop().time()
        answer = await all_of(reader)
    assert answer.count(b"HTTP/1.1 200") == 1
    # Sooner than an idle connection, which uvicorn lets be for five seconds.
    assert asyncio.get_running_loop().time() - began < 4.5


async def test_an_answer_that_takes_longer_than_a_head_may_is_awaited() -> None:
    async def slow(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await asyncio.sleep(2.5)
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})

    async with served(slow, host="127.0.0.1", port=0, bounds=QUICK) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTT")
        assert (await all_of(reader)).startswith(b"HTTP/1.1 204")
        writer.transport.abort()


async def test_a_body_that_stops_coming_ends_its_call() -> None:
    app = App()
    async with connected(QUICK, app) as (reader, writer):
        writer.write(HEAD + b"Content-Length: 1000\r\n\r\nx")
        await all_of(reader)
        async with asyncio.timeout(ANSWER_S):
            await app.ended.wait()


async def test_a_body_of_any_size_is_taken_whole_in_any_pieces() -> None:
    for size, piece in ((5_000_000, 300_000), (40_000, 7), (0, 1)):
        body = b"a\r\n\r\n: " * (size // 7 + 1)
        async with connected(PATIENT) as (reader, writer):
            writer.write(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % size)
            await send_all(
                writer, [body[at : min(at + piece, size)] for at in range(0, size, piece)]
            )
            answer = await all_of(reader)
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"\r\n%d\r\n" % size in answer


async def test_many_calls_on_one_connection_have_a_bound_each() -> None:
    head = b"POST /1 HTTP/1.1\r\n" + b"a: b\r\n" * 99 + b"Content-Length: 3\r\n\r\nabc"
    async with connected(PATIENT) as (reader, writer):
        for _ in range(200):
            writer.write(head)
            async with asyncio.timeout(ANSWER_S):
                assert (await reader.readuntil(b"0\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_a_reader_who_does_not_read_loses_the_connection() -> None:
    app = App()
    async with served(app, host="127.0.0.1", port=0, bounds=QUICK) as port:
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(deaf, ("127.0.0.1", port))
            await loop.sock_sendall(deaf, b"GET /50000000 HTTP/1.1\r\nHost: h\r\n\r\n")
            async with asyncio.timeout(ANSWER_S):
                await app.ended.wait()


async def test_a_reader_who_reads_slowly_gets_it_all() -> None:
    async with connected(Bounds(stall_s=2.0, connections=10)) as (reader, writer):
        writer.write(b"GET /3000000 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        got = 0
        async with asyncio.timeout(ANSWER_S):
            while piece := await reader.read(100_000):
                got += len(piece)
                await asyncio.sleep(0.1)
    assert got > 3_000_000


async def test_when_there_are_too_many_the_oldest_silent_one_goes() -> None:
    bounds = Bounds(head_s=120.0, connections=3)
    async with served(App(), host="127.0.0.1", port=0, bounds=bounds) as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        assert (await all_of(reader)).startswith(b"HTTP/1.1 200")
        writer.close()
        assert await all_of(silent[0][0]) == b""
        silent[2][1].write(b"GET /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        assert (await all_of(silent[2][0])).startswith(b"HTTP/1.1 200")
        for _, each in silent:
            each.transport.abort()


async def test_when_all_are_being_answered_a_further_one_is_refused() -> None:
    release = asyncio.Event()

    async def busy(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await release.wait()
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})

    bounds = Bounds(head_s=120.0, connections=2)
    async with served(busy, host="127.0.0.1", port=0, bounds=bounds) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for _, writer in held:
            writer.write(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        while True:  # Until both are being answered, a newcomer takes the place of one that waits.
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            refused = await all_of(reader)
            writer.close()
            if refused:
                break
        release.set()
        answers = [await all_of(reader) for reader, _ in held]
        for _, writer in held:
            writer.close()
    assert refused.startswith(b"HTTP/1.1 503")
    assert b"retry-after: " in refused.lower()
    assert b"CONNECTIONS_BUSY" in refused
    assert all(answer.startswith(b"HTTP/1.1 204") for answer in answers)


@pytest.mark.parametrize(("soft", "most"), [(64, 48), (1024, 768), (2**20, 2000), (-1, 2000)])
def test_connections_leave_descriptors_to_the_rest(
    soft: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection.resource, "getrlimit", lambda _which: (soft, soft))
    assert connections_max() == most
