"""A real HTTP server that takes webhooks, and answers as it is told."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        """The body, read."""
        return json.loads(self.body)


@dataclass(slots=True, kw_only=True)
class HookServer:
    """What came, and what is answered: a status, with headers and a body."""

    url: str = ""
    port: int = 0
    calls: list[Call] = field(default_factory=list[Call])
    #: Called with each call; returns the status.
    answer: Callable[[Call], int] = lambda _call: 204
    headers: str = ""
    body: bytes = b""
    #: While it is set, nothing is answered.
    hanging: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one call and answer it."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            pairs = (line.split(":", 1) for line in head[1:] if line)
            headers = {name.lower(): value.strip() for name, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            call = Call(path=head[0].split(" ")[1], headers=headers, body=body)
            self.calls.append(call)
            if self.hanging:
                await reader.read()
                return
            status = self.answer(call)
            answer = f"HTTP/1.1 {status} X\r\nConnection: close\r\n{self.headers}"
            length = "" if status == 204 else f"Content-Length: {len(self.body)}\r\n"
            writer.write(f"{answer}{length}\r\n".encode() + (b"" if status == 204 else self.body))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # The caller has had enough.
        finally:
            writer.close()


@asynccontextmanager
async def hook_server(tls: ssl.SSLContext | None = None) -> AsyncGenerator[HookServer]:
    """Start one on a free port of this machine."""
    server = HookServer()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    server.url = f"http{'s' if tls else ''}://127.0.0.1:{server.port}/hook"
    try:
        yield server
    finally:
        listening.close()
