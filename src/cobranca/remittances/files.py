"""Makes one file of what is ready: streamed to the local disk, hashed, and stored."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from cobranca.domain.cnab import RemittanceWriter
from cobranca.infra.local_files import new_held_file

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from numpy.typing import NDArray

    from cobranca.domain.cnab import RemittanceAccount, RemittanceFile
    from cobranca.infra.resources import Resources
    from cobranca.remittances.titles import Chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that is stored, and not frozen yet; the arrays are of one length, by position."""

    path: str
    sha256: bytes
    size_bytes: int
    amount_cents: int
    billing_ids: NDArray[np.int64]
    movements: NDArray[np.int16]


class Titles:
    """The titles of an order in a row, of which each file takes its share."""

    def __init__(self, chunks: AsyncGenerator[Chunk]) -> None:
        """Take nothing yet."""
        self._chunks = chunks
        self._rest: Chunk | None = None

    async def take(self, count: int) -> AsyncGenerator[Chunk]:
        """Yield the next titles, so many at the most."""
        while count:
            chunk = self._rest or await anext(self._chunks, None)
            if chunk is None:
                return
            self._rest = chunk.rows(count, len(chunk)) if len(chunk) > count else None
            taken = chunk.rows(0, min(count, len(chunk)))
            count -= len(taken)
            yield taken


async def write_file(
    resources: Resources,
    account: RemittanceAccount,
    file: RemittanceFile,
    chunks: AsyncGenerator[Chunk],
    *,
    folder: str,
) -> StoredFile | None:
    """Write and store a file of these titles; None when there are none.

    Memory holds one chunk and, of each title, its id.
    """
    first = await anext(chunks, None)
    if first is None:
        return None
    incoming = resources.settings.data_dir / "incoming"
    incoming.mkdir(parents=True, exist_ok=True, mode=0o750)
    local = new_held_file(incoming, suffix=".rem")
    path = Path(local.name)
    try:
        draft = _Draft(local, RemittanceWriter(account, file))
        await asyncio.to_thread(draft.begin)
        await asyncio.to_thread(draft.add, first)
        async for chunk in chunks:
            await asyncio.to_thread(draft.add, chunk)
        stored = await asyncio.to_thread(draft.end, folder)
        await resources.storage.put_file(stored.path, path)
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        local.close()
    return stored


class _Draft:
    """A file that is being written."""

    def __init__(self, local: IO[bytes], writer: RemittanceWriter) -> None:
        self._local = local
        self._writer = writer
        self._digest = hashlib.sha256()
        self._size = 0
        self._billing_ids: list[NDArray[np.int64]] = []
        self._movements: list[NDArray[np.int16]] = []

    def begin(self) -> None:
        self._write(self._writer.begin())

    def add(self, chunk: Chunk) -> None:
        for part in self._writer.write(chunk.titles):
            self._write(part)
        self._billing_ids.append(chunk.billing_ids)
        self._movements.append(chunk.movements)

    def end(self, folder: str) -> StoredFile:
        self._write(self._writer.end())
        self._local.flush()
        sha256 = self._digest.digest()
        return StoredFile(
            path=f"{folder}/{sha256.hex()}.rem",
            sha256=sha256,
            size_bytes=self._size,
            amount_cents=self._writer.amount_cents,
            billing_ids=np.concatenate(self._billing_ids),
            movements=np.concatenate(self._movements),
        )

    def _write(self, part: bytes) -> None:
        self._local.write(part)
        self._digest.update(part)
        self._size += len(part)
