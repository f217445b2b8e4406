"""Files in a local folder that survive a power cut, and are whole or not there."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def replace_file(root: Path, path: str, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its name, and give it the name when it is on the disk."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".part-", delete=False) as file:
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
