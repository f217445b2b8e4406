"""Which system account the embedded PostgreSQL runs under, for it refuses to be root.

An ordinary user runs it as themselves. Root uses an account that owns the cluster already, else
`cobranca`, else `postgres`, else makes `cobranca`, else `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
from typing import TYPE_CHECKING

from cobranca.supervisor.embedded.child_process import Account, StartError, run

if TYPE_CHECKING:
    from pathlib import Path

_ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
_PREFERRED = ("cobranca", "postgres")
_NO_HOME = ("--no-create-home", "--home-dir", "/nonexistent")


def server_account(cluster: Path) -> Account | None:
    """Return the account to switch to, or None to stay who we are.

    Raises:
        StartError: the cluster belongs to somebody else, or root finds no account.
    """
    owner = cluster.stat().st_uid if cluster.exists() else None
    if os.geteuid() != 0:
        if owner not in {None, os.geteuid()}:
            raise StartError(
                f"The database in {cluster} belongs to user {_name(owner or 0)}: run as that "
                "user or root, or choose another folder with COBRANCA_DATA_DIR."
            )
        return None
    if owner:
        entry = pwd.getpwuid(owner) if _known(owner) else None
        return Account(name=_name(owner), uid=owner, gid=entry.pw_gid if entry else owner)
    return _existing(_PREFERRED) or _made() or _existing(("nobody",)) or _none_found()


def can(account: Account | None, check: str, path: Path) -> bool:
    """Whether the account passes `test CHECK PATH` (`-w`, `-x`, ...), every parent included."""
    shell = run(["/bin/sh", "-c", 'test "$1" "$2"', "sh", check, path], account=account, env=_ENV)
    return shell.returncode == 0


def _existing(names: tuple[str, ...]) -> Account | None:
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    return None


def _made() -> Account | None:
    useradd = shutil.which("useradd", path=_ENV["PATH"])
    if useradd is None:
        return None
    run(
        (
            useradd,
            "--system",
            "--user-group",
            "--shell",
            "/usr/sbin/nologin",
            *_NO_HOME,
            "cobranca",
        ),
        account=None,
        env=_ENV,
    )
    return _existing(("cobranca",))


def _none_found() -> Account:
    raise StartError(
        "PostgreSQL refuses to run as root, and no other account was found or could be made. "
        "Make one (`useradd --system cobranca`), run as an ordinary user, or give DATABASE_URL."
    )


def _known(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _name(uid: int) -> str:
    return pwd.getpwuid(uid).pw_name if _known(uid) else str(uid)
