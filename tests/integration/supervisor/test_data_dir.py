"""Nothing of the data folder is open to another account, whoever made it and how."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from cobranca.supervisor.data_dir import prepare_data_dir
from cobranca.supervisor.embedded.child_process import StartError
from tests.integration.supervisor.conftest import needs_root

if TYPE_CHECKING:
    from pathlib import Path


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def as_nobody(*command: str) -> int:
    nobody = pwd.getpwnam("nobody")
    return subprocess.run(
        command, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], capture_output=True,
        check=False,
    ).returncode  # fmt: skip


def test_a_folder_that_was_there_is_closed_with_what_is_in_it(data_dir: Path) -> None:
    (data_dir / "storage").mkdir(parents=True)
    settings = data_dir / "cobranca.env"
    settings.write_text("SMTP_URL=smtp://u:secret@h", encoding="utf-8")
    for path, mode in ((data_dir, 0o755), (data_dir / "storage", 0o755), (settings, 0o644)):
        path.chmod(mode)
    prepare_data_dir(data_dir)
    assert mode_of(settings) == 0o600
    assert mode_of(data_dir / "storage") == 0o700
    assert mode_of(data_dir) == (0o711 if os.geteuid() == 0 else 0o700)


@needs_root
def test_another_account_sees_nothing(data_dir: Path) -> None:
    data_dir.mkdir(mode=0o755)
    settings = data_dir / "cobranca.env"
    settings.write_text("SMTP_URL=smtp://u:secret@h", encoding="utf-8")
    settings.chmod(0o644)
    assert as_nobody("cat", str(settings)) == 0, "the test can fail"
    prepare_data_dir(data_dir)
    (data_dir / "storage" / "uploads").mkdir()
    assert as_nobody("cat", str(settings)) != 0
    for folder in ("", "storage", "storage/uploads", "incoming", "logs", "nats"):
        assert as_nobody("ls", str(data_dir / folder)) != 0


@needs_root
def test_what_is_anothers_and_open_is_refused(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_data_dir(data_dir)
    data_dir.chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    with pytest.raises(StartError, match="chmod 700"):
        prepare_data_dir(data_dir)
