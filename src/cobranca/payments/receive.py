"""Takes a return file to the disk as it comes: hashed, bounded, never held in memory."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from cobranca.domain.errors import InputError, StorageFull, UploadCutOff, UploadTooLarge
from cobranca.infra.disk import room_bytes
from cobranca.infra.local_files import new_held_file

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

    from cobranca.infra.settings import Settings

#: What must come at the least within this time; a slower sender loses the place.
_PATIENCE_S = 30.0
#: Part headers of a form are not longer.
_HEADERS_BYTES_MAX = 8 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedReturn:
    """A return file on the local disk, whole."""

    path: Path
    name: str
    sha256: bytes
    size_bytes: int


class _Spool:
    """A growing local file with its hash."""

    def __init__(self, settings: Settings) -> None:
        folder = settings.data_dir / "incoming"
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        self._most = min(settings.upload_bytes_max, room_bytes(folder, settings))
        self._file = new_held_file(folder, suffix=".ret")
        self._hash = hashlib.sha256()
        self.path = Path(self._file.name)
        self.size_bytes = 0

    def write(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        if self.size_bytes > self._most:
            raise UploadTooLarge(f"The file is larger than {self._most} bytes")
        self._hash.update(chunk)
        try:
            self._file.write(chunk)
        except OSError as error:
            raise StorageFull from error

    def finish(self) -> bytes:
        self._file.flush()
        return self._hash.digest()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        with suppress(OSError):
            self._file.close()


class _Form:
    """Picks the part named `file` out of a multipart body."""

    def __init__(self, boundary: bytes, spool: _Spool) -> None:
        self._spool = spool
        self._name, self._value = b"", b""
        self._headers: dict[bytes, bytes] = {}
        self._inside = False
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
        self._name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        if len(self._value) > _HEADERS_BYTES_MAX:
            raise InputError("A part's header is too long", code="MULTIPART_INVALID")

    def _on_header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._inside = options.get(b"name") == b"file"
        if self.name is not None and self._inside:
            detail = "The body has more than one file: send each in a call of its own"
            raise InputError(detail, code="SEVERAL_FILES")
        if self._inside:
            self.name = options.get(b"filename", b"").decode("utf-8", "replace")

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._inside:
            self._spool.write(data[start:end])

    def _on_part_end(self) -> None:
        self._inside = False

    def _on_end(self) -> None:
        self.is_whole = True


@asynccontextmanager
async def received_return(
    request: Request, settings: Settings, name: str
) -> AsyncGenerator[ReceivedReturn]:
    """Take the request's body to the data folder; the local file is gone when the context ends.

    Raises:
        UploadTooLarge: over the limit.
        StorageFull: the disk has no room.
        UploadCutOff: the sender left, or was too slow.
        InputError: a form that is broken, or has no part `file`.
    """
    spool = await asyncio.to_thread(_Spool, settings)
    try:
        media_type, options = parse_options_header(request.headers.get("content-type", ""))
        if media_type == b"multipart/form-data":
            name = await _spool_form(request, spool, options.get(b"boundary", b"")) or name
        else:
            async for chunk in _arriving(request):
                await asyncio.to_thread(spool.write, chunk)
        digest = await asyncio.to_thread(spool.finish)
        yield ReceivedReturn(
            path=spool.path, name=_clean(name), sha256=digest, size_bytes=spool.size_bytes
        )
    finally:
        spool.remove()


async def _spool_form(request: Request, spool: _Spool, boundary: bytes) -> str:
    try:
        form = _Form(boundary, spool)
        async for chunk in _arriving(request):
            await asyncio.to_thread(form.parser.write, chunk)
        form.parser.finalize()
    except FormParserError as error:
        raise InputError("The multipart body is broken", code="MULTIPART_INVALID") from error
    if not form.is_whole:
        detail = "The multipart body ends before its last boundary: send it again, whole"
        raise InputError(detail, code="MULTIPART_INVALID")
    if form.name is None:
        raise InputError("Send the file as the multipart field `file`", code="FILE_MISSING")
    return form.name


async def _arriving(request: Request) -> AsyncGenerator[bytes]:
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except (TimeoutError, ClientDisconnect) as error:
            raise UploadCutOff from error
        if chunk:
            yield chunk


def _clean(name: str) -> str:
    """Keep the last part of a file name, without control characters."""
    last = name.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    return "".join(c for c in last if c.isprintable())[:200] or "retorno.ret"
