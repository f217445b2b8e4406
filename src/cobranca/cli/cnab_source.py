"""The bytes of a file that a command is given: mapped, so that memory does not grow with it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, BinaryIO

import typer

#: A file that a command reads; `-` is stdin.
SourcePath = Annotated[Path, typer.Argument(help="`-` reads stdin.")]


@contextmanager
def opened(file: Path) -> Generator[bytes | mmap]:
    """Give the bytes of a file, or of stdin for `-`.

    Raises:
        typer.BadParameter: there is no such file.
    """
    if str(file) != "-":
        if not file.is_file():
            raise typer.BadParameter(f"{file} is no file", param_hint="FILE")
        with file.open("rb") as handle, _mapped(handle) as source:
            yield source
        return
    with TemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        with _mapped(copy) as source:
            yield source


@contextmanager
def _mapped(handle: BinaryIO) -> Generator[bytes | mmap]:
    """Map an open file; one without a byte cannot be mapped."""
    if handle.seek(0, 2) == 0:
        yield b""
        return
    with mmap(handle.fileno(), 0, access=ACCESS_READ) as source:
        yield source
