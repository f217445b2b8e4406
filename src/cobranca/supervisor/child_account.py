"""Which account the product's processes run under when root starts the stack.

They read strangers' files and mails, so they give root's rights away wherever they can: to the
account of the embedded PostgreSQL, if it can run this Python and reach the data folder. What they
write is then that account's; the settings, the logs and the secrets of the servers stay root's.
"""

from __future__ import annotations

import os
import pwd
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cobranca
from cobranca.supervisor.embedded.accounts import can
from cobranca.supervisor.embedded.child_process import Account, StartError, run
from cobranca.supervisor.embedded.files import give
from cobranca.supervisor.embedded.nats import nats_program
from cobranca.supervisor.embedded.postgres_data_dir import cluster_account

if TYPE_CHECKING:
    from cobranca.infra.settings import Settings

#: Folders of DATA_DIR that the processes write into.
WRITTEN = ("incoming", "storage")
_UNPRIVILEGED_PORTS = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
_LOCAL_STORAGE = "file://"
_HOW = "docs/operations.md says how to change that."


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildAccount:
    """The account to switch to, or None to stay who we are; and why root stays root, if it does."""

    account: Account | None = None
    told: str | None = None

    def environment(self) -> dict[str, str]:
        """Return what an account has in its environment: root's home is closed to it."""
        if self.account is None:
            return {}
        try:
            home = pwd.getpwuid(self.account.uid).pw_dir
        except KeyError:
            home = "/nonexistent"
        return {"HOME": home, "USER": self.account.name, "LOGNAME": self.account.name}


def find_child_account(settings: Settings, data_dir: Path) -> ChildAccount:
    """Return the account for the processes of a data folder that has been prepared."""
    if os.geteuid() != 0:
        return ChildAccount()
    try:
        account = cluster_account(data_dir / "postgres")
        lacking = account and _lacking(settings, data_dir, account)
    except StartError as error:
        account, lacking = None, str(error).rstrip(".")
    if account is None or lacking:
        who = f"user {account.name} {lacking}" if account else lacking
        return ChildAccount(told=f"Root reads strangers' files itself, for {who}; {_HOW}")
    return ChildAccount(account=account)


def give_data(data_dir: Path, account: Account | None) -> None:
    """Make the account, or root itself, the owner of what the processes write.

    Raises:
        StartError: a folder cannot be given.
    """
    if os.geteuid() != 0:
        return
    uid, gid = (account.uid, account.gid) if account else (0, 0)
    for name in WRITTEN:
        give(data_dir / name, uid=uid, gid=gid)


def step_down(settings: Settings) -> None:
    """Become the account of a running stack, so that a command of root's leaves nothing of root's.

    It is for commands that write into the same storage; what they need as root is read before.
    """
    data_dir = settings.data_dir.absolute()
    storage = data_dir / "storage"
    if os.geteuid() != 0 or not storage.is_dir():
        return
    chosen = find_child_account(settings, data_dir)
    account = chosen.account
    if account is None or storage.stat().st_uid != account.uid:
        return
    os.environ.update(chosen.environment())
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)


def _lacking(settings: Settings, data_dir: Path, account: Account) -> str | None:
    """Return what the account cannot do of all that the processes must, or None."""
    package = Path(cobranca.__file__)
    needed = [("-x", data_dir, "enter"), ("-x", Path(sys.executable), "run")]
    needed += [("-r", package, "read")]
    needed += [("-x", (data_dir / name).resolve().parent, "enter") for name in WRITTEN]
    if settings.nats_url is None:
        needed.append(("-x", nats_program(), "run"))
    if settings.storage_url and settings.storage_url.startswith(_LOCAL_STORAGE):
        needed.append(("-w", Path(settings.storage_url.removeprefix(_LOCAL_STORAGE)), "write into"))
    for check, path, verb in needed:
        if not can(account, check, path):
            return f"cannot {verb} {path}"
    if port := _privileged_port(settings):
        return f"cannot listen on port {port}"
    return None if _can_import(account) else f"cannot import the packages beside {package.parent}"


def _can_import(account: Account) -> bool:
    """Whether this Python starts as the account, with its libraries and ours."""
    command = [sys.executable, "-c", "import cobranca.infra.settings"]
    return run(command, account=account, env={**os.environ, "HOME": "/nonexistent"}).returncode == 0


def _privileged_port(settings: Settings) -> int | None:
    try:
        first = int(_UNPRIVILEGED_PORTS.read_text(encoding="ascii"))
    except (OSError, ValueError):
        first = 1024
    ports = (settings.api_port, settings.ui_port, settings.metrics_port)
    return next((port for port in ports if port is not None and port < first), None)
