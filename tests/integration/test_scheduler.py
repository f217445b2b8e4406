"""The scheduler as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path


def test_ends_by_itself_when_told_to_stop(database_url: str, nats_url: str, tmp_path: Path) -> None:
    """A container's first process gets SIGTERM only when it has asked for it."""
    given = {"DATABASE_URL": database_url, "NATS_URL": nats_url, "COBRANCA_DATA_DIR": str(tmp_path)}
    command = [Path(sys.executable).with_name("cobranca"), "scheduler"]
    with subprocess.Popen(
        command, env=os.environ | given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            assert process.stdout
            lines = iter(process.stdout.readline, b"")
            assert any(b"scheduler_started" in line for line in lines)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()
