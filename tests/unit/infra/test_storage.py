"""What is put is whole: at a server that lies, fails or falls silent, and in a local folder."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO
from unittest.mock import patch

import pytest

from cobranca.domain.errors import NotFound, Permanent, StorageFull, Transient
from cobranca.infra import local_files, storage
from cobranca.infra.settings import Settings
from cobranca.infra.storage import Storage, open_storage
from tests.support.object_store import Fault, ObjectStore, Rule
from tests.support.product import first_line

SMALL = b"a slip of paper" * 100
#: Sent in two parts.
LARGE = bytes(range(256)) * (36 * 1024)
Open = Callable[[ObjectStore], Storage]


@pytest.fixture
def open_at(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return what opens the storage at a server, with pauses too short to wait for."""
    monkeypatch.setattr(
        storage,
        "_RETRY",
        {"max_retries": 2, "backoff": {"init_backoff": timedelta(milliseconds=1)}},
    )

    def open_one(server: ObjectStore) -> Storage:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        return open_storage(Settings())

    return open_one


@contextmanager
def server(*rules: Rule, opaque_tags: bool = False) -> Iterator[ObjectStore]:
    """Return a server with a script."""
    with ObjectStore(rules, opaque_tags=opaque_tags) as one:
        yield one


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a file as large as LARGE."""
    path = tmp_path / "source.csv"
    path.write_bytes(LARGE)
    return path


@pytest.mark.parametrize("content", [b"", SMALL, LARGE], ids=["empty", "small", "large"])
async def test_what_was_put_is_got_whole_and_in_ranges(open_at: Open, content: bytes) -> None:
    with server() as s3:
        store = open_at(s3)
        await store.put("a/b.zip", content)
        assert s3.read("a/b.zip") == content
        assert await store.get("a/b.zip") == content
        if content:
            assert await store.get_range("a/b.zip", 3, 5) == content[3:8]
        assert s3.calls["GET"] == (2 if content else 1)  # The tag told: nothing was read back.
        await store.remove("a/b.zip")
        await store.remove("a/b.zip")
        with pytest.raises(NotFound):
            await store.get("a/b.zip")


async def test_a_file_is_put_as_bytes_are(open_at: Open, source: Path) -> None:
    with server() as s3:
        await open_at(s3).put_file("uploads/x.csv", source)
        assert s3.read("uploads/x.csv") == LARGE
        assert s3.calls["GET"] == 0


@pytest.mark.parametrize("fault", ["truncate", "change"])
@pytest.mark.parametrize("opaque", [False, True], ids=["md5", "opaque"])
@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
async def test_an_object_that_is_kept_wrongly_is_written_again(
    open_at: Open, fault: Fault, opaque: bool, content: bytes
) -> None:
    with server(Rule(method="PUT", fault=fault, times=2), opaque_tags=opaque) as s3:
        await open_at(s3).put("boletos/1.zip", content)
        assert s3.faults[fault] == 2
        assert s3.read("boletos/1.zip") == content


@pytest.mark.parametrize("fault", ["truncate", "change"])
async def test_a_file_that_is_kept_wrongly_is_written_again(
    open_at: Open, fault: Fault, source: Path
) -> None:
    with server(Rule(method="PUT", fault=fault, times=1)) as s3:
        await open_at(s3).put_file("uploads/x.csv", source)
        assert s3.faults[fault] == 1
        assert s3.read("uploads/x.csv") == LARGE


async def test_what_is_always_kept_wrongly_is_never_taken_for_stored(open_at: Open) -> None:
    with server(Rule(method="PUT", fault="truncate")) as s3:
        with pytest.raises(Transient, match="other bytes"):
            await open_at(s3).put("boletos/1.zip", SMALL)
        assert s3.faults["truncate"] == 3


@pytest.mark.parametrize("fault", ["error", "error_after", "slow_down"])
async def test_a_short_trouble_is_waited_out(open_at: Open, fault: Fault) -> None:
    with server(Rule(method="PUT", fault=fault, times=2)) as s3:
        await open_at(s3).put("a", SMALL)
        assert s3.read("a") == SMALL


@pytest.mark.parametrize("fault", ["error", "error_after", "slow_down"])
async def test_a_long_trouble_is_transient_and_soon_told(open_at: Open, fault: Fault) -> None:
    with server(Rule(method="PUT", fault=fault)) as s3:
        with pytest.raises(Transient, match=r"InternalError|SlowDown"):
            await open_at(s3).put("a", SMALL)
        assert s3.calls["PUT"] == 3


async def test_a_download_that_is_cut_off_is_not_taken_for_whole(open_at: Open) -> None:
    with server(Rule(method="GET", fault="cut_off")) as s3:
        store = open_at(s3)
        await store.put("a", SMALL)
        with pytest.raises(Transient):
            await store.get("a")


@pytest.mark.parametrize("method", ["PUT", "GET", "HEAD", "POST"])
async def test_a_server_that_falls_silent_is_noticed(
    open_at: Open, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    bounds = storage.CLIENT_BOUNDS
    assert bounds.keys() >= {"connect_timeout", "read_timeout", "timeout"}
    monkeypatch.setattr(storage, "CLIENT_BOUNDS", bounds | {"read_timeout": "100ms"})
    with server(Rule(method=method, fault="hang")) as s3:
        s3.objects["/cobranca/test/a"], s3._tags["/cobranca/test/a"] = SMALL, '"x"'
        store = open_at(s3)
        work = {
            "PUT": lambda: store.put("a", SMALL),
            "HEAD": lambda: store.put("a", SMALL),
            "GET": lambda: store.get("a"),
            "POST": lambda: store.remove("a"),
        }
        with pytest.raises(Transient, match="HTTP error"):
            await work[method]()


async def test_wrong_credentials_stop_the_work_and_say_what_to_do(open_at: Open) -> None:
    with server(Rule(method="PUT", fault="forbidden")) as s3:
        store = open_at(s3)
        with pytest.raises(Permanent, match=r"AccessDenied.*AWS_ACCESS_KEY_ID"):
            await store.put("a", SMALL)


@pytest.mark.parametrize("method", ["PUT", "GET"])
async def test_a_bucket_that_is_not_there_stops_the_work(open_at: Open, method: str) -> None:
    with server(Rule(method=method, fault="no_bucket")) as s3:
        store = open_at(s3)
        with pytest.raises(Permanent, match="COBRANCA_STORAGE_URL"):
            await (store.put("a", SMALL) if method == "PUT" else store.get("a"))


def test_a_url_that_is_none_stops_the_start() -> None:
    with pytest.raises(Permanent, match="COBRANCA_STORAGE_URL"):
        open_storage(Settings(storage_url="ftp://example.com/x"))


async def test_a_server_that_is_not_there_is_transient(open_at: Open) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(Transient, match="does not answer"):
            await open_at(ObjectStore(port=closed.getsockname()[1])).get("a")


# ------------------------------------------------------------------------------- a local folder


@pytest.fixture
def folder(tmp_path: Path) -> tuple[Storage, Path]:
    """Return the storage in a local folder, and the folder."""
    return open_storage(Settings(data_dir=tmp_path)), tmp_path / "storage"


async def test_a_full_disk_leaves_nothing_half_written(
    folder: tuple[Storage, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, root = folder
    await store.put("boletos/1.zip", b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(local_files.os, "fsync", full)
        with pytest.raises(StorageFull):
            await store.put("boletos/1.zip", b"new")
    assert [path.name for path in (root / "boletos").iterdir()] == ["1.zip"]
    assert await store.get("boletos/1.zip") == b"old"


async def test_what_a_folder_has_taken_is_on_the_disk(
    folder: tuple[Storage, Path], source: Path
) -> None:
    store, root = folder
    synced: list[str] = []

    def note(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))

    with patch.object(local_files.os, "fsync", note):
        await store.put("boletos/1/2.zip", SMALL)
        await store.put_file("uploads/x.csv", source)
    assert any(name.startswith(f"{root}/.parts/") for name in synced)
    names = {str(root), f"{root}/boletos", f"{root}/boletos/1", f"{root}/uploads", str(source)}
    assert names <= set(synced)


async def test_a_copy_that_was_cut_off_is_not_taken_for_the_file(
    folder: tuple[Storage, Path], source: Path
) -> None:
    store, root = folder
    (root / "uploads").mkdir()
    (root / "uploads/x.csv").write_bytes(LARGE[:1000])
    await store.put_file("uploads/x.csv", source)
    assert await store.get("uploads/x.csv") == LARGE


def test_what_a_killed_writer_left_goes_and_what_is_being_written_stays(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    parts = tmp_path / "storage/.parts"
    open_storage(settings)
    with subprocess.Popen(
        [sys.executable, "-c", _HANGING_WRITER, str(tmp_path / "storage")], stdout=subprocess.PIPE
    ) as writer:
        try:
            assert first_line(writer) == "half"
            (part,) = parts.iterdir()
            open_storage(settings)
            assert list(parts.iterdir()) == [part]
        finally:
            writer.kill()
    open_storage(settings)
    assert list(parts.iterdir()) == []


_HANGING_WRITER = """
import sys, time
from pathlib import Path
from cobranca.infra.local_files import replace_file

def write(file):
    file.write(b"half")
    file.flush()
    print("half", flush=True)
    time.sleep(300)

replace_file(Path(sys.argv[1]), "boletos/1.zip", write)
"""


def test_a_file_taken_for_a_leftover_before_it_was_held_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock, taken = fcntl.flock, iter((True, False))

    def flock_late(file: IO[bytes], operation: int) -> None:
        if next(taken):
            Path(file.name).unlink()
        flock(file, operation)

    monkeypatch.setattr(fcntl, "flock", flock_late)
    with local_files.new_held_file(tmp_path) as file:
        assert list(tmp_path.iterdir()) == [Path(file.name)]


def test_a_link_is_possible_within_a_disk_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert local_files.can_link(tmp_path, tmp_path / "root")

    def other_disk(*_: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", other_disk)
    assert not local_files.can_link(tmp_path, tmp_path / "root")
    assert [path.name for path in tmp_path.iterdir()] == ["root"]
    assert list((tmp_path / "root/.parts").iterdir()) == []


@pytest.mark.parametrize("is_local", [True, False])
async def test_an_object_opened_as_a_local_file_is_the_one_that_was_put(
    tmp_path: Path, open_at: Open, *, is_local: bool
) -> None:
    with server() as far:
        local = open_storage(Settings(data_dir=tmp_path))
        kept = local if is_local else open_at(far)
        await kept.put("returns/one.ret", LARGE)
        async with kept.opened("returns/one.ret", tmp_path) as file:
            assert os.pread(file.fileno(), len(LARGE) + 1, 0) == LARGE
        with pytest.raises(NotFound):
            async with kept.opened("returns/other.ret", tmp_path):
                pass
        assert await kept.get("returns/one.ret") == LARGE
