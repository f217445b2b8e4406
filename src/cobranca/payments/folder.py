"""Return files that somebody, or the bank's client, puts into a folder.

A file is taken when it has stood still, and moved to `done` or `refused` when what became of it is
committed: ended in between, the next pass finds that it is known, and only moves it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import stat
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from cobranca.domain.errors import CobrancaError
from cobranca.infra.local_files import new_held_file
from cobranca.infra.telemetry import ReturnFolderFailed, emit
from cobranca.payments import repository, service
from cobranca.payments.receive import ReceivedReturn

if TYPE_CHECKING:
    from collections.abc import Generator

    from cobranca.infra.resources import Resources

#: Files of one pass; more wait for the next.
_FILES_MAX: Final = 100
_DONE, _REFUSED = "done", "refused"
_PIECE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A file that stands still."""

    path: Path
    size_bytes: int
    changed_ns: int


async def pick_up(resources: Resources, beneficiary_id: int) -> int:
    """Take the files of the folder that stand still; return how many were taken or moved."""
    settings = resources.settings
    if settings.returns.folder is None:
        return 0
    folder = Path(settings.returns.folder)
    try:
        files = await asyncio.to_thread(_standing, folder, settings.returns.stable_s)
    except OSError as error:
        emit(ReturnFolderFailed(reason=error.strerror or "unknown"))
        return 0
    moved = 0
    for found in files:
        try:
            moved += await _take(resources, beneficiary_id, folder, found)
        except CobrancaError as error:
            emit(ReturnFolderFailed(reason=error.code))
        except OSError as error:
            emit(ReturnFolderFailed(reason=error.strerror or "unknown"))
    return moved


async def _take(resources: Resources, beneficiary_id: int, folder: Path, found: _Found) -> bool:
    if found.size_bytes > resources.settings.upload_bytes_max:
        await asyncio.to_thread(_move, found.path, folder / _REFUSED)
        return True
    with _copied(resources.settings.data_dir / "incoming", found) as copied:
        if copied is None:
            return False  # It is being written after all.
        async with resources.database.transaction() as connection:
            verdict, is_known = await repository.find_picked_up(
                connection,
                beneficiary_id=beneficiary_id,
                name=copied.name,
                sha256=copied.sha256,
                changed_ns=found.changed_ns,
            )
        if not is_known:
            taken = await service.take_file(
                resources,
                beneficiary_id,
                copied,
                came_by="folder",
                changed_ns=found.changed_ns,
            )
            verdict = taken.verdict
    if verdict is None:
        return False  # A worker has it; the next pass moves it.
    kept = _REFUSED if verdict == "refuse" else _DONE
    await asyncio.to_thread(_move, found.path, folder / kept)
    return True


def _standing(folder: Path, stable_s: float) -> list[_Found]:
    """Find the plain files that have not changed for some time, the oldest first."""
    found: list[_Found] = []
    until_ns = time.time_ns() - int(stable_s * 1_000_000_000)
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            known = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(known.st_mode) and known.st_mtime_ns <= until_ns:
                path = Path(entry.path)
                found.append(
                    _Found(path=path, size_bytes=known.st_size, changed_ns=known.st_mtime_ns)
                )
    return sorted(found, key=lambda file: (file.changed_ns, file.path.name))[:_FILES_MAX]


@contextmanager
def _copied(incoming: Path, found: _Found) -> Generator[ReceivedReturn | None]:
    """Copy a file, as what lies in the folder may be changed; None when it was, meanwhile."""
    incoming.mkdir(parents=True, exist_ok=True, mode=0o750)
    with new_held_file(incoming, suffix=".ret") as copy:
        path = Path(copy.name)
        try:
            with found.path.open("rb") as source:
                digest = _copy(source, copy)
            now = found.path.stat()
            same = (now.st_size, now.st_mtime_ns) == (found.size_bytes, found.changed_ns)
            yield (
                ReceivedReturn(
                    path=path, name=found.path.name[:200], sha256=digest, size_bytes=now.st_size
                )
                if same
                else None
            )
        finally:
            path.unlink(missing_ok=True)


def _copy(source: IO[bytes], copy: IO[bytes]) -> bytes:
    digest = hashlib.sha256()
    while piece := source.read(_PIECE_BYTES):
        digest.update(piece)
        copy.write(piece)
    copy.flush()
    return digest.digest()


def _move(path: Path, folder: Path) -> None:
    """Move a file; one of its name that is there already stays."""
    folder.mkdir(exist_ok=True)
    target, count = folder / path.name, 1
    while target.exists():
        count += 1
        target = folder / f"{path.stem}-{count}{path.suffix}"
    shutil.move(path, target)
