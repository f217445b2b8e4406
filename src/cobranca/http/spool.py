"""A body on its way to the disk: hashed, counted, bounded, never held in memory."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cobranca.domain.errors import StorageFull, UploadTooLarge
from cobranca.infra.local_files import new_held_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from cobranca.infra.settings import Settings

#: What is gathered before one write; large enough that the thread hand-over costs nothing.
_WRITE_BYTES: Final = 2 * 1024 * 1024


def too_large(settings: Settings) -> UploadTooLarge:
    """Return the refusal of a file over the limit."""
    limit = settings.upload_bytes_max
    return UploadTooLarge(
        f"The file is larger than {limit} bytes; split it, or raise COBRANCA_UPLOAD_BYTES_MAX"
    )


class Spool:
    """A growing local file with its hash. A thread writes two MiB at a time, while more come.

    Attributes:
        path: of the file.
        size_bytes: what has come, be it written or not.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        *,
        suffix: str,
        arrived: Callable[[int], None] | None = None,
    ) -> None:
        """Begin a file in a folder; `arrived` is told how many bytes each write brought there."""
        self._settings = settings
        self._arrived = arrived
        # Open until it is removed: an open one is no leftover of a killed process.
        self._file = new_held_file(folder, suffix=suffix)
        self.path = Path(self._file.name)
        self._hash = hashlib.sha256()
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._writing: asyncio.Task[int] | None = None
        self.size_bytes = 0

    def add(self, chunk: bytes) -> None:
        """Take a piece, which waits in memory until the next `flush`.

        Raises:
            UploadTooLarge: the file is over the limit by it.
        """
        self._waiting.append(chunk)
        self._waiting_bytes += len(chunk)
        self.size_bytes += len(chunk)
        if self.size_bytes > self._settings.upload_bytes_max:
            raise too_large(self._settings)

    async def flush(self) -> None:
        """Have what waits written, if it is enough, while more comes.

        Raises:
            StorageFull: the write before it found no room.
        """
        if self._waiting_bytes >= _WRITE_BYTES:
            await self._write_on()

    async def finish(self) -> bytes:
        """Return the file's hash once it is whole and may be read.

        Raises:
            StorageFull: the disk has no room for it.
        """
        if self._waiting:
            await self._write_on()
        await self._wait_until_written()
        return self._hash.digest()

    async def remove(self) -> None:
        """Take the file away, whatever has become of it."""
        if self._writing is not None:  # Of a body that ended amiss.
            await asyncio.wait([self._writing])
            self._writing.exception()
        self.path.unlink(missing_ok=True)
        with suppress(OSError):  # What the disk had no room for is not wanted any more.
            self._file.close()

    async def _write_on(self) -> None:
        chunk = b"".join(self._waiting)
        self._waiting, self._waiting_bytes = [], 0
        await self._wait_until_written()
        self._writing = asyncio.create_task(asyncio.to_thread(self._write, chunk))

    async def _wait_until_written(self) -> None:
        if self._writing is not None:
            await asyncio.wait([self._writing])  # Who is cancelled here leaves it be written.
            writing, self._writing = self._writing, None
            size_bytes = writing.result()
            if self._arrived is not None:
                self._arrived(size_bytes)

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
