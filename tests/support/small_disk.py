"""A small disk for tests, that can be made full and large again. Mounting it needs root."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Self

import pytest

MIB = 1024 * 1024


class SmallDisk:
    """A file system in memory. Use as a context manager; without root the test is skipped."""

    def __init__(self, path: Path, *, size_mib: int) -> None:
        """Prepare; the folder is made."""
        self.path = path
        self._size_mib = size_mib

    def __enter__(self) -> Self:
        """Mount it."""
        self.path.mkdir(exist_ok=True)
        try:
            self._mount(f"size={self._size_mib}m,mode=711")
        except (subprocess.CalledProcessError, FileNotFoundError):
            pytest.skip("a small disk can be mounted by root only")
        return self

    def __exit__(self, *exc: object) -> None:
        """Unmount it, whoever still looks at it."""
        subprocess.run(["umount", "--lazy", self.path], check=True)

    def fill(self, *, free_mib: int = 0) -> None:
        """Leave so much room and no more."""
        size = shutil.disk_usage(self.path).used + free_mib * MIB
        self._mount(f"remount,size={size or 4096}")  # 0 would be without a bound.

    def grow(self) -> None:
        """Make it as large as at first."""
        self._mount(f"remount,size={self._size_mib}m")

    def _mount(self, options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.path]
        subprocess.run(command, check=True, capture_output=True)
