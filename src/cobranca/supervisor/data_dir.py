"""The data folder: made for its owner only, and kept so at every start.

It holds payers' data, and in `cobranca.env` the password of the mail server.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from cobranca.supervisor.embedded.child_process import StartError

if TYPE_CHECKING:
    from pathlib import Path

#: Folders of ours in it; PostgreSQL's is its own account's.
_OURS = ("incoming", "storage", "logs", "nats")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def prepare_data_dir(data_dir: Path) -> None:
    """Make the folder, or take from everybody else what they may do in it.

    Root leaves a way through for PostgreSQL and NATS, whose account may pass and see nothing:
    commands call this while they run.

    Raises:
        StartError: it cannot be made, or others may read it and we may not change that.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        passed = 0o711 if os.geteuid() == 0 else 0o700
        _close(data_dir, passed)
        for name in _OURS:
            (data_dir / name).mkdir(mode=0o700, exist_ok=True)
            _close(data_dir / name, passed if name == "nats" else 0o700)
        settings = data_dir / "cobranca.env"
        if settings.exists():
            _close(settings, 0o600)
    except OSError as error:
        raise StartError(
            f"The data folder {data_dir} cannot be made or closed to others ({error.strerror}): "
            "choose another one with COBRANCA_DATA_DIR."
        ) from error


def _close(path: Path, mode: int) -> None:
    found = path.stat()
    if not stat.S_IMODE(found.st_mode) & _OTHERS & ~mode:
        return
    if os.geteuid() not in {0, found.st_uid}:
        raise StartError(
            f"Other accounts may read {path}, and it is not yours: let its owner run "
            f"`chmod {mode:o} {path}`."
        )
    path.chmod(mode)
