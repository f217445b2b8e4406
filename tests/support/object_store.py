"""An S3 server for tests that keeps objects in memory, and can be told to fail.

Without rules it does what S3 does, as far as the product needs it: objects whole and in parts,
ranges, ETags made of MD5s. It runs in a thread of its own. In a test:

    with ObjectStore(rules=[Rule(method="PUT", fault="truncate", times=2)]) as server:
        os.environ |= server.env
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
import socket
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from urllib.parse import parse_qs

import uvicorn

from tests.support.product import START_TIMEOUT_S, wait_for

BUCKET = "cobranca"
Fault = Literal[
    "truncate",  # keeps a part of what came, and answers 200
    "change",  # keeps as many bytes, one of them another, and answers 200
    "error_after",  # keeps what came, and answers 500
    "error",  # keeps nothing, and answers 500
    "slow_down",  # answers 503, as S3 does when it is asked too often
    "hang",  # never answers
    "cut_off",  # sends a part of the answer, then closes
    "forbidden",  # answers 403
    "no_bucket",  # answers 404, for there is no such bucket
]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Rule:
    """When to fail how. The first rule that fits is used."""

    method: str
    fault: Fault
    #: Let this many fit before it is used, then use it so many times (None = for ever).
    skip: int = 0
    times: int | None = None
    #: Fits only so often, by chance: the same every time.
    share: float = 1.0
    #: Fits only paths with this.
    containing: str = ""


@dataclass(slots=True)
class ObjectStore:
    """The server. It listens on the loopback address while it is a context."""

    rules: Sequence[Rule] = ()
    #: ETags say nothing of the content, as with objects that are encrypted.
    opaque_tags: bool = False
    port: int = 0
    objects: dict[str, bytes] = field(default_factory=dict[str, bytes])
    #: How often each method was called, and each fault given.
    calls: Counter[str] = field(default_factory=Counter[str])
    faults: Counter[str] = field(default_factory=Counter[str])
    _tags: dict[str, str] = field(default_factory=dict[str, str])
    _parts: dict[str, dict[int, bytes]] = field(default_factory=dict[str, dict[int, bytes]])
    _fitted: Counter[int] = field(default_factory=Counter[int])
    #: One for each rule: what else is asked in between changes nothing of what it draws.
    _chances: dict[int, random.Random] = field(default_factory=dict[int, random.Random])
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """What a process needs to keep its objects here."""
        return {
            "COBRANCA_STORAGE_URL": f"s3://{BUCKET}/test",
            "AWS_ENDPOINT": self.url,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def read(self, path: str) -> bytes:
        """Return an object of the product."""
        return self.objects[f"/{BUCKET}/test/{path}"]

    def __enter__(self) -> Self:
        """Start the server."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            lifespan="off",
            log_level="critical",
            access_log=False,
        )
        self._server = server = uvicorn.Server(config)
        self._thread = threading.Thread(target=server.run, args=[[listener]], daemon=True)
        self._thread.start()
        wait_for(lambda: server.started, START_TIMEOUT_S, "the object store to listen")
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop it; the objects stay readable."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = self._server.force_exit = True
            self._thread.join(10)

    async def _answer(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        query = parse_qs(scope["query_string"].decode(), keep_blank_values=True)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body = await _read(receive)
        self.calls[method] += 1
        fault = self._fault(method, path)
        refusal = _REFUSALS.get(fault or "")
        if fault == "hang":
            await asyncio.sleep(3600)
        elif refusal is not None:
            await _send(send, refusal[0], _error(refusal[1]))
        elif method == "PUT":
            tag = self._put(path, query, body, fault)
            if fault == "error_after":
                await _send(send, 500, _error("InternalError"))
            else:
                await _send(send, 200, headers={"etag": tag})
        elif method == "POST":
            await self._post(path, query, body, send)
        elif path not in self.objects:
            await _send(send, 404, _error("NoSuchKey") if method == "GET" else b"")
        else:
            await self._get(method, path, headers.get("range"), send, cut_off=fault == "cut_off")

    def _fault(self, method: str, path: str) -> Fault | None:
        for number, rule in enumerate(self.rules):
            if rule.method != method or rule.containing not in path:
                continue
            chance = self._chances.setdefault(number, random.Random(20 + number))  # noqa: S311
            if chance.random() >= rule.share:
                continue
            self._fitted[number] += 1
            used = self._fitted[number] - rule.skip
            if used > 0 and (rule.times is None or used <= rule.times):
                self.faults[rule.fault] += 1
                return rule.fault
        return None

    def _put(self, path: str, query: dict[str, list[str]], body: bytes, fault: Fault | None) -> str:
        if fault == "truncate":
            body = body[: len(body) // 2]
        elif fault == "change" and body:
            body = bytes([body[0] ^ 1]) + body[1:]
        if "uploadId" in query:
            self._parts[query["uploadId"][0]][int(query["partNumber"][0])] = body
            return _tag(body)
        self.objects[path] = body
        self._tags[path] = '"opaque"' if self.opaque_tags else _tag(body)
        return self._tags[path]

    async def _post(self, path: str, query: dict[str, list[str]], body: bytes, send: Send) -> None:
        if "delete" in query:
            keys = re.findall(r"<Key>([^<]*)</Key>", body.decode())
            for key in keys:
                self.objects.pop(f"/{BUCKET}/{key}", None)
            deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            await _send(send, 200, _xml("DeleteResult", deleted))
            return
        if "uploads" in query:
            upload = f"upload-{len(self._parts)}"
            self._parts[upload] = {}
            name = f"<UploadId>{upload}</UploadId>"
            text = f"<Bucket>{BUCKET}</Bucket><Key>{path}</Key>{name}"
            await _send(send, 200, _xml("InitiateMultipartUploadResult", text))
            return
        parts = [part for _, part in sorted(self._parts[query["uploadId"][0]].items())]
        digests = b"".join(hashlib.md5(part, usedforsecurity=False).digest() for part in parts)
        tag = f'{_tag(digests)[:-1]}-{len(parts)}"'
        self.objects[path] = b"".join(parts)
        self._tags[path] = '"opaque"' if self.opaque_tags else tag
        await _send(send, 200, _xml("CompleteMultipartUploadResult", f"<ETag>{tag}</ETag>"))

    async def _get(
        self, method: str, path: str, wanted: str | None, send: Send, *, cut_off: bool
    ) -> None:
        content, total = self.objects[path], len(self.objects[path])
        headers = {"etag": self._tags[path], "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        status = 200
        if wanted is not None:
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            end = min(int(last), total - 1) if last else total - 1
            content, status = content[int(first) : end + 1], 206
            headers["content-range"] = f"bytes {first}-{end}/{total}"
        headers["content-length"] = str(len(content))
        if method == "HEAD":
            content = b""
        await _send(send, status, content[: len(content) // 2] if cut_off else content, headers)


_REFUSALS = {
    "error": (500, "InternalError"),
    "slow_down": (503, "SlowDown"),
    "forbidden": (403, "AccessDenied"),
    "no_bucket": (404, "NoSuchBucket"),
}


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _xml(name: str, inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{name}>{inner}</{name}>'.encode()


def _error(code: str) -> bytes:
    return _xml("Error", f"<Code>{code}</Code><Message>told to</Message>")


async def _read(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def _send(
    send: Send, status: int, body: bytes = b"", headers: dict[str, str] | None = None
) -> None:
    headers = {"content-length": str(len(body))} | (headers or {})
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
