"""Return files with what they must be read as."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.unit.domain.golden import GOLDEN, examples

FOLDER = GOLDEN / "return_files"


@cache
def files() -> list[dict[str, Any]]:
    """Give what is known of every file."""
    return examples("return_files")


def file_bytes(name: str) -> bytes:
    """Read one of the files."""
    return (FOLDER / name).read_bytes()


def accepted() -> list[str]:
    """Name the files that are right."""
    return [row["file"] for row in files() if row["verdict"] == "accept"]


def records_of(name: str) -> list[dict[str, Any]]:
    """Give the records that a file must be read as, those of its base when it repeats one."""
    row = next(row for row in files() if row["file"] == name)
    return row["records"] if "records" in row else records_of(row["records_of"])


def lines_of(name: str) -> tuple[list[bytes], bytes]:
    """Give the lines of a file, without their ends, and the line end."""
    data = file_bytes(name)
    end = b"\r\n" if b"\r\n" in data else b"\n"
    return [bare for line in data.split(end) if (bare := line.rstrip(b"\x1a"))], end


def joined(lines: list[bytes], end: bytes = b"\r\n") -> bytes:
    """Make a file of lines."""
    return b"".join(line + end for line in lines)


def with_places(line: bytes, first: int, text: str) -> bytes:
    """Write text over the places of a line, counted from 1."""
    raw = text.encode("latin-1")
    return line[: first - 1] + raw + line[first - 1 + len(raw) :]
