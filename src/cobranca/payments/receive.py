"""Takes a return file to the disk as it comes: hashed, bounded, never held in memory."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cobranca.domain.errors import StorageFull, UploadTooLarge
from cobranca.http.file_body import clean_name, take_file
from cobranca.infra.disk import room_bytes
from cobranca.infra.local_files import new_held_file

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

    from cobranca.infra.settings import Settings

#: What waits in memory until it is hashed and written, in a thread.
_WRITTEN_BYTES: Final = 1 << 20


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
        self._waiting = bytearray()

    def add(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        if self.size_bytes > self._most:
            raise UploadTooLarge(f"The file is larger than {self._most} bytes")
        self._waiting += chunk

    async def flush(self) -> None:
        if len(self._waiting) >= _WRITTEN_BYTES:
            await asyncio.to_thread(self._write)

    def _write(self) -> None:
        chunk, self._waiting = self._waiting, bytearray()
        self._hash.update(chunk)
        try:
            self._file.write(chunk)
        except OSError as error:
            raise StorageFull from error

    def finish(self) -> bytes:
        self._write()
        self._file.flush()
        return self._hash.digest()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        with suppress(OSError):
            self._file.close()


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
        name = await take_file(request, spool) or name
        digest = await asyncio.to_thread(spool.finish)
        yield ReceivedReturn(
            path=spool.path,
            name=clean_name(name, otherwise="retorno.ret"),
            sha256=digest,
            size_bytes=spool.size_bytes,
        )
    finally:
        spool.remove()
