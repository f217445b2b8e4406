"""A TCP proxy for tests, with faults that are switched while it runs.

    with TcpProxy(("127.0.0.1", 5432)) as proxy:
        connect(proxy.port)
        proxy.black_hole()
        proxy.heal()

It runs in a thread of its own, so that tests that block can use it. "up" is from the client to the
server, "down" is back. The server may also be the path of a Unix socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import socket
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from tests.support.product import free_port

Direction = Literal["up", "down"]
T = TypeVar("T")

_CHUNK_BYTES = 64 * 1024
_CALL_TIMEOUT_S = 10.0
_SO_ATTACH_FILTER, _SO_DETACH_FILTER = 26, 27
#: A program of one instruction for the kernel's packet filter: keep nothing of a packet.
_DROP_ALL = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))


@dataclass(slots=True, kw_only=True)
class Cut:
    """Ends a connection at a place in its bytes."""

    direction: Direction
    #: So many bytes are passed on, the next one is not.
    after_bytes: int = 0
    #: Counted from the end of this text instead of from the connection's first byte.
    mark: bytes = b""
    #: Cuts so many connections, then no more; None = every one.
    times: int | None = 1
    #: By RST on both sides, else by FIN.
    reset: bool = True
    #: The server gets all, and what it answers from then on is lost.
    swallow_answer: bool = False


@dataclass(slots=True, eq=False)
class _Link:
    """One connection through the proxy."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    passed: dict[Direction, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    tail: dict[Direction, bytes] = field(default_factory=lambda: {"up": b"", "down": b""})
    marked: dict[int, int] = field(default_factory=dict[int, int])
    answers_lost: bool = False

    def close(self, *, reset: bool) -> None:
        for writer in (self.client, self.server):
            if reset:
                _make_reset(writer.get_extra_info("socket"))
                writer.transport.abort()
            else:
                writer.close()


class TcpProxy:
    """Listens on a loopback port and passes all on to one server, while nothing is the matter."""

    def __init__(self, server: tuple[str, int] | str | Path, *, port: int = 0) -> None:
        """Prepare; nothing listens before `start`."""
        self._server = server
        self.port = port or free_port()
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._flowing = asyncio.Event()
        self._latency_s: dict[Direction, float] = {"up": 0.0, "down": 0.0}
        self._bytes_per_s: float | None = None
        self._cuts: list[Cut] = []
        #: Bytes passed on in each direction, and connections accepted and cut, since the start.
        self.passed: dict[Direction, int] = {"up": 0, "down": 0}
        self.accepted = 0
        self.cut_count = 0

    # ------------------------------------------------------------------------- what tests call

    def start(self) -> Self:
        """Listen."""
        self._thread.start()
        self._flowing.set()
        self._call(self._listen())
        return self

    def stop(self) -> None:
        """Reset every connection and stop listening."""
        self._call(self._shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CALL_TIMEOUT_S)
        self._loop.close()

    def __enter__(self) -> Self:
        """Listen."""
        return self.start()

    def __exit__(self, *exc: object) -> None:
        """Stop."""
        self.stop()

    def heal(self) -> None:
        """End every fault; connections that still stand go on."""
        self._call(self._heal())

    def slow(
        self, *, up_s: float = 0.0, down_s: float = 0.0, bytes_per_s: float | None = None
    ) -> None:
        """Hold each piece of up to 64 KiB for so long, and pass no more bytes a second."""
        self._latency_s = {"up": up_s, "down": down_s}
        self._bytes_per_s = bytes_per_s

    def cut(self, cut: Cut) -> None:
        """Cut connections at a place, also those that stand already."""
        self._call(self._set(lambda: self._cuts.append(cut)))

    def reset_all(self) -> None:
        """Reset the connections that stand; new ones are taken."""
        self._call(self._reset_all())

    def refuse(self) -> None:
        """Refuse new connections, as a host does on which the server does not run."""
        self._call(self._stop_listening())

    def black_hole(self) -> None:
        """Be a host that lost its power: no packet is answered, none sent, nothing is closed."""
        self._call(self._black_hole())

    # ------------------------------------------------------------------------ inside the thread

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_CALL_TIMEOUT_S)

    @staticmethod
    async def _set(change: Any) -> None:
        change()

    async def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(128)
        listener.setblocking(False)
        self._listener = listener
        self._accepting = asyncio.create_task(self._accept(listener))

    async def _accept(self, listener: socket.socket) -> None:
        while True:
            accepted, _ = await self._loop.sock_accept(listener)
            self.accepted += 1
            task = asyncio.create_task(self._serve(accepted))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _stop_listening(self) -> None:
        if self._accepting is not None and self._listener is not None:
            self._accepting.cancel()
            await asyncio.wait([self._accepting])
            self._listener.close()
            self._accepting = self._listener = None

    async def _shut(self) -> None:
        await self._stop_listening()
        await self._reset_all()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _heal(self) -> None:
        self.slow()
        self._cuts.clear()
        if self._listener is None:
            await self._listen()
        self._filter(drop=False)
        self._flowing.set()

    async def _reset_all(self) -> None:
        for link in list(self._links):
            link.close(reset=True)

    async def _black_hole(self) -> None:
        self._flowing.clear()
        self._filter(drop=True)

    def _filter(self, *, drop: bool) -> None:
        sockets = [self._listener] if self._listener else []
        for link in self._links:
            sockets += [w.get_extra_info("socket") for w in (link.client, link.server)]
        for one in sockets:
            if one.family != socket.AF_UNIX and one.fileno() >= 0:
                _drop_packets(one, drop=drop)

    async def _serve(self, accepted: socket.socket) -> None:
        try:
            client_reader, client = await asyncio.open_connection(sock=accepted)
            server_reader, server = await self._connect()
        except OSError:
            _make_reset(accepted)
            accepted.close()
            return
        link = _Link(client, server)
        self._links.add(link)
        try:
            await asyncio.gather(
                self._pump(link, "up", client_reader, server),
                self._pump(link, "down", server_reader, client),
            )
        except (OSError, asyncio.CancelledError):
            link.close(reset=True)
        finally:
            self._links.discard(link)
            link.close(reset=False)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._server, tuple):
            return await asyncio.open_connection(*self._server)
        return await asyncio.open_unix_connection(self._server)

    async def _pump(
        self,
        link: _Link,
        direction: Direction,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        while chunk := await reader.read(_CHUNK_BYTES):
            hold_s = self._latency_s[direction]
            if self._bytes_per_s is not None:
                hold_s += len(chunk) / self._bytes_per_s
            if hold_s:
                await asyncio.sleep(hold_s)
            await self._flowing.wait()
            if link.answers_lost and direction == "down":
                self.cut_count += 1
                link.close(reset=True)
                return
            cut, passed_on = self._place_of_cut(link, direction, chunk)
            link.passed[direction] += len(passed_on)
            self.passed[direction] += len(passed_on)
            writer.write(passed_on)
            await writer.drain()
            if cut is not None:
                self.cut_count += 1
                link.close(reset=cut.reset)
                return
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof()

    def _place_of_cut(
        self, link: _Link, direction: Direction, chunk: bytes
    ) -> tuple[Cut | None, bytes]:
        """Return the cut that falls into a piece, and what of the piece comes before it."""
        start = link.passed[direction]
        for cut in self._cuts:
            if cut.direction != direction or cut.times == 0:
                continue
            base = self._base(cut, link, chunk, start)
            if base is None or base + cut.after_bytes >= start + len(chunk) + bool(cut.mark):
                continue
            if cut.times is not None:
                cut.times -= 1
            if cut.swallow_answer:
                link.answers_lost = True
                break
            return cut, chunk[: max(0, base + cut.after_bytes - start)]
        link.tail[direction] = (link.tail[direction] + chunk)[-256:]
        return None, chunk

    @staticmethod
    def _base(cut: Cut, link: _Link, chunk: bytes, start: int) -> int | None:
        """Return from which byte of the connection a cut counts; None before its mark."""
        if not cut.mark:
            return 0
        if id(cut) not in link.marked:
            tail = link.tail[cut.direction]
            place = (tail + chunk).find(cut.mark)
            if place < 0:
                return None
            link.marked[id(cut)] = start - len(tail) + place + len(cut.mark)
        return link.marked[id(cut)]


def _drop_packets(one: socket.socket, *, drop: bool) -> None:
    """Let the kernel drop what arrives at a socket before TCP sees it, or see it again.

    The other side gets no acknowledgement, as from a dead host.
    """
    if drop:
        program = struct.pack("HL", 1, ctypes.addressof(_DROP_ALL))
        one.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
    else:
        with contextlib.suppress(FileNotFoundError):
            one.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)


def _make_reset(one: socket.socket) -> None:
    """Make the next close of a socket a reset."""
    if one.family != socket.AF_UNIX and one.fileno() >= 0:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
