"""Whatever bytes a stranger sends as a call: it ends, is no fault, and harms no next one."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cobranca.http.connection import Bounds
from cobranca.http.server import served
from tests.unit.http.test_connection import all_of, send_all

BOUNDS = Bounds(head_s=0.5, stall_s=0.5, goodbye_s=0.1, connections=20)
#: What heads are made of, whole, cut and wrong.
PARTS = [
    b"GET / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\n", b"GET /", b" HTTP/1.0\r\n", b" HTTP/2.0\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\n", b"OPTIONS * HTTP/1.1\r\n",
    b"GET http://b.example/ HTTP/1.1\r\n", b"GET //%00%ff/..;/ HTTP/1.1\r\n", b"Host: h\r\n",
    b"Host:\r\n", b"Host: a\r\nHost: b\r\n", b"Content-Length: 5\r\n", b"Content-Length: 6\r\n",
    b"Content-Length: -1\r\n", b"Content-Length: 99999999999999999999\r\n",
    b"Expect: 100-continue\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: gzip, chunked\r\n", b"5\r\nhello\r\n",
    b"0\r\n\r\n", b"FFFFFFFFFFFFFFFFF\r\n", b"-1\r\n", b"1;x=y\r\na\r\n", b"Upgrade: websocket\r\n",
    b"Upgrade: h2c\r\n", b"Connection: Upgrade, HTTP2-Settings\r\n", b"Connection: close\r\n",
    b"Connection: keep-alive\r\n", b"Sec-WebSocket-Key: x\r\n", b"Sec-WebSocket-Version: 13\r\n",
    b" folded\r\n", b"a\0b: c\r\n", b"\xff\xfe: \x80\r\n", b": \r\n", b"a b: c\r\n", b"\r\n", b"\n",
    b"\r", b"\r\n\r\n", b"\n\n", b"x: " + b"y" * 9000 + b"\r\n", b"z: 1\r\n" * 40,
]  # fmt: skip
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    """Read the body and say that it was read."""
    if scope["type"] != "http":
        return
    while (message := await receive())["type"] == "http.request" and message["more_body"]:
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"read"})


async def _said_to(port: int, pieces: list[bytes], *, is_ended: bool) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await send_all(writer, pieces)
        if is_ended and not writer.transport.is_closing():
            writer.write_eof()
        return await all_of(reader)
    finally:
        writer.transport.abort()


async def _call(pieces: list[bytes], *, is_ended: bool) -> tuple[bytes, bytes]:
    """Return what is said to these bytes, and then to an honest call; tell every fault."""
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, fault: faults.append(fault))
    async with served(_answer, host="127.0.0.1", port=0, bounds=BOUNDS) as port:
        said = await _said_to(port, pieces, is_ended=is_ended)
        honest = [b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"]
        then = await _said_to(port, honest, is_ended=False)
    assert not faults
    return said, then


# Each waits for the server's bounds; `make fuzz` has the time.
@settings(max_examples=max(12, settings.default.max_examples // 10))
@given(
    pieces=st.lists(st.one_of(st.sampled_from(PARTS), st.binary(max_size=40)), max_size=12),
    is_ended=st.booleans(),
)
@example(
    pieces=[b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"], is_ended=False
)
@example(pieces=[b"GET / HTTP/1.1\r\n\r\n" * 40], is_ended=True)
def test_no_bytes_are_a_fault_or_hold_up_who_comes_next(
    pieces: list[bytes], is_ended: bool
) -> None:
    said, then = asyncio.run(_call(pieces, is_ended=is_ended))
    statuses = {int(status) for status in _STATUS.findall(said)}
    assert statuses <= {100, 200, 400, 408, 431, 503}, said[:500]
    assert then.startswith(b"HTTP/1.1 200 ")
    assert b"read" in then
