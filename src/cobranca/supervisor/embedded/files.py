"""Small files that hold a secret or a note, for their owner only; and who owns what there is."""

from __future__ import annotations

import os
from pathlib import Path

from cobranca.supervisor.embedded.child_process import StartError


def write_private(path: Path, content: str) -> None:
    """Replace the file by one that only its owner may read."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def give(path: Path, *, uid: int, gid: int) -> None:
    """Give a file, or a folder with all in it, to an account; back to root, the folder alone.

    What is in a folder follows only when the folder is another's, and the folder comes last: so
    what was cut off is made good by the next start, and others walk through nothing. Links are
    given, never what they point to: an account may have put them there.

    Raises:
        StartError: the file system lets nobody change owners.
    """
    top = path.resolve()
    if top.stat().st_uid == uid:
        return
    try:
        if uid != 0:
            for _, folders, files, fd in os.fwalk(top, topdown=False, follow_symlinks=False):
                for name in (*folders, *files):
                    os.chown(name, uid, gid, dir_fd=fd, follow_symlinks=False)
        os.chown(top, uid, gid)
    except OSError as error:
        raise StartError(
            f"{top} cannot be given to user {uid} ({error.strerror}): run as an ordinary user, or "
            "choose another folder with COBRANCA_DATA_DIR."
        ) from error
