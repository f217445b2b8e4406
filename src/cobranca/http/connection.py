"""Bounds what one connection may take: heads, their time, bodies that stall, readers that stall.

All of it holds before anybody is asked who calls, for the API, the page and every other process.
"""

from __future__ import annotations

import resource
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from cobranca.http.answer_headers import ALWAYS
from cobranca.http.problem import problem_response
from cobranca.infra.metrics import CONNECTIONS_ENDED

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

#: More connections than this are no use to one process.
_CONNECTIONS_MAX = 2000
#: Of the process's descriptors, connections leave a quarter to the database, files and the rest.
_DESCRIPTORS_SHARE = 0.75


def connections_max() -> int:
    """Return how many connections the descriptors of this process allow."""
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft == resource.RLIM_INFINITY:
        return _CONNECTIONS_MAX
    return min(_CONNECTIONS_MAX, int(soft * _DESCRIPTORS_SHARE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is given to one connection. They are no settings: no honest caller comes near."""

    head_bytes: int = 32 * 1024
    head_lines: int = 100
    #: From the connection, or from a later head's first byte, to the whole head.
    head_s: float = 10.0
    #: Within this time a body must bring, or a reader take, so many bytes.
    stall_s: float = 60.0
    stall_bytes: int = 64 * 1024
    #: What the kernel keeps for a reader; more would hide for minutes that nobody reads.
    send_bytes: int = 256 * 1024
    #: Calls that are sent before the one under way has been answered.
    pipelined: int = 16
    #: What is still taken from who was refused, unread, and for how long, so that the answer is.
    unheard_bytes: int = 256 * 1024
    goodbye_s: float = 2.0
    connections: int = field(default_factory=connections_max)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    status: int
    code: str
    detail: str


_INVALID = _Refusal(status=400, code="REQUEST_INVALID", detail="This is no HTTP request")
_TOO_LARGE = _Refusal(
    status=431, code="HEAD_TOO_LARGE", detail="Send fewer and shorter header fields"
)
_TOO_SLOW = _Refusal(status=408, code="HEAD_TOO_SLOW", detail="The head took too long to come")
_TOO_MANY = _Refusal(
    status=503,
    code="CONNECTIONS_BUSY",
    detail="As many connections as fit are open; again after Retry-After",
)
#: These two end without an answer: one is under way, or nobody reads.
_BODY_STALLED = "BODY_TOO_SLOW"
_READER_STALLED = "READER_TOO_SLOW"
_CODES = (
    *(refusal.code for refusal in (_INVALID, _TOO_LARGE, _TOO_SLOW, _TOO_MANY)),
    _BODY_STALLED,
    _READER_STALLED,
)
for _code in _CODES:
    CONNECTIONS_ENDED.labels(_code)  # An alert on an increase needs the zero before it.


class _Alarm:
    """Calls back unless it is put off in time; set again, it begins anew."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, after_s: float, ring: Callable[[], None]
    ) -> None:
        self._loop, self._after_s, self._ring = loop, after_s, ring
        self._handle: asyncio.TimerHandle | None = None

    @property
    def is_set(self) -> bool:
        return self._handle is not None

    def set(self) -> None:
        self.unset()
        self._handle = self._loop.call_later(self._after_s, self._fire)

    def unset(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _fire(self) -> None:
        self._handle = None
        self._ring()


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP with bounds; its parser alone takes a head of any size, for any time."""

    bounds: ClassVar[Bounds] = Bounds()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with nothing read."""
        super().__init__(*args, **kwargs)
        self._in_head = True
        #: Bytes since the last that was worth something: the end of a head, or a piece of a body.
        self._head_bytes = 0
        self._head_lines = 0
        self._refusal = _INVALID
        self._is_refused = False
        self._unheard_bytes = 0
        self._arrived_bytes = 0
        self._was_paused = False
        bounds = self.bounds
        self._head_alarm = _Alarm(self.loop, bounds.head_s, self._head_is_late)
        self._body_alarm = _Alarm(self.loop, bounds.stall_s, self._look_at_body)
        self._reader_alarm = _Alarm(self.loop, bounds.stall_s, self._look_at_reader)
        self._goodbye_alarm = _Alarm(self.loop, bounds.goodbye_s, self._leave)
        self.waiting_since = self.loop.time()

    @property
    def is_waiting(self) -> bool:
        """Whether nobody works for this connection: it has yet to say what it wants."""
        return self._in_head and not self._is_answering

    @property
    def _is_answering(self) -> bool:
        # uvicorn has None here before the first call, whatever its type says.
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    # ---------------------------------------------------------------------- the connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give the connection its time; when there are too many, the oldest silent one goes."""
        super().connection_made(transport)
        bound: socket.socket | None = transport.get_extra_info("socket")
        if bound is not None:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.bounds.send_bytes)
        self._head_alarm.set()
        if len(self.connections) > self.bounds.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of everything."""
        self._unset_alarms()
        self._goodbye_alarm.unset()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        others: list[Any] = [other for other in self.connections if other is not self]
        waiting = [
            other for other in others if isinstance(other, BoundedProtocol) and other.is_waiting
        ]
        if waiting:
            oldest = min(waiting, key=lambda other: other.waiting_since)
            self.connections.discard(oldest)
            oldest.cut_off(_TOO_MANY.code)
        else:
            self._refuse(_TOO_MANY)

    # --------------------------------------------------------------------------- heads

    def data_received(self, data: bytes) -> None:
        """Read on, never more of a head than is left of its bound."""
        if self._is_refused:
            self._unheard_bytes += len(data)
            if self._unheard_bytes > self.bounds.unheard_bytes:
                self.transport.abort()
            return
        while data and not self._is_refused and not self.transport.is_closing():
            if self._in_head and not self._head_alarm.is_set:
                self._head_alarm.set()
            room = self.bounds.head_bytes + 1 - self._head_bytes
            piece = data[:room] if self._in_head else data
            data = data[len(piece) :]
            self._head_bytes += len(piece)
            super().data_received(piece)
            if self._head_bytes > self.bounds.head_bytes:
                self._refuse(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Count the head's lines from here, and its time at the latest."""
        super().on_message_begin()
        self._head_lines = 0
        if not self._head_alarm.is_set:
            self._head_alarm.set()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a line of the head, or of a body's trailer, which counts with it."""
        self._head_lines += 1
        if self._head_lines > self.bounds.head_lines:
            self._refusal = _TOO_LARGE
            raise ValueError("too many header lines")  # The parser ends, by `send_400_response`.
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin the call; from here on its body is watched."""
        super().on_headers_complete()
        if len(self.pipeline) > self.bounds.pipelined:
            raise ValueError("too many calls before an answer")
        self._in_head, self._head_bytes = False, 0
        self._head_alarm.unset()
        self._arrived_bytes, self._was_paused = 0, False
        self._body_alarm.set()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read with what is wrong with it."""
        self._refuse(self._refusal)

    def _head_is_late(self) -> None:
        if self._is_answering:  # We are not reading, or the call before is under way.
            self._head_alarm.set()
        elif self._head_bytes:
            self._refuse(_TOO_SLOW)
        else:
            self.cut_off(_TOO_SLOW.code)  # Nothing was asked: a browser's spare connection.

    # -------------------------------------------------------------------------- bodies

    def on_body(self, body: bytes) -> None:
        """Hand a piece of the body on."""
        super().on_body(body)
        self._head_bytes = 0
        self._arrived_bytes += len(body)
        self._was_paused = self._was_paused or self.flow.read_paused

    def on_message_complete(self) -> None:
        """Wait for the next head."""
        super().on_message_complete()
        self._body_alarm.unset()
        self._in_head, self._head_bytes = True, 0
        self.waiting_since = self.loop.time()

    def _look_at_body(self) -> None:
        """Cut off a sender who brings too little, unless it was us who did not read."""
        if self._arrived_bytes < self.bounds.stall_bytes and not self._was_paused:
            self.cut_off(_BODY_STALLED)
            return
        self._arrived_bytes, self._was_paused = 0, self.flow.read_paused
        self._body_alarm.set()

    # ------------------------------------------------------------------------- readers

    def pause_writing(self) -> None:
        """Begin to wait for the reader."""
        super().pause_writing()
        self._reader_alarm.set()

    def resume_writing(self) -> None:
        """Write on: the reader has taken what was waiting."""
        super().resume_writing()
        self._reader_alarm.unset()

    def on_response_complete(self) -> None:
        """Wait for the last bytes to be taken too."""
        super().on_response_complete()
        self.waiting_since = self.loop.time()
        if self.transport.get_write_buffer_size():
            self._reader_alarm.set()

    def _look_at_reader(self) -> None:
        if self.transport.get_write_buffer_size():
            self.cut_off(_READER_STALLED)

    # ----------------------------------------------------------------------------- ends

    def cut_off(self, code: str) -> None:
        """End the connection at once, and count why."""
        CONNECTIONS_ENDED.labels(code).inc()
        self.transport.abort()

    def _leave(self) -> None:
        self.transport.abort()

    def _unset_alarms(self) -> None:
        for alarm in (self._head_alarm, self._body_alarm, self._reader_alarm):
            alarm.unset()

    def _refuse(self, refusal: _Refusal) -> None:
        """Say why, where no answer is under way that it would be mixed up with; then end."""
        if self._is_refused or self.transport.is_closing():
            return
        if self._is_answering:
            self.cut_off(refusal.code)
            return
        CONNECTIONS_ENDED.labels(refusal.code).inc()
        answer = problem_response(refusal.status, refusal.code, refusal.detail)
        headers = [*answer.raw_headers, *ALWAYS, (b"connection", b"close")]
        lines = [b"%b: %b\r\n" % header for header in headers]
        self.transport.write(
            b"".join([STATUS_LINE[refusal.status], *lines, b"\r\n", bytes(answer.body)])
        )
        # To close at once, over what is still coming, would take the answer from its reader too.
        self._is_refused = True
        self._unset_alarms()
        self.transport.write_eof()
        self._goodbye_alarm.set()


def bounded_by(bounds: Bounds) -> type[BoundedProtocol]:
    """Return the protocol with bounds of its own."""
    return type("BoundedProtocol", (BoundedProtocol,), {"bounds": bounds})
