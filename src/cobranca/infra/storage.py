"""Files: uploads, PDFs, the outbox. A local folder by default, else S3, GCS or Azure by URL.

When `put` returns, the object is whole: in a folder it is on the disk, at a server it was compared
with what was given. So no fact ever names an object that is cut off or another.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
import shutil
import tempfile
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import obstore
from obstore.exceptions import (
    BaseError,
    GenericError,
    JoinError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import LocalStore, from_url

from cobranca.domain.errors import NotFound, Permanent, StorageFull, Transient
from cobranca.infra.local_files import PARTS, link_file, remove_leftovers, replace_file
from cobranca.infra.log import get_logger

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterator
    from datetime import datetime

    from obstore.store import ClientConfig, ObjectStore, RetryConfig

    from cobranca.infra.settings import Settings

log = get_logger()

#: A larger object is sent in parts of this size, each a request of its own.
_PART_BYTES = 8 * 1024 * 1024
_PARTS_AT_ONCE = 4
#: Objects that are listed at a time.
_LISTED_MAX = 1000
#: How often an object that the server did not keep as it was given is written again.
_WRITES_MAX = 3
#: Bounds on a request to a server: to connect; for a part to be sent, or for the next bytes of an
#: answer; and for the whole.
CLIENT_BOUNDS: ClientConfig = {"connect_timeout": "5s", "read_timeout": "30s", "timeout": "15m"}
#: Outages longer than this are the caller's matter: a batch is laid by, an upload answered 503.
_RETRY: RetryConfig = {"max_retries": 4}
#: What is left for a client of another account to take.
_READ_BY_GROUP = 0o640
_LOCAL_SCHEMES = ("file:", "memory:")
#: An ETag that is the MD5 of the object, or of its parts' MD5s with their number.
_MD5_TAG = re.compile(r'"?([0-9a-f]{32})(-\d+)?"?')
_NO_BUCKET = ("NoSuchBucket", "ContainerNotFound")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object as a listing has it."""

    path: str
    size_bytes: int
    written_at: datetime


class Storage:
    """Puts and gets whole objects and ranges of them, by path.

    Every method raises Transient while the storage does not answer or has no room (StorageFull),
    and Permanent when it never will: no such bucket, wrong credentials.
    """

    def __init__(self, store: ObjectStore, local_root: Path | None) -> None:
        """Wrap a store; `local_root` is the folder when the store is one."""
        self._store = store
        self._local_root = local_root

    async def put(self, path: str, content: bytes) -> None:
        """Store an object whole, replacing what was there.

        Raises:
            Transient: also when the server kept other bytes than were given, time and again.
        """
        if self._local_root is None:
            await self._put_whole(path, content)
            return
        with _told(path):
            await asyncio.to_thread(
                replace_file, self._local_root, path, lambda file: file.write(content)
            )

    async def put_file(self, path: str, source: Path) -> None:
        """Store a finished local file, which stays where it is; a local folder gets a hard link.

        Raises:
            Transient: as `put` does.
        """
        if self._local_root is None:
            await self._put_whole(path, source)
            return
        with _told(path):
            await asyncio.to_thread(link_file, self._local_root, path, source)

    async def copy_file(self, path: str, source: Path) -> None:
        """Store a copy of a local file that others may take away or change; a group may read it.

        Raises:
            Transient: as `put` does; also when a local folder is not there, as of a mount.
        """
        if self._local_root is None:
            await self._put_whole(path, source)
            return
        with _told(path):
            await asyncio.to_thread(_copy, self._local_root, path, source)

    async def remove(self, path: str) -> None:
        """Remove an object; one that is not there is removed already."""
        with suppress(NotFound), _told(path):
            await obstore.delete_async(self._store, path)

    async def list_paths(self, folder: str, *, before: datetime | None = None) -> list[str]:
        """Return the paths of all objects below a folder, or of those last written before then."""
        found = await self.list_objects(folder)
        return [kept.path for kept in found if before is None or kept.written_at < before]

    async def list_objects(self, folder: str) -> list[StoredObject]:
        """Return all objects below a folder, in no order."""
        return [kept async for page in self.list_pages(folder) for kept in page]

    async def list_pages(self, folder: str) -> AsyncGenerator[list[StoredObject]]:
        """Yield all objects below a folder, in no order, a thousand at a time."""
        with _told(folder):
            # Not by its asynchronous form: a thread of its that is not quite done when the process
            # ends, as it does after a purge, aborts it.
            listed = obstore.list(  # pyright: ignore[reportUnknownMemberType]
                self._store, folder, chunk_size=_LISTED_MAX
            )
        while True:
            with _told(folder):
                found = await asyncio.to_thread(next, listed, None)
            if not found:
                return
            yield [
                StoredObject(
                    path=kept["path"], size_bytes=kept["size"], written_at=kept["last_modified"]
                )
                for kept in found
            ]

    async def exists(self, path: str) -> bool:
        """Whether there is an object at a path."""
        try:
            with _told(path):
                await obstore.head_async(self._store, path)
        except NotFound:
            return False
        return True

    async def stream(self, path: str) -> AsyncGenerator[bytes]:
        """Yield an object's bytes piece by piece, without holding them all.

        Raises:
            NotFound: there is no object at `path`.
        """
        with _told(path):
            answer = await obstore.get_async(self._store, path)
            async for piece in answer.stream(_PART_BYTES):
                yield bytes(piece)

    @asynccontextmanager
    async def opened(self, path: str, folder: Path) -> AsyncGenerator[IO[bytes]]:
        """Open an object as a local file: a local folder's own, else a copy made in `folder`.

        Raises:
            NotFound: there is no object at `path`.
        """
        if self._local_root is None:
            with tempfile.TemporaryFile(dir=folder) as file:
                async for piece in self.stream(path):
                    await asyncio.to_thread(file.write, piece)
                file.flush()
                yield file
            return
        with _told(path):
            file = (self._local_root / path).open("rb")
        with file:
            yield file

    async def get(self, path: str) -> bytes:
        """Return a whole object.

        Raises:
            NotFound: there is no object at `path`.
        """
        with _told(path):
            answer = await obstore.get_async(self._store, path)
            return bytes(await answer.bytes_async())

    async def get_range(self, path: str, start: int, length: int) -> bytes:
        """Return `length` bytes of an object from `start`.

        Raises:
            NotFound: there is no object at `path`.
        """
        with _told(path):
            part = await obstore.get_range_async(self._store, path, start=start, length=length)
        return bytes(part)

    async def _put_whole(self, path: str, content: bytes | Path) -> None:
        """Send an object to a server, again when what it kept is not what was given."""
        for _ in range(_WRITES_MAX):
            with _told(path):
                await obstore.put_async(
                    self._store,
                    path,
                    content,
                    chunk_size=_PART_BYTES,
                    max_concurrency=_PARTS_AT_ONCE,
                )
                if await self._holds(path, content):
                    return
            log.warning("stored_object_differs", path=path)
        raise Transient(f"The storage keeps other bytes than it was given for {path}")

    async def _holds(self, path: str, content: bytes | Path) -> bool:
        """Whether the server has exactly this: by size and MD5 tag, else by reading it back."""
        try:
            kept = await obstore.head_async(self._store, path)
        except FileNotFoundError:
            return False
        same = await asyncio.to_thread(_compare, content, kept["size"], kept["e_tag"] or "")
        if same is not None:
            return same
        answer = await obstore.get_async(self._store, path)
        read = hashlib.sha256()
        async for piece in answer.stream(_PART_BYTES):
            read.update(piece)
        return read.digest() == await asyncio.to_thread(_sha256, content)


def open_storage(settings: Settings) -> Storage:
    """Open `COBRANCA_STORAGE_URL`, else the folder DATA_DIR/storage, cleared of half files.

    Raises:
        Permanent: the URL, or a variable of the provider, is none that can be used.
    """
    url = settings.storage_url
    if url is None:
        root = settings.data_dir / "storage"
        root.mkdir(parents=True, exist_ok=True, mode=0o750)
        remove_leftovers(root / PARTS)
        return Storage(LocalStore(prefix=root), root)
    try:
        if url.startswith(_LOCAL_SCHEMES):
            return Storage(from_url(url), None)
        client: ClientConfig = {**CLIENT_BOUNDS, "allow_http": _http_is_allowed()}
        return Storage(from_url(url, client_options=client, retry_config=_RETRY), None)
    except (BaseError, ValueError) as error:
        raise Permanent(f"COBRANCA_STORAGE_URL cannot be used: {_reason(error)}") from error


def open_target(url: str) -> Storage:
    """Open a folder, or the prefix of a bucket, that others take files from.

    Raises:
        Permanent: the URL, or a variable of the provider, is none that can be used.
        Transient: the folder is not there.
    """
    folder = Path(url.removeprefix("file://"))
    try:
        if folder.is_absolute():
            if not folder.is_dir():
                raise Transient(f"The folder {folder} is not there: make it, or mount it again")
            return Storage(LocalStore(prefix=folder), folder)
        client: ClientConfig = {**CLIENT_BOUNDS, "allow_http": _http_is_allowed()}
        return Storage(from_url(url, client_options=client, retry_config=_RETRY), None)
    except (BaseError, ValueError) as error:
        raise Permanent(f"The address cannot be used: {_reason(error)}") from error


def _copy(root: Path, path: str, source: Path) -> None:
    def write(file: IO[bytes]) -> None:
        with source.open("rb") as content:
            shutil.copyfileobj(content, file)
        os.fchmod(file.fileno(), _READ_BY_GROUP)

    replace_file(root, path, write)


def _http_is_allowed() -> bool:
    """Read the provider's own variable, which counts no more once other bounds are given."""
    names = ("AWS_ALLOW_HTTP", "AZURE_ALLOW_HTTP", "GOOGLE_ALLOW_HTTP")
    return any(os.environ.get(name, "").lower() == "true" for name in names)


@contextmanager
def _told(path: str) -> Generator[None]:
    """Tell what a store raises in our own errors."""
    try:
        yield
    except FileNotFoundError as error:
        if any(code in str(error) for code in _NO_BUCKET):
            raise Permanent(
                "The storage has no such bucket: make it, or correct COBRANCA_STORAGE_URL"
            ) from error
        raise NotFound(f"The stored file {path} is missing") from error
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise Permanent(
            f"The storage refuses our credentials ({_reason(error)}): correct the provider's"
            " variables (AWS_ACCESS_KEY_ID, ...), or the rights of their owner"
        ) from error
    except (GenericError, JoinError) as error:
        raise Transient(f"The storage does not answer: {_reason(error)}") from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull("The disk of the storage is full") from error
        raise Transient(f"The storage cannot be used: {error.strerror}") from error
    except BaseError as error:
        raise Permanent(f"The storage cannot do this: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Return the short of a store's error: it goes on for pages, with addresses and objects."""
    text = str(error).partition("\n\nDebug source")[0]
    code = re.search(r"<Code>(\w+)</Code>", text) or re.search(r"status code: (\d{3}[\w ]*)", text)
    return code[1] if code else text.rpartition(" - ")[2].strip()[:100]


def _compare(content: bytes | Path, size: int, tag: str) -> bool | None:
    """Compare a content with an object's size and ETag; None when these cannot tell.

    What looks like an MD5 may be something else, as with objects that the server encrypts.
    """
    if size != (len(content) if isinstance(content, bytes) else content.stat().st_size):
        return False
    md5 = _MD5_TAG.fullmatch(tag)
    if md5 and md5[1] == _md5(content, of_parts=md5[2] is not None):
        return True
    return None


def _md5(content: bytes | Path, *, of_parts: bool) -> str:
    """Return the MD5 of a content as a server has it for an object sent in one, or in parts."""
    digest = hashlib.md5(usedforsecurity=False)
    for piece in _pieces(content):
        part = hashlib.md5(piece, usedforsecurity=False).digest() if of_parts else piece
        digest.update(part)
    return digest.hexdigest()


def _sha256(content: bytes | Path) -> bytes:
    digest = hashlib.sha256()
    for piece in _pieces(content):
        digest.update(piece)
    return digest.digest()


def _pieces(content: bytes | Path) -> Iterator[bytes | memoryview]:
    """Yield a content in parts, as they are sent."""
    if isinstance(content, bytes):
        for start in range(0, len(content), _PART_BYTES):
            yield memoryview(content)[start : start + _PART_BYTES]
        return
    with content.open("rb") as file:
        while piece := file.read(_PART_BYTES):
            yield piece
