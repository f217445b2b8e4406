"""Each process ends by itself when it is told to, and has nothing to say about it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.product import START_TIMEOUT_S, Client, free_port, wait_for


@pytest.mark.parametrize("part", ["api", "worker", "scheduler"])
def test_ends_by_itself_when_told_to_stop(
    part: str, database_url: str, nats_url: str, tmp_path: Path
) -> None:
    """A container's first process gets SIGTERM only when it has asked for it."""
    port, log = free_port(), tmp_path / "log"
    given = {
        "DATABASE_URL": database_url,
        "NATS_URL": nats_url,
        "COBRANCA_DATA_DIR": str(tmp_path),
        "COBRANCA_API_PORT": str(port),
    }

    def ready() -> bool:
        if part != "api":
            return f"{part}_started" in log.read_text()
        return Client(f"http://127.0.0.1:{port}").is_ready()

    command = [Path(sys.executable).with_name("cobranca"), part]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=os.environ | given, stdout=output, stderr=output) as process,
    ):
        try:
            wait_for(ready, START_TIMEOUT_S, "its start")
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
    assert "Warning" not in log.read_text()
