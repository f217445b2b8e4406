"""The file of a request, raw or as the part `file` of a form, handed on as it comes.

Whoever takes it gives a sink, as a `Spool` is one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from cobranca.domain.errors import CsvInvalid, InputError, MediaTypeInvalid, UploadCutOff

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Container

    from starlette.requests import Request

#: What must come at the least in this many seconds, or the place goes to another sender.
_PATIENCE_S = 30.0
_PATIENCE_BYTES = 64 * 1024
#: A part's header is not longer.
_HEADER_BYTES_MAX = 8 * 1024
_NAME_MAX = 200
_ENCODED = {b"base64", b"quoted-printable"}


class Sink(Protocol):
    """Where the bytes of a file go."""

    def add(self, chunk: bytes) -> None:
        """Take a piece, which may wait in memory until the next `flush`."""
        ...

    async def flush(self) -> None:
        """Write what waits, if it is enough."""
        ...


async def take_file(
    request: Request, sink: Sink, *, raw_types: Container[str] | None = None
) -> str | None:
    """Hand the request's file to the sink; return the name that a form gives it, None without one.

    Args:
        request: whose body it is.
        sink: takes the bytes; what it raises ends the reading.
        raw_types: media types of a body that is the file itself; None: any that is no form.

    Raises:
        MediaTypeInvalid: neither a form nor one of the raw types.
        UploadCutOff: the sender left, or was too slow.
        InputError: the form is broken or cut off, or has no part `file`, or other files.
    """
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    if media_type == b"multipart/form-data":
        return await _take_form(request, sink, options.get(b"boundary", b""))
    if raw_types is not None and media_type.decode("latin-1") not in raw_types:
        raise MediaTypeInvalid
    async for chunk in _arriving(request):
        sink.add(chunk)
        await sink.flush()
    return None


def clean_name(name: str, *, otherwise: str) -> str:
    """Keep the last part of a file name, without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    return "".join(c for c in last if c.isprintable())[:_NAME_MAX] or otherwise


async def _take_form(request: Request, sink: Sink, boundary: bytes) -> str:
    try:
        part = _FilePart(boundary, sink)
        async for chunk in _arriving(request):
            part.parser.write(chunk)
            await sink.flush()
        part.parser.finalize()
    except FormParserError as error:
        raise InputError("The multipart body is broken", code="MULTIPART_INVALID") from error
    if not part.is_whole:
        detail = "The multipart body ends before its last boundary: send it again, whole"
        raise InputError(detail, code="MULTIPART_INVALID")
    if part.name is None:
        raise CsvInvalid("Send the file as the multipart field `file`", code="FILE_MISSING")
    return part.name


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


class _FilePart:
    """Picks the part named `file` out of a multipart body; any further file is refused."""

    def __init__(self, boundary: bytes, sink: Sink) -> None:
        self._sink = sink
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
        if len(self._header_value) > _HEADER_BYTES_MAX:
            raise InputError("A part's header is too long", code="MULTIPART_INVALID")

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
            detail = "Send the file as the multipart field `file`, and no other file"
            raise CsvInvalid(detail, code="FILE_MISSING")
        if self._headers.get(b"content-transfer-encoding", b"binary").lower() in _ENCODED:
            detail = "Send the file as it is, without Content-Transfer-Encoding"
            raise InputError(detail, code="MULTIPART_INVALID")

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._inside:
            self._sink.add(data[start:end])

    def _on_part_end(self) -> None:
        self._inside = False

    def _on_end(self) -> None:
        self.is_whole = True
