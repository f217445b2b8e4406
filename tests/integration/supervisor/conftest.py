"""Data folders whose PostgreSQL may be killed, and owners of one that may be killed too."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.product import first_line

_OWNER = """
import sys, time
from pathlib import Path
from cobranca.supervisor.embedded.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.start(), flush=True)
time.sleep(300)
"""

#: Starts a server for a data folder in a process of its own; returns it and the server's address.
StartOwner = Callable[[Path], tuple["subprocess.Popen[bytes]", str]]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Return a folder that other accounts may enter; pytest's own is for its owner only."""
    with tempfile.TemporaryDirectory(prefix="cobranca-test-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "data"


@pytest.fixture
def start_owner() -> Iterator[StartOwner]:
    """Return a function that starts a server under a process which a test may kill."""
    with ExitStack() as owners:

        def start(data_dir: Path) -> tuple[subprocess.Popen[bytes], str]:
            owner = subprocess.Popen(
                [sys.executable, "-c", _OWNER, str(data_dir)], stdout=subprocess.PIPE
            )
            owners.enter_context(owner)
            owners.callback(owner.kill)
            return owner, first_line(owner)

        yield start


def postmaster_pid(data_dir: Path) -> int:
    """Return the pid that the running postmaster has noted."""
    noted = data_dir / "postgres" / "cluster" / "postmaster.pid"
    return int(noted.read_text(encoding="utf-8").splitlines()[0])


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root switches to another account")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and death signals")
