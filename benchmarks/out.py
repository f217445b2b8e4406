"""What goes out: the export of a whole file, its time and the memory of who answers.

A file is billed, mails simulated; then it is downloaded as CSV and as a workbook, and the largest
resident size of the API's process is taken meanwhile. The quick filters are counted many times.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psutil

from benchmarks.figure import Figure
from benchmarks.line import say, send, wait_until_sent
from cobranca.cli.sample_csv import SampleOptions, generate_csv
from cobranca.infra.settings import Settings
from cobranca.supervisor.stack import running_stack

if TYPE_CHECKING:
    from types import TracebackType

_COUNTED = 100
_SAMPLE_S = 0.05
#: Nine tenths of a sample's due dates come later: a sheet has no room for 1.1 million.
_FROM = "2023-01-01"


class _Peak:
    """Takes the largest resident size of a process while something is done."""

    def __init__(self, process: psutil.Process) -> None:
        self.bytes = process.memory_info().rss
        self.before = self.bytes
        self._process, self._ended = process, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Peak:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_SAMPLE_S):
            self.bytes = max(self.bytes, self._process.memory_info().rss)


def measure(rows: int, repeat: int) -> list[Figure]:
    """Measure exports and counts over one file."""
    with tempfile.TemporaryDirectory(prefix="cobranca-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        file = folder / "debts.csv"
        with file.open("wb") as out:
            out.writelines(generate_csv(SampleOptions(rows=rows, seed=1)))
        settings = Settings(data_dir=folder / "data", mail="simulate")
        with (
            running_stack(settings, ui=False, say=say) as addresses,
            httpx.Client(base_url=addresses.api_url, timeout=600) as client,
        ):
            wait_until_sent(client, send(client, file), rows=rows)
            wait_until_searchable(client)
            api = _api_process()
            return [
                *_exported(client, api, f"export of {rows:,} billings as CSV", "csv", {}, repeat),
                *_exported(
                    client, api, "export of some 1 M billings as a workbook", "xlsx",
                    {"due_from": _FROM}, repeat,
                ),
                _counted(client, rows),
            ]  # fmt: skip


def wait_until_searchable(client: httpx.Client) -> None:
    """Wait until the search knows all files."""
    while client.get("/search", params={"q": "nobody@example.com"}).json()["pending_uploads"]:
        time.sleep(0.2)


def _api_process() -> psutil.Process:
    children = psutil.Process().children(recursive=True)
    return next(child for child in children if "cobranca.api" in child.cmdline())


def _exported(
    client: httpx.Client,
    api: psutil.Process,
    name: str,
    kind: str,
    wanted: dict[str, str],
    repeat: int,
) -> list[Figure]:
    took_s: list[float] = []
    grown_mb: list[float] = []
    for _ in range(repeat):
        started = time.perf_counter()
        with (
            _Peak(api) as peak,
            client.stream("GET", f"/billings/export.{kind}", params=wanted) as r,
        ):
            for _piece in r.raise_for_status().iter_raw():
                pass
        took_s.append(time.perf_counter() - started)
        grown_mb.append((peak.bytes - peak.before) / 2**20)
    return [
        Figure(name=name, unit="s", values=took_s, must=20, aim=8),
        Figure(name=f"{name}: memory of the API over that before", unit="MB", values=grown_mb),
    ]


def _counted(client: httpx.Client, rows: int) -> Figure:
    took_ms: list[float] = []
    for _ in range(_COUNTED):
        started = time.perf_counter()
        client.get("/billings/counts").raise_for_status()
        took_ms.append((time.perf_counter() - started) * 1000)
    p95 = statistics.quantiles(took_ms, n=20)[-1]
    name = f"all quick filters counted over {rows:,} billings, p95"
    return Figure(name=name, unit="ms", values=[p95], must=100)
