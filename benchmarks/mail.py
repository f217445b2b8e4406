"""The real line with mail: numbered, PDF rendered and stored, mail accepted by an SMTP server.

The server is postfix's `smtp-sink`, which takes everything and keeps nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from pydantic import SecretStr

from benchmarks.figure import Figure
from benchmarks.line import say, send, wait_until_sent
from cobranca.cli.sample_csv import SampleOptions, generate_csv
from cobranca.infra.settings import Settings
from cobranca.supervisor.embedded.free_port import free_port
from cobranca.supervisor.stack import running_stack

if TYPE_CHECKING:
    from collections.abc import Generator

#: Enough to be past the start, few enough to repeat.
_ROWS = 60_000


def measure(rows: int, repeat: int) -> list[Figure]:
    """Measure billings a second to an SMTP server, and to the outbox."""
    count = min(rows, _ROWS)
    figures = [
        Figure(
            name="real, to the outbox",
            unit="billings/s",
            values=[_run("outbox", count, seed=n) for n in range(repeat)],
            less_is_better=False,
        )
    ]
    if shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        say("smtp-sink is missing (apt-get install postfix): the mail figure is left out.")
        return figures
    with _smtp_sink() as port:
        values = [_run("smtp", count, seed=100 + n, smtp_port=port) for n in range(repeat)]
    figures.append(
        Figure(
            name="real, accepted by an SMTP server",
            unit="billings/s",
            values=values,
            must=1_500,
            aim=3_000,
            less_is_better=False,
        )
    )
    return figures


def _run(mail: str, rows: int, *, seed: int, smtp_port: int = 0) -> float:
    with tempfile.TemporaryDirectory(prefix="cobranca-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        file = folder / "debts.csv"
        with file.open("wb") as out:
            out.writelines(generate_csv(SampleOptions(rows=rows, seed=seed)))
        url = f"smtp://127.0.0.1:{smtp_port}?starttls=false" if smtp_port else None
        settings = Settings(data_dir=folder / "data", SMTP_URL=SecretStr(url) if url else None)
        with (
            running_stack(settings, ui=False, say=say) as addresses,
            httpx.Client(base_url=addresses.api_url, timeout=600) as client,
        ):
            started = time.perf_counter()
            upload_id = send(client, file, mail=mail)
            wait_until_sent(client, upload_id, rows=rows)
            return rows / (time.perf_counter() - started)


@contextmanager
def _smtp_sink() -> Generator[int]:
    port = free_port("127.0.0.1")
    program = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin") or "smtp-sink"
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    sink = subprocess.Popen([program, *user, f"127.0.0.1:{port}", "1000"], stdout=sys.stderr)
    try:
        time.sleep(0.5)
        yield port
    finally:
        sink.terminate()
        sink.wait(timeout=10)
