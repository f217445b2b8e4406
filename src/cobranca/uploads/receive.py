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

from cobranca.domain.errors import MediaTypeInvalid, StorageFull
from cobranca.http.file_body import clean_name, take_file
from cobranca.infra.local_files import new_held_file
from cobranca.infra.tracing import span
from cobranca.uploads.admission import Admission, Admitted, too_large
from cobranca.uploads.workbooks import WORKBOOK_MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

#: What is gathered before one write; large enough that the thread hand-over costs nothing.
_WRITE_BYTES = 2 * 1024 * 1024
_RAW_TYPES = {"text/csv", "application/csv", "text/plain", "application/octet-stream",
              *WORKBOOK_MEDIA_TYPES}  # fmt: skip


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
                name = await take_file(request, spool, raw_types=_RAW_TYPES)
                if name is None:
                    name = request.query_params.get("name", "")
                digest = await spool.finish()
                receiving.note(bytes=spool.size_bytes)
            yield Received(
                path=spool.path,
                name=clean_name(name, otherwise="billings.csv"),
                size_bytes=spool.size_bytes,
                sha256=digest,
            )
        finally:
            await spool.remove()
