"""Who asks for a list and does not read it keeps its place for a while, and no longer."""

from __future__ import annotations

import asyncio
import itertools
import socket
import uuid
from typing import TYPE_CHECKING

import httpx

from cobranca.api import create_app
from cobranca.http.connection import Bounds
from cobranca.http.server import served

if TYPE_CHECKING:
    from cobranca.infra.settings import Settings

PLACES = 4
BAD_ROWS = 4000
HEADER = b"name,governmentId,email,debtAmount,debtDueDate,debtId\n"
GOOD = f"Ana,12345678909,ana@example.com,10.50,2030-01-31,{uuid.UUID(int=1)}\n".encode()


async def test_readers_who_do_not_read_lose_their_places(settings: Settings) -> None:
    bounds = Bounds(stall_s=3.0)
    async with served(create_app(settings), host="127.0.0.1", port=0, bounds=bounds) as port:
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, timeout=120) as client:
            content = HEADER + GOOD + (b"x" * 3000 + b",,,,,\n") * BAD_ROWS
            sent = await client.post(
                "/billings/csv/upload", content=content, headers={"Content-Type": "text/csv"}
            )
            rejects = f"/billings/csv/uploads/{sent.json()['upload_id']}/rejects"
            deaf = [await _begun(port, rejects) for _ in range(PLACES)]
            assert (await client.get(rejects)).json()["code"] == "DOWNLOADS_BUSY"
            got = await _once_there_is_room(client, rejects)
            assert got.count("\n") > BAD_ROWS
            for each in deaf:
                each.close()


async def _once_there_is_room(client: httpx.AsyncClient, path: str) -> str:
    async with asyncio.timeout(120):
        for pause_s in itertools.repeat(0.2):
            answer = await client.get(path)
            if answer.status_code == 200:
                return answer.text
            assert answer.json()["code"] == "DOWNLOADS_BUSY"
            await asyncio.sleep(pause_s)
    raise AssertionError


async def _begun(port: int, path: str) -> socket.socket:
    """Ask for it, see that it comes, and read no further."""
    loop = asyncio.get_running_loop()
    asking = socket.socket()
    asking.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    asking.setblocking(False)
    await loop.sock_connect(asking, ("127.0.0.1", port))
    await loop.sock_sendall(asking, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert (await loop.sock_recv(asking, 12)).startswith(b"HTTP/1.1 200")
    return asking
