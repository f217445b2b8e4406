"""A server that runs as a child process in a data folder of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

from cobranca.supervisor.embedded.child_process import FolderLock

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path
    from types import TracebackType

#: How long a server whose start failed is given to end.
_FAILED_STOP_S = 5.0


class ChildServer(ABC):
    """One server in one folder. Use as a context manager, or call `start` and `stop`."""

    def __init__(self, folder: Path, refusal: str) -> None:
        """Nothing is touched before `start`; `refusal` is said when another process runs here."""
        self._folder = folder
        self._lock = FolderLock(folder / "lock", refusal)
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """The address for clients; it holds a secret, so never log it."""
        return self._url

    @property
    def pid(self) -> int | None:
        """The server's process id, or None when it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def log_path(self) -> Path:
        """The server's own log."""
        return self._folder / "server.log"

    def start(self) -> str:
        """Start the server, and return its address when it is ready.

        Call it from a thread that lives as long as the server: on Linux the server stops with it.

        Raises:
            StartError: what is wrong and what to do about it.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            self._url = self._start()
        except BaseException:
            self.stop(timeout_s=_FAILED_STOP_S)
            raise
        return self._url

    @abstractmethod
    def stop(self, *, timeout_s: float = ...) -> None:
        """Stop the server; after `timeout_s` the hard way."""

    @abstractmethod
    def _start(self) -> str:
        """Start the server in its locked folder, and return its address when it is ready."""

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server."""
        self.stop()
