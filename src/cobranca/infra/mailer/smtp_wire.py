"""One SMTP connection as lines and replies: reading, writing, waiting. It knows no mail.

Written by hand over asyncio's transports because PIPELINING is what makes SMTP fast: a whole
envelope leaves in one write, together with the end of the message before it.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass
from typing import cast

REPLY_LINE_OCTETS_MAX = 8192
REPLY_LINES_MAX = 200

_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")


class ConnectionLostError(Exception):
    """The connection ended, or an answer did not come in time, or was none."""


@dataclass(slots=True)
class Reply:
    """A server's answer; `text` is its lines without the codes, joined by LF."""

    code: int
    text: str

    @property
    def enhanced_code(self) -> str | None:
        """The code of RFC 3463 at the beginning of the text, if there is one."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else None


class Wire(asyncio.Protocol):
    """Writes what is queued when it begins to wait; hands out replies in order."""

    def __init__(self) -> None:
        """Begin unconnected."""
        self._loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport | None = None
        self._queued: list[bytes] = []
        self._partial = b""
        self._lines: list[str] = []
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._lost: str | None = None
        #: Something was queued and never written, because the connection had ended by then.
        self.dropped = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; any byte that the kernel does not take counts as not written."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=0)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits; replies that came before can still be read."""
        self._lose(f"connection lost ({type(exc).__name__})" if exc else "closed by the server")

    def data_received(self, data: bytes) -> None:
        """Split into replies; what is no SMTP ends the connection."""
        *lines, self._partial = (self._partial + data).split(b"\n")
        for line in lines:
            if not self._take_line(line.rstrip(b"\r").decode("utf-8", "replace")):
                self.abort("the server does not speak SMTP")
                return
        if len(self._partial) > REPLY_LINE_OCTETS_MAX:
            self.abort("the server does not speak SMTP")
        elif self._replies:
            _wake(self._waiter)

    def pause_writing(self) -> None:
        """Bytes are left that the kernel has not taken."""
        self._drained = self._loop.create_future()

    def resume_writing(self) -> None:
        """The kernel has taken all that was written."""
        _wake(self._drained)
        self._drained = None

    @property
    def lost(self) -> bool:
        """Whether the connection has ended."""
        return self._lost is not None

    @property
    def quiet(self) -> bool:
        """Whether nothing has come that was not read."""
        return not self._replies and not self._lines and not self._partial

    def queue(self, data: bytes) -> None:
        """Write this, at the latest when a reply is awaited."""
        self._queued.append(data)

    async def reply(self, timeout_s: float) -> Reply:
        """Return the next reply.

        Raises:
            ConnectionLostError: it did not come; the connection is of no more use.
        """
        self._flush()
        while not self._replies:
            if self._lost is not None:
                raise ConnectionLostError(self._lost)
            self._waiter = self._loop.create_future()
            timer = self._loop.call_later(timeout_s, self.abort, "no answer in time")
            try:
                await self._waiter
            finally:
                timer.cancel()
        return self._replies.popleft()

    async def drain(self, timeout_s: float) -> None:
        """Write what is queued and wait until the kernel has taken all of it.

        Raises:
            ConnectionLostError: some of it was not taken, so the other side cannot have it all.
        """
        self._flush()
        if self._drained is not None:
            timer = self._loop.call_later(timeout_s, self.abort, "content not taken in time")
            try:
                await self._drained
            finally:
                timer.cancel()
        if self._lost is not None:
            raise ConnectionLostError(self._lost)

    def abort(self, reason: str = "given up") -> None:
        """End the connection at once, without another byte."""
        self._lose(reason)
        if self.transport is not None:
            self.transport.abort()

    def _flush(self) -> None:
        if not self._queued:
            return
        if self.transport is None or self._lost is not None:
            self.dropped = True
        else:
            self.transport.write(b"".join(self._queued))
        self._queued.clear()

    def _lose(self, reason: str) -> None:
        if self._lost is None:
            self._lost = reason
        _wake(self._waiter)
        _wake(self._drained)

    def _take_line(self, line: str) -> bool:
        code, mark = line[:3], line[3:4]
        if not (code.isascii() and code.isdigit()) or mark not in {"", " ", "-"}:
            return False
        self._lines.append(line[4:])
        if mark == "-":
            return len(self._lines) <= REPLY_LINES_MAX
        self._replies.append(Reply(int(code), "\n".join(self._lines)))
        self._lines.clear()
        return len(self._replies) <= REPLY_LINES_MAX


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)
