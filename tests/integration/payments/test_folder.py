"""Return files of a folder: taken when they stand still, moved when they are committed."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.infra.return_settings import ReturnSettings
from cobranca.payments import service
from cobranca.payments.folder import pick_up
from tests.support.people import run
from tests.support.returns import file_of, paid, post_all

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

OLD = time.time() - 3600


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Return settings with a folder for return files."""
    folder = tmp_path / "returns"
    folder.mkdir()
    returns = ReturnSettings(folder=str(folder), stable_s=5)
    return settings.model_copy(update={"returns": returns})


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Return the folder."""
    return Path(str(settings.returns.folder))


def put(folder: Path, name: str, content: bytes, *, at: float = OLD) -> None:
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (at, at))


def lying(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


async def verdicts(resources: Resources) -> list[Any]:
    rows = await run(resources, "SELECT verdict FROM return_file ORDER BY id")
    return [row["verdict"] for row in rows]


async def test_files_are_taken_and_moved(
    resources: Resources, upload: dict[str, Any], folder: Path
) -> None:
    beneficiary_id = 1
    assert upload["accepted"] == 3
    put(folder, "a.ret", file_of(paid(1, 1000)))
    put(folder, "b.ret", b"no return file")
    put(folder, "half.ret", file_of(paid(2, 1000)), at=time.time())
    (folder / "link.ret").symlink_to(folder / "a.ret")
    assert await pick_up(resources, beneficiary_id) == 2
    assert lying(folder) == ["done/a.ret", "half.ret", "refused/b.ret"]
    assert await verdicts(resources) == ["accept", "refuse"]
    put(folder, "a.ret", file_of(paid(1, 1000)), at=OLD + 1)
    await pick_up(resources, beneficiary_id)
    assert lying(folder) == ["done/a-2.ret", "done/a.ret", "half.ret", "refused/b.ret"]
    assert await verdicts(resources) == ["accept", "refuse", "repeat"]


async def test_ended_before_the_move_it_is_only_moved(
    resources: Resources, upload: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert upload["accepted"] == 3
    put(folder, "a.ret", file_of(paid(1, 1000)))

    def die(*_: object) -> None:
        raise OSError(5, "died")

    with monkeypatch.context() as patched:
        patched.setattr("cobranca.payments.folder._move", die)
        assert await pick_up(resources, 1) == 0
    assert await verdicts(resources) == ["accept"]
    assert await pick_up(resources, 1) == 1
    assert await verdicts(resources) == ["accept"]
    assert lying(folder) == ["done/a.ret"]


async def test_large_file_is_moved_when_a_worker_has_read_it(
    resources: Resources, upload: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert upload["accepted"] == 3
    monkeypatch.setattr(service, "_AT_ONCE_BYTES", 100)
    put(folder, "a.ret", file_of(paid(1, 1000)))
    assert await pick_up(resources, 1) == 0
    assert await pick_up(resources, 1) == 0
    assert lying(folder) == ["a.ret"]
    await post_all(resources)
    assert await pick_up(resources, 1) == 1
    assert await verdicts(resources) == ["accept"]
    assert await run(resources, "SELECT state FROM settlement") == [{"state": 2}]
