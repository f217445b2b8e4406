"""Multipart bodies: one file is taken whole, anything else is refused by name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from starlette.requests import Request

from cobranca.domain.errors import InputError, StorageFull
from cobranca.http import spool
from cobranca.infra.settings import Settings
from cobranca.uploads.admission import Admission
from cobranca.uploads.receive import received_file

FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\r\n'
FIELD = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
OTHER = FILE.replace(b'"file"', b'"more"')
END = b"--x--\r\n"


def received(folder: Path, body: bytes, boundary: str = "x") -> bytes:
    """Receive a body in pieces of seven bytes; return the file's bytes."""

    async def stream() -> AsyncGenerator[dict[str, object]]:
        for at in range(0, len(body), 7):
            yield {"type": "http.request", "body": body[at : at + 7], "more_body": True}
        yield {"type": "http.request", "body": b"", "more_body": False}

    messages = stream()

    async def run() -> bytes:
        kind = f"multipart/form-data; boundary={boundary}".encode()
        scope = {"type": "http", "method": "POST", "query_string": b"",
                 "headers": [(b"content-type", kind)]}  # fmt: skip
        request = Request(scope, receive=lambda: anext(messages))
        settings = Settings(data_dir=folder, disk_free_bytes_min=0)
        async with received_file(request, Admission(settings)) as file:
            return file.path.read_bytes()

    return asyncio.run(run())


@pytest.mark.parametrize("body", [FILE + END, FIELD + FILE + FIELD + END, FILE + END + b"after"])
def test_the_one_file_is_taken(tmp_path: Path, body: bytes) -> None:
    assert received(tmp_path, body) == b"a,b"


@pytest.mark.parametrize(
    ("body", "boundary", "code"),
    [
        (FILE + FILE + END, "x", "SEVERAL_FILES"),
        (FILE + OTHER + END, "x", "SEVERAL_FILES"),
        (OTHER + FILE + END, "x", "FILE_MISSING"),
        (FIELD + END, "x", "FILE_MISSING"),
        (FILE, "x", "MULTIPART_INVALID"),
        (FILE + b"--x", "x", "MULTIPART_INVALID"),
        (FILE[:-5], "x", "MULTIPART_INVALID"),
        (b"", "x", "MULTIPART_INVALID"),
        (FILE + END, "x" * 257, "MULTIPART_INVALID"),
        (FILE + END, "", "MULTIPART_INVALID"),
        (FILE.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1) + END, "x",
         "MULTIPART_INVALID"),
    ],
)  # fmt: skip
def test_what_is_not_one_whole_file_is_refused(
    tmp_path: Path, body: bytes, boundary: str, code: str
) -> None:
    with pytest.raises(InputError) as refused:
        received(tmp_path, body, boundary)
    assert refused.value.code == code
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_write_that_fails_while_more_comes_ends_the_upload_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_WRITE_BYTES", 10)

    def full(*_: object) -> int:
        raise StorageFull

    monkeypatch.setattr(spool.Spool, "_write", full)
    with pytest.raises(StorageFull):
        received(tmp_path, FILE + b"c,d\r\n" * 20 + END)
    assert list((tmp_path / "incoming").iterdir()) == []


def test_pieces_are_written_and_hashed_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_WRITE_BYTES", 20)
    lines = b"".join(b"%d,x\r\n" % number for number in range(500))
    assert received(tmp_path, FILE + lines + END) == b"a,b\r\n" + lines[:-2]
