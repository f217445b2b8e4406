"""Takes an uploaded body to the disk as it comes: hashed, counted, bounded, never held in memory.

What it does not do: look inside the file. That is `ingest`.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from cobranca.domain.errors import (
    CsvInvalid,
    InputError,
    MediaTypeInvalid,
    StorageFull,
    UploadCutOff,
)
from cobranca.infra.local_files import new_held_file
from cobranca.infra.tracing import span
from cobranca.uploads.admission import Admission, Admitted, too_large
from cobranca.uploads.workbooks import WORKBOOK_MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


#: What is gathered before one write; large enough that the thread hand-over costs nothing.
_WRITE_BYTES = 2 * 1024 * 1024
#: What must come at the least in this many seconds, or the place goes to another sender.
_PATIENCE_S = 30.0
_PATIENCE_BYTES = 64 * 1024
_RAW_TYPES = {"text/csv", "application/csv", "text/plain", "application/octet-stream",
              *WORKBOOK_MEDIA_TYPES}  # fmt: skip
_ENCODED = {b"base64", b"quoted-printable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """An uploaded file on the local disk, whole."""

    path: Path
    name: str
    size_bytes: int
    sha256: bytes


class _Spool:
    """A growing local file with its hash. A thread writes two MiB at a time, while more come."""

    def __init__(self, admission: Admission, admitted: Admitted) -> None:
        self._admission = admission
        self._settings = admission.settings
        self._admitted = admitted
        # Open until it is removed: an open one is no leftover of a killed process.
        self._file = new_held_file(admission.incoming, suffix=".csv")
        self.path = Path(self._file.name)
        self._hash = hashlib.sha256()
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._writing: asyncio.Task[int] | None = None
        self.size_bytes = 0

    def add(self, chunk: bytes) -> None:
        self._waiting.append(chunk)
        self._waiting_bytes += len(chunk)
        self.size_bytes += len(chunk)
        if self.size_bytes > self._settings.upload_bytes_max:
            raise too_large(self._settings)

    async def flush(self, *, everything: bool = False) -> None:
        """Have what waits written, if it is enough; return once it is, if it is everything."""
        if self._waiting_bytes >= _WRITE_BYTES or (everything and self._waiting):
            chunk = b"".join(self._waiting)
            self._waiting, self._waiting_bytes = [], 0
            await self._wait_until_written()
            self._writing = asyncio.create_task(asyncio.to_thread(self._write, chunk))
        if everything:
            await self._wait_until_written()

    async def _wait_until_written(self) -> None:
        if self._writing is not None:
            await asyncio.wait([self._writing])  # Who is cancelled here leaves it be written.
            writing, self._writing = self._writing, None
            self._admitted.arrived(writing.result())

    def _write(self, chunk: bytes) -> int:
        if shutil.disk_usage(self.path.parent).free < self._settings.disk_free_bytes_min:
            raise StorageFull
        self._hash.update(chunk)
        try:
            self._file.write(chunk)
            self._file.flush()
        except OSError as error:
            raise StorageFull from error
        return len(chunk)

    async def finish(self) -> bytes:
        """Return the file's hash when it is whole and may be read."""
        await self.flush(everything=True)
        self._admission.received(self._admitted, self.size_bytes)
        return self._hash.digest()

    async def remove(self) -> None:
        if self._writing is not None:  # Of a body that ended amiss; whatever becomes of it.
            await asyncio.wait([self._writing])
            self._writing.exception()
        self.path.unlink(missing_ok=True)
        with suppress(OSError):  # What the disk had no room for is not wanted any more.
            self._file.close()


class _FilePart:
    """Picks the part named `file` out of a multipart body; any further file is refused."""

    def __init__(self, boundary: bytes, spool: _Spool) -> None:
        self._spool = spool
        self._header_name = b""
        self._header_value = b""
        self._headers: dict[bytes, bytes] = {}
        self._inside = False
        #: The body's last boundary has come: nothing of it is missing.
        self.is_whole = False
        self.name: str | None = None
        self.parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_part_begin,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_part_data,
                "on_part_end": self._on_part_end,
                "on_end": self._on_end,
            },
        )

    def _on_part_begin(self) -> None:
        self._headers = {}

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._inside = options.get(b"name") == b"file"
        if self.name is not None and (self._inside or b"filename" in options):
            detail = "The body has more than one file: send each in a call of its own"
            raise InputError(detail, code="SEVERAL_FILES")
        if self._inside:
            self.name = options.get(b"filename", b"").decode("utf-8", "replace")
        elif b"filename" in options:
            detail = "Send the CSV as the multipart field `file`, and no other file"
            raise CsvInvalid(detail, code="FILE_MISSING")
        if self._headers.get(b"content-transfer-encoding", b"binary").lower() in _ENCODED:
            detail = "Send the file as it is, without Content-Transfer-Encoding"
            raise InputError(detail, code="MULTIPART_INVALID")

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._inside:
            self._spool.add(data[start:end])

    def _on_part_end(self) -> None:
        self._inside = False

    def _on_end(self) -> None:
        self.is_whole = True


@asynccontextmanager
async def received_file(request: Request, admission: Admission) -> AsyncGenerator[Received]:
    """Take the request's body to DATA_DIR/incoming; the local file is gone when the context ends.

    Raises:
        Transient: too much is being received already; nothing of the body was read.
        MediaTypeInvalid: neither multipart nor CSV, or a compressed body.
        UploadTooLarge: over the limit, by its announced or by its real size.
        StorageFull: the disk would get too full.
        UploadCutOff: the sender left, or was too slow.
        InputError: the multipart body is broken or cut off, or has no part `file`, or other files.
    """
    if request.headers.get("content-encoding", "identity") != "identity":
        raise MediaTypeInvalid("Send the file as it is, without Content-Encoding")
    with admission.admitted(request.headers.get("content-length")) as admitted:
        spool = _Spool(admission, admitted)
        try:
            with span("receive") as receiving:
                name = clean_name(await _spool_body(request, spool))
                digest = await spool.finish()
                receiving.note(bytes=spool.size_bytes)
            yield Received(path=spool.path, name=name, size_bytes=spool.size_bytes, sha256=digest)
        finally:
            await spool.remove()


async def _spool_body(request: Request, spool: _Spool) -> str:
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    if media_type == b"multipart/form-data":
        return await _spool_multipart(request, spool, options.get(b"boundary", b""))
    if media_type.decode("latin-1") not in _RAW_TYPES:
        raise MediaTypeInvalid
    async for chunk in _arriving(request):
        spool.add(chunk)
        await spool.flush()
    return request.query_params.get("name", "billings.csv")


async def _arriving(request: Request) -> AsyncGenerator[bytes]:
    """Yield the body as it comes; cut off a sender who brings too little in too long a time.

    The time that the caller takes over a chunk is not the sender's.
    """
    clock, stream = asyncio.get_running_loop().time, request.stream()
    until, arrived = clock() + _PATIENCE_S, 0
    while True:
        try:
            async with asyncio.timeout_at(until):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except (TimeoutError, ClientDisconnect) as error:
            raise UploadCutOff from error
        arrived += len(chunk)
        if arrived >= _PATIENCE_BYTES:
            until, arrived = clock() + _PATIENCE_S, 0
        before = clock()
        yield chunk
        until += clock() - before


async def _spool_multipart(request: Request, spool: _Spool, boundary: bytes) -> str:
    try:
        part = _FilePart(boundary, spool)
        async for chunk in _arriving(request):
            part.parser.write(chunk)
            await spool.flush()
        part.parser.finalize()
    except FormParserError as error:
        raise InputError("The multipart body is broken", code="MULTIPART_INVALID") from error
    if not part.is_whole:
        detail = "The multipart body ends before its last boundary: send it again, whole"
        raise InputError(detail, code="MULTIPART_INVALID")
    if part.name is None:
        raise CsvInvalid("Send the CSV as the multipart field `file`", code="FILE_MISSING")
    return part.name or "billings.csv"


def clean_name(name: str) -> str:
    """Keep the last part of a file name, without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    return "".join(c for c in last if c.isprintable())[:200] or "billings.csv"
