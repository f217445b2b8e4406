"""The product as its user starts it, `cobranca up`, and its parts to kill."""

from __future__ import annotations

import itertools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx
import psutil

from cobranca.supervisor.embedded.child_process import end, spawn

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

#: Generous: two cores may be busy with other tests.
START_TIMEOUT_S = 240
END_TIMEOUT_S = 240
_STOP_TIMEOUT_S = 60
#: Below those that the kernel gives to whoever asks for any, so that a free one stays free.
_PORTS = range(12_000, 30_000)
_port_numbers = itertools.count(os.getpid() * 7919)
#: What the product says stands with what the test says.
_STDOUT = 1


class Client:
    """A patient client of an API."""

    def __init__(self, api_url: str, *, key: str = "") -> None:
        """Call the API at `api_url`, with its key when it has one."""
        self.api_url = api_url
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def upload(self, content: bytes, **query: str) -> dict[str, Any]:
        """Send a file until an answer comes, as a patient client would."""

        def post() -> dict[str, Any] | None:
            try:
                answer = httpx.post(
                    f"{self.api_url}/billings/csv/upload",
                    params={"name": "debts.csv", **query},
                    content=content,
                    headers={**self._headers, "Content-Type": "text/csv"},
                    timeout=120,
                )
            except httpx.TransportError:
                return None
            if answer.status_code == 503:
                return None
            assert answer.status_code == 200, answer.text
            return answer.json()

        return wait_for(post, END_TIMEOUT_S, "an answer to the upload")

    def is_ready(self) -> bool:
        """Whether the API answers that it is ready."""
        try:
            return httpx.get(f"{self.api_url}/ready", timeout=5).is_success
        except httpx.TransportError:
            return False

    def wait_until_ended(self, upload_id: str, timeout_s: float = END_TIMEOUT_S) -> dict[str, Any]:
        """Return the upload when it has ended."""

        def ended() -> dict[str, Any] | None:
            upload = self.get_upload(upload_id)
            return upload if upload and upload["status"] in {"SENT", "ATTENTION"} else None

        return wait_for(ended, timeout_s, "the upload to end")

    def wait_for_progress(self, upload_id: str, progress: float) -> None:
        """Wait until so much of an upload, 0 to 1, is done."""

        def under_way() -> bool:
            upload = self.get_upload(upload_id)
            return upload is not None and upload["progress"] >= progress

        wait_for(under_way, END_TIMEOUT_S, f"progress of {progress}")

    def get_upload(self, upload_id: str) -> dict[str, Any] | None:
        """Return an upload, or None while the API does not answer."""
        try:
            answer = httpx.get(
                f"{self.api_url}/billings/csv/uploads/{upload_id}",
                headers=self._headers,
                timeout=10,
            )
        except httpx.TransportError:
            return None
        return answer.json() if answer.status_code == 200 else None


class Product(Client):
    """A running `cobranca up` on ports of its own."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        """Prepare; `settings` are further environment variables."""
        self.data_dir = data_dir
        self.api_port, self.ui_port = free_port(), free_port()
        super().__init__(f"http://127.0.0.1:{self.api_port}")
        self._env = {
            **os.environ,
            "COBRANCA_DATA_DIR": str(data_dir),
            "COBRANCA_API_PORT": str(self.api_port),
            "COBRANCA_UI_PORT": str(self.ui_port),
            "COBRANCA_LEASE_S": "3",
            "COBRANCA_SWEEP_S": "5",
            "COBRANCA_BATCH_ROWS": "500",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it and wait until it is ready."""
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop it as Ctrl-C does."""
        self.stop()

    def start(self) -> None:
        """Run `cobranca up` until it says that it is ready; it is not left running otherwise."""
        self._process = process = spawn(
            [Path(sys.executable).with_name("cobranca"), "up"],
            output=_STDOUT,
            env=self._env,
            death_signal=signal.SIGTERM,
        )

        def ready() -> bool:
            assert process.poll() is None, "the product ended while it was starting"
            return self.note().get("ready", False)

        try:
            wait_for(ready, START_TIMEOUT_S, "the product to be ready")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Send SIGINT and wait for the end; what does not end is killed, and fails the test."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=_STOP_TIMEOUT_S)
            finally:
                end(self._process, ())

    def kill_supervisor(self) -> None:
        """Kill the supervisor without a chance to clean up."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=10)

    def kill(self, name: str) -> None:
        """Kill a part with SIGKILL: a child by its name, or `postgres` or `nats`."""
        if name in {"postgres", "nats"}:
            self._server(name).kill()
        else:
            os.kill(self.note()["pids"][name], signal.SIGKILL)

    def _server(self, name: str) -> psutil.Process:
        assert self._process is not None
        word = {"postgres": "postgres", "nats": "nats-server"}[name]
        for child in psutil.Process(self._process.pid).children():
            if word in Path(child.exe()).name:
                return child
        raise LookupError(name)

    def note(self) -> dict[str, Any]:
        """Return DATA_DIR/stack.json, empty when there is none yet."""
        try:
            note = json.loads((self.data_dir / "stack.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        assert self._process is not None
        return note if note.get("supervisor") == self._process.pid else {}

    @property
    def ui_url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.ui_port}"

    @property
    def database_url(self) -> str:
        """The database's address, as the workers have it."""
        return psutil.Process(self.note()["pids"]["scheduler"]).environ()["DATABASE_URL"]

    def read_object(self, path: str) -> bytes:
        """Return a stored object."""
        return (self.data_dir / "storage" / path).read_bytes()


def wait_for(ready: Callable[[], T | None], timeout_s: float, what: str) -> T:
    """Return the first truthy answer; what is waited for goes into the failure."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        if answer := ready():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {timeout_s} s for {what}")


def first_line(process: subprocess.Popen[bytes]) -> str:
    """Return the first line that a child prints; one that stays silent is killed."""
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], START_TIMEOUT_S)[0]:
        process.kill()
    return process.stdout.readline().decode().strip()


def free_port() -> int:
    """Return a port that nothing listens on, another one each time."""
    for number in _port_numbers:
        port = _PORTS[number % len(_PORTS)]
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("", port))
            return port
    raise AssertionError
