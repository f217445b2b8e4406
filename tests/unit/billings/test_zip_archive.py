"""A zip that is written front to back is read by others, also where 32 bits do not suffice."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from cobranca.billings.out.zip_archive import ZipWriter


def written(files: dict[str, bytes]) -> bytes:
    """Return an archive of these files."""
    with ZipWriter() as archive:
        head = b"".join(archive.add(name, content) for name, content in files.items())
        return head + b"".join(archive.end())


@pytest.mark.parametrize("count", [0, 1, 65_534, 65_535, 65_536])
def test_every_file_is_read_back(count: int) -> None:
    files = {f"á{n}.txt": b"x" * (n % 7) for n in range(count)}
    archive = zipfile.ZipFile(io.BytesIO(written(files)))
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == files


def test_files_beyond_four_gibibytes_are_read_back(tmp_path: Path) -> None:
    files = {f"{n}.bin": bytes([n]) * 3000 for n in range(3)}
    archive = ZipWriter()
    archive._at = 5 << 30  # As if so much had been written; on disk there is a hole.
    with archive, (tmp_path / "large.zip").open("wb") as out:
        out.seek(5 << 30)
        out.writelines(archive.add(name, content) for name, content in files.items())
        out.writelines(archive.end())
    with zipfile.ZipFile(tmp_path / "large.zip") as read:
        assert [info.header_offset >= 5 << 30 for info in read.infolist()] == [True] * 3
        assert {name: read.read(name) for name in read.namelist()} == files
