"""Files in a local folder that survive a power cut, and are whole or not there.

What is being written is held by a lock, which goes with its process: so what a killed process left
behind is told from what another one is writing now, and removed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: Of a storage folder: where files are until they are whole and get their names.
PARTS = ".parts"


def replace_file(root: Path, path: str, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file aside, and give it its name when it is on the disk."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    (root / PARTS).mkdir(exist_ok=True)
    with new_held_file(root / PARTS) as file:
        part = Path(file.name)
        try:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    _sync_names(root, target)


def link_file(root: Path, path: str, source: Path) -> None:
    """Give a finished file a second name, or copy it where that cannot be.

    The path is made from the content's hash: what is there already, and as long, is the same.
    """
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    _sync(source)
    try:
        os.link(source, target)
    except OSError:  # It is there already, or this is another file system, or one without links.
        if not (target.exists() and target.stat().st_size == source.stat().st_size):
            with source.open("rb") as content:
                replace_file(root, path, lambda file: shutil.copyfileobj(content, file))
        _sync(target)
    _sync_names(root, target)


def can_link(folder: Path, root: Path) -> bool:
    """Whether `link_file` gives files of a folder a second name, which takes no room."""
    (root / PARTS).mkdir(parents=True, exist_ok=True)
    with new_held_file(folder) as file:
        source = Path(file.name)
        link = root / PARTS / source.name
        try:
            os.link(source, link)
        except OSError:
            return False
        else:
            link.unlink()
            return True
        finally:
            source.unlink()


def new_held_file(folder: Path, *, suffix: str = "") -> IO[bytes]:
    """Make a file that is no leftover while it is open. Whoever makes it removes it."""
    while True:
        file = tempfile.NamedTemporaryFile(dir=folder, suffix=suffix, delete=False)  # noqa: SIM115
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # It was taken for a leftover before it was held.


def remove_leftovers(folder: Path) -> int:
    """Remove the files of a folder that no process holds, and return how many there were."""
    removed = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
        except OSError:  # It is held, gone meanwhile, or another account's.
            continue
        removed += 1
    return removed


def _sync_names(root: Path, target: Path) -> None:
    """Make a file's name, and those of the folders it is in, survive a power cut."""
    for folder in target.parents:
        _sync(folder)
        if folder == root:
            return


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
