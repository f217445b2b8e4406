"""Files: uploads, PDFs, the outbox. A local folder by default, else S3, GCS or Azure by URL."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.store import LocalStore, from_url

from cobranca.domain.errors import NotFound, Permanent

if TYPE_CHECKING:
    from obstore.store import ObjectStore

    from cobranca.infra.settings import Settings


class Storage:
    """Puts and gets whole objects and ranges of them, by path."""

    def __init__(self, store: ObjectStore, local_root: Path | None) -> None:
        """Wrap a store; `local_root` is the folder when the store is one."""
        self._store = store
        self._local_root = local_root

    async def put(self, path: str, content: bytes) -> None:
        """Store an object whole, replacing what was there; it is on the disk when this returns.

        Raises:
            Permanent: the stored size differs from what was given.
        """
        await obstore.put_async(self._store, path, content)
        if (await obstore.head_async(self._store, path))["size"] != len(content):
            raise Permanent(f"The storage kept another size than was given for {path}")
        if self._local_root is not None:
            await asyncio.to_thread(_sync_to_disk, self._local_root / path)

    async def put_file(self, path: str, source: Path) -> None:
        """Store a finished local file, which stays where it is; a local folder gets a hard link."""
        if self._local_root is None:
            await obstore.put_async(self._store, path, source)
        else:
            await asyncio.to_thread(_link, source, self._local_root / path)

    async def remove(self, path: str) -> None:
        """Remove an object; one that is not there is removed already."""
        with suppress(FileNotFoundError):
            await obstore.delete_async(self._store, path)

    async def get(self, path: str) -> bytes:
        """Return a whole object.

        Raises:
            NotFound: there is no object at `path`.
        """
        try:
            answer = await obstore.get_async(self._store, path)
            return bytes(await answer.bytes_async())
        except FileNotFoundError as error:
            raise NotFound(f"The stored file {path} is missing") from error

    async def get_range(self, path: str, start: int, length: int) -> bytes:
        """Return `length` bytes of an object from `start`.

        Raises:
            NotFound: there is no object at `path`.
        """
        try:
            part = await obstore.get_range_async(self._store, path, start=start, length=length)
        except FileNotFoundError as error:
            raise NotFound(f"The stored file {path} is missing") from error
        return bytes(part)


def open_storage(settings: Settings) -> Storage:
    """Open `COBRANCA_STORAGE_URL`, else the folder DATA_DIR/storage."""
    if settings.storage_url is not None:
        return Storage(from_url(settings.storage_url), None)
    root = settings.data_dir / "storage"
    root.mkdir(parents=True, exist_ok=True, mode=0o750)
    return Storage(LocalStore(prefix=root), root)


def _sync_to_disk(path: Path) -> None:
    """Make a file that has been written survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return  # The path is made from the content's hash: the same bytes are there already.
    try:
        os.link(source, target)
    except OSError:  # Another file system, or one without hard links.
        shutil.copyfile(source, target)
