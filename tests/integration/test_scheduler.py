"""The scheduler as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.acceptance.product import START_TIMEOUT_S, wait_for


def test_ends_by_itself_when_told_to_stop(database_url: str, nats_url: str, tmp_path: Path) -> None:
    """A container's first process gets SIGTERM only when it has asked for it."""
    given = {"DATABASE_URL": database_url, "NATS_URL": nats_url, "COBRANCA_DATA_DIR": str(tmp_path)}
    command = [Path(sys.executable).with_name("cobranca"), "scheduler"]
    log = tmp_path / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=os.environ | given, stdout=output, stderr=output) as process,
    ):
        try:
            wait_for(lambda: "scheduler_started" in log.read_text(), START_TIMEOUT_S, "its start")
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
