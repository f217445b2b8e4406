"""The embedded PostgreSQL: make a cluster once, start it, stop it, survive what killed it before.

DATA_DIR/postgres holds the password (0600), the log, the lock and, normally, the cluster itself.
Clients come through a Unix socket in a folder that only the server's account may enter.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from cobranca.supervisor.embedded.child_process import (
    StartError,
    command_has,
    end,
    end_strangers,
    open_log,
    pids_working_in,
    read_from,
    run,
    spawn,
)
from cobranca.supervisor.embedded.child_server import ChildServer
from cobranca.supervisor.embedded.files import write_private
from cobranca.supervisor.embedded.postgres_conf import (
    HBA,
    disk_room_bytes,
    machine_memory_bytes,
    postgresql_conf,
)
from cobranca.supervisor.embedded.postgres_data_dir import OUTER, Place, find_place

#: The role and the database that `start` makes; the role owns the whole cluster.
ROLE = "cobranca"
DATABASE = "cobranca"

#: Room for an empty cluster and its first WAL files.
FREE_BYTES_MIN = 256 * 1024 * 1024
#: The longest path of a Unix socket that every system takes, less the socket's own name.
_SOCKET_FOLDER_MAX = 100 - len("/.s.PGSQL.5432")
_READY_LINE = 7
_READY_TIMEOUT_S = 900.0  # A crash may leave gigabytes of WAL to replay.
_POLL_S = 0.02

_INITDB_OPTIONS = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    "--auth=reject",  # Until the password is set and our pg_hba.conf is in place.
    "--no-instructions",
    "--no-sync",
)
_SINGLE_OPTIONS = ("-c", "log_min_error_statement=panic")

_ADVICE = (
    ("No space left on device", "The disk is full: free some space, then start again."),
    ("could not map anonymous shared memory", "There is not enough memory for PostgreSQL."),
    ("incompatible with server", "The database was made by another version of PostgreSQL."),
    ("Permission denied", "PostgreSQL may not read or write its folder."),
)


class EmbeddedPostgres(ChildServer):
    """One cluster in one data folder. Its address, for libpq, has the password."""

    def __init__(self, data_dir: Path, *, outer: Path = OUTER) -> None:
        """Nothing is touched before `start`. `outer` is the way out for root (`find_place`)."""
        super().__init__(
            data_dir.absolute() / "postgres",
            f"The database of {data_dir} is in use by another running Cobrança.",
        )
        self._outer = outer
        self._place: Place | None = None
        self._sockets: Path | None = None

    def revive(self) -> None:
        """Start the server again after it was killed; its address stays the same."""
        if self._process is None or self._place is None or self._sockets is None:
            raise StartError("The database was never started.")
        end(self._process, ())
        _end_earlier_run(self._place.cluster)
        self._launch(self._place, self._sockets)

    def stop(self, *, timeout_s: float = 30.0) -> None:
        """Stop the server cleanly; after `timeout_s` the hard way, which the next start repairs."""
        if self._process is not None:
            end(self._process, ((signal.SIGINT, timeout_s), (signal.SIGQUIT, 3.0)))
            self._process = None
        if self._sockets is not None:
            self._remove_earlier_sockets()
            self._sockets = None
        self._lock.release()

    def _start(self) -> str:
        """Make the cluster when there is none, and start the server."""
        self._folder.chmod(0o711)
        _check_disk(self._folder)
        place = self._place = find_place(self._folder, outer=self._outer)
        _end_earlier_run(place.cluster)
        self._remove_earlier_sockets()
        password = self._read_password()
        if not place.cluster.exists():
            password = password or secrets.token_hex(24)
            _build_cluster(place, password)
            if place.home != self._folder:
                write_private(self._folder / "location", str(place.home))
            write_private(self._folder / "password", password)
        elif password is None:
            password = secrets.token_hex(24)
            _single_user(place, place.cluster, _set_password(password))
            write_private(self._folder / "password", password)
        _write_configuration(place)
        self._sockets = _socket_folder(place)
        write_private(self._folder / "sockets", str(self._sockets))
        self._launch(place, self._sockets)
        return _url(password, self._sockets)

    def _remove_earlier_sockets(self) -> None:
        """Remove the socket folder of a run that was killed; it may lie outside the data folder."""
        note = self._folder / "sockets"
        if note.exists():
            shutil.rmtree(note.read_text(encoding="utf-8"), ignore_errors=True)
            note.unlink()

    def _read_password(self) -> str | None:
        path = self._folder / "password"
        return path.read_text(encoding="ascii").strip() if path.exists() else None

    def _launch(self, place: Place, sockets: Path) -> None:
        with open_log(self.log_path) as log:
            log_start = self.log_path.stat().st_size
            process = self._process = spawn(
                [place.programs / "postgres", "-D", place.cluster, "-k", sockets],
                output=log,
                env=_environment(),
                death_signal=signal.SIGINT,
                account=place.account,
                cwd=Path("/"),
            )
        until = time.monotonic() + _READY_TIMEOUT_S
        while not _is_ready(place.cluster, process.pid):  # `stop` may come in between.
            if process.poll() is not None:
                raise StartError(_explain(read_from(self.log_path, log_start), self.log_path))
            if time.monotonic() > until:
                raise StartError(f"PostgreSQL is not ready after 15 minutes; see {self.log_path}.")
            time.sleep(_POLL_S)


def running_url(data_dir: Path) -> str | None:
    """Return the address of the server that another process runs here; None when none does."""
    folder = data_dir.absolute() / "postgres"
    try:
        password = (folder / "password").read_text(encoding="ascii").strip()
        sockets = (folder / "sockets").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return _url(password, sockets)


def _url(password: str, sockets: object) -> str:
    return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={quote(str(sockets))}"


def _check_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES_MIN:
        raise StartError(
            f"Only {free // 2**20} MiB are free on the disk of {folder}; the database needs "
            f"{FREE_BYTES_MIN // 2**20} MiB to start. Free some space, then start again."
        )


def _end_earlier_run(cluster: Path) -> None:
    """End what an earlier run left: an orphaned postmaster, or backends that outlived theirs.

    A backend in the middle of a statement does not notice at once that its postmaster was killed,
    and holds the shared memory that a new one would refuse to share.
    """
    lock_file = cluster / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
        pid = int(lock_file.read_text(encoding="utf-8", errors="replace").splitlines()[0])
        if command_has(pid, str(cluster)):
            end_strangers([pid], ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0)))
    end_strangers(pids_working_in(cluster), ((signal.SIGQUIT, 5.0),))
    # Its pid may be another program's by now, which PostgreSQL would take for a postmaster. Two on
    # one cluster stay impossible: our lock and the shared memory's own check are against it.
    lock_file.unlink(missing_ok=True)


def _build_cluster(place: Place, password: str) -> None:
    """Make a cluster beside its final name and rename it when it is complete."""
    for half_made in place.home.glob("building-*"):
        shutil.rmtree(half_made)
    building = Path(tempfile.mkdtemp(prefix="building-", dir=place.home))
    if place.account is not None:
        os.chown(building, place.account.uid, place.account.gid)
    made = run(
        (place.programs / "initdb", "-D", building, "-U", ROLE, *_INITDB_OPTIONS),
        account=place.account,
        env=_environment(),
    )
    if made.returncode != 0:
        raise StartError(_explain(made.stdout, place.home))
    _single_user(place, building, f"CREATE DATABASE {DATABASE};\n{_set_password(password)}")
    synced = run(
        [place.programs / "initdb", "-D", building, "--sync-only"],
        account=place.account,
        env=_environment(),
        timeout_s=600.0,
    )
    if synced.returncode != 0:
        raise StartError(_explain(synced.stdout, place.home))
    building.rename(place.cluster)


def _single_user(place: Place, cluster: Path, statements: str) -> None:
    """Run statements, one a line, without a server: nobody can come between."""
    done = run(
        (
            place.programs / "postgres",
            "--single",
            "-j",
            "-D",
            cluster,
            *_SINGLE_OPTIONS,
            "postgres",
        ),
        account=place.account,
        env=_environment(),
        stdin="\n\n".join(statements.splitlines()) + "\n\n",
    )
    if done.returncode != 0 or "ERROR:" in done.stdout:
        raise StartError(_explain(done.stdout, cluster))


def _set_password(password: str) -> str:
    return f"ALTER ROLE {ROLE} PASSWORD '{password}';"


def _write_configuration(place: Place) -> None:
    made_by = (place.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    listed = run([place.programs / "pg_config"], account=place.account, env=_environment()).stdout
    if f"VERSION = PostgreSQL {made_by}" not in listed:
        raise StartError(
            f"{place.cluster} was made by PostgreSQL {made_by}, and this Cobrança brings another "
            "major version: move the data with pg_dump and pg_restore (docs/decisions/0007)."
        )
    text = postgresql_conf(
        memory_bytes=machine_memory_bytes(),
        disk_bytes=disk_room_bytes(place.cluster),
        lz4="with-lz4" in listed,
    )
    for name, content in (("postgresql.conf", text), ("pg_hba.conf", HBA)):
        path = place.cluster / name
        write_private(path, content)
        if place.account is not None:
            os.chown(path, place.account.uid, place.account.gid)


def _socket_folder(place: Place) -> Path:
    """Return an empty folder of the server's account whose path a socket's address can hold."""
    folder = place.home / "run"
    if len(os.fsencode(folder)) > _SOCKET_FOLDER_MAX:
        folder = Path(tempfile.mkdtemp(prefix="cobranca-", dir="/tmp"))
    else:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    if place.account is not None:
        os.chown(folder, place.account.uid, place.account.gid)
    return folder


def _is_ready(cluster: Path, pid: int) -> bool:
    """Whether the postmaster has written `ready` into its pid file."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return (
        len(lines) > _READY_LINE
        and lines[0].strip() == str(pid)
        and lines[_READY_LINE].strip() == "ready"
    )


def _explain(output: str, where: Path) -> str:
    advice = next((text for mark, text in _ADVICE if mark in output), "PostgreSQL did not start.")
    last = "\n  ".join(output.strip().splitlines()[-5:])
    return f"{advice} PostgreSQL said ({where}):\n  {last}"


def _environment() -> dict[str, str]:
    """Return an environment without our secrets and without PG* variables of the caller."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
