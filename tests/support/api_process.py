"""A real API process, and what it takes of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx
import psutil

from tests.support.product import Client, free_port, wait_for

#: Uploads that it takes at once.
PLACES = 4


@dataclass(frozen=True, slots=True)
class Api:
    """A real API process."""

    url: str
    process: psutil.Process

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        address = httpx.URL(self.url)
        return address.host, address.port or 0

    def rss(self) -> int:
        """Return the resident bytes of the API, without the processes that read files."""
        return self.process.memory_info().rss

    def rss_of_ingest(self) -> int:
        """Return the resident bytes of the processes that read files."""
        return sum(child.memory_info().rss for child in self.process.children(recursive=True))


@contextmanager
def running_api(
    database_url: str,
    nats_url: str,
    data_dir: Path,
    *,
    stderr: IO[bytes] | None = None,
    **changes: str,
) -> Iterator[Api]:
    """Start an API with a few places, `changes` in its settings, and wait until it is ready."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "NATS_URL": nats_url,
        "COBRANCA_DATA_DIR": str(data_dir),
        "COBRANCA_API_PORT": str(port),
        "COBRANCA_UPLOADS_MAX": str(PLACES),
        **changes,
    }
    command = [sys.executable, "-m", "cobranca.api"]
    process = subprocess.Popen(command, env=environment, stderr=stderr)
    api = Api(f"http://127.0.0.1:{port}", psutil.Process(process.pid))

    try:
        wait_for(Client(api.url).is_ready, 120, "the API")
        yield api
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        finally:
            process.kill()
