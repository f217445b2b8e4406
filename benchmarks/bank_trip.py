"""The round trip to the bank over real PostgreSQL: registered, confirmed, paid.

A file of debts is billed with mails simulated, all of it is ordered, and the bank of the tests
answers the files that came out with two return files of all titles. Beside the clock it is taken
what the processes have computed themselves, as other work of the machine costs the clock alone.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil
from tests.support import bank

from benchmarks.figure import Figure
from benchmarks.line import say, send, wait_until_sent
from benchmarks.out import wait_until_searchable
from cobranca.infra.remittance_settings import RemittanceSettings
from cobranca.infra.settings import Settings
from cobranca.supervisor.stack import running_stack
from cobranca.supervisor.stack_file import read_note

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_SAMPLE_S = 0.05
#: Seldom enough that asking is nothing beside what is asked about.
_POLL_S = 0.2
_TIMEOUT_S = 900.0


@dataclass(slots=True, kw_only=True)
class _Runs:
    """What the repetitions gave, by step: seconds of the clock and of the processes, memory."""

    rows: int
    clock_s: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    own_s: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    worker_s: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    database_s: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    grown_mb: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def add(self, step: str, spent: Spent) -> None:
        """Keep what one step has taken."""
        self.clock_s.setdefault(step, []).append(spent.clock_s)
        self.own_s.setdefault(step, []).append(spent.own_s)
        self.worker_s.setdefault(step, []).append(spent.worker_s)
        self.database_s.setdefault(step, []).append(spent.database_s)
        self.grown_mb.setdefault(step, []).append(spent.grown_mb)


class Spent:
    """Takes the time and the memory that something costs, of all processes of a stack."""

    def __init__(self, data_dir: Path) -> None:
        """Look for the processes."""
        note = read_note(data_dir)
        if note is None:
            raise RuntimeError("the stack left no note")
        self._own = [psutil.Process(pid) for pid in note["pids"].values()]
        self._workers = [
            psutil.Process(pid) for name, pid in note["pids"].items() if name.startswith("worker")
        ]
        self._postmaster = next(
            child
            for child in psutil.Process().children(recursive=True)
            if "postgres" in child.name() and "-D" in child.cmdline()
        )
        self._ended = threading.Event()
        self.clock_s = self.own_s = self.worker_s = self.database_s = self.grown_mb = 0.0

    def __enter__(self) -> Spent:
        """Begin."""
        self._before_mb = max(map(_own_mb, self._own))
        self._most_mb = 0.0
        self._begun = (
            time.perf_counter(),
            sum(map(_cpu_s, self._own)),
            sum(map(_cpu_s, self._workers)),
            self._database_cpu_s(),
        )
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, and count."""
        self._ended.set()
        self._thread.join()
        clock, own, worker, database = self._begun
        self.clock_s = time.perf_counter() - clock
        self.own_s = sum(map(_cpu_s, self._own)) - own
        self.worker_s = sum(map(_cpu_s, self._workers)) - worker
        self.database_s = self._database_cpu_s() - database
        self.grown_mb = max(0.0, self._most_mb - self._before_mb)

    def _watch(self) -> None:
        while not self._ended.wait(_SAMPLE_S):
            self._most_mb = max([self._most_mb, *map(_own_mb, self._own)])

    def _database_cpu_s(self) -> float:
        processes = [self._postmaster, *self._postmaster.children(recursive=True)]
        # Those that have ended are in their parent's.
        ended = self._postmaster.cpu_times()
        return sum(map(_cpu_s, processes)) + ended.children_user + ended.children_system


def measure_trip(rows: int, repeat: int) -> list[Figure]:
    """Measure each step of the round trip."""
    runs = _Runs(rows=rows)
    for number in range(repeat):
        with tempfile.TemporaryDirectory(prefix="cobranca-bench-") as name:
            folder = Path(name)
            folder.chmod(0o711)
            _run(runs, folder, seed=number + 1)
    return _figures(runs)


def _run(runs: _Runs, folder: Path, *, seed: int) -> None:
    file = folder / "debts.csv"
    with file.open("wb") as out:
        out.writelines(bank.debts_csv(runs.rows, seed=seed))
    settings = Settings(
        data_dir=folder / "data",
        mail="simulate",
        remittance=RemittanceSettings(layout="341-400"),
    )
    with (
        running_stack(settings, ui=False, say=say) as addresses,
        httpx.Client(base_url=addresses.api_url, timeout=_TIMEOUT_S) as client,
    ):
        wait_until_sent(client, send(client, file), rows=runs.rows)
        # What else is done with a new file would be counted with what comes now.
        wait_until_searchable(client)
        with Spent(settings.data_dir) as spent:
            order = _ordered(client)
        runs.add("register", spent)
        titles = bank.entered(_files(client, order))
        if len(titles) != runs.rows:
            raise RuntimeError(f"not everything was registered: {len(titles)}")
        for sequence, (step, occurrence) in enumerate(
            [("confirm", bank.CONFIRMED), ("pay", bank.PAID)], 1
        ):
            content = bank.return_file(titles, occurrence, sequence=sequence)
            with Spent(settings.data_dir) as spent:
                posted = post_return(client, content)
            runs.add(step, spent)
            fate = "posted" if occurrence == bank.PAID else "kept"
            if posted["tally"][fate] != runs.rows:
                raise RuntimeError(f"not everything was {fate}: {posted}")
        with Spent(settings.data_dir) as spent:
            again = post_return(client, content)
        runs.add("again", spent)
        if again["verdict"] != "repeat":
            raise RuntimeError(f"the same file was posted twice: {again}")


def _ordered(client: httpx.Client) -> dict[str, Any]:
    placed = client.post("/remittances", json={"all": True}).raise_for_status().json()
    url = f"/remittances/orders/{placed['id']}"
    return _until(lambda: client.get(url).raise_for_status().json(), _is_made)


def _is_made(order: dict[str, Any]) -> bool:
    if order["state"] == "STOPPED":
        raise RuntimeError(f"the order was not made: {order['last_error']}")
    return order["state"] == "DONE"


def _files(client: httpx.Client, order: dict[str, Any]) -> list[bytes]:
    """Download the files of an order; their names are followed by their digests."""
    found: list[bytes] = []
    query: dict[str, Any] = {"order": order["id"], "limit": 100}
    while True:
        page = client.get("/remittances", params=query).raise_for_status().json()
        for each in page["records"]:
            content = client.get(f"/remittances/{each['id']}/file").raise_for_status().content
            if hashlib.sha256(content).hexdigest() != each["sha256"]:
                raise RuntimeError(f"a remittance is not what was frozen: {each}")
            found.append(content)
        if page["next"] is None:
            return found
        query["after"] = page["next"]


def post_return(client: httpx.Client, content: bytes) -> dict[str, Any]:
    """Send a return file, and return what became of it when it was read."""
    answer = client.post(
        "/payments/returns",
        content=content,
        headers={"Content-Type": "application/octet-stream"},
    )
    url = f"/payments/returns/{answer.raise_for_status().json()['return_id']}"
    return _until(lambda: client.get(url).raise_for_status().json(), lambda f: bool(f["verdict"]))


def _until(
    ask: Callable[[], dict[str, Any]], holds: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    until = time.monotonic() + _TIMEOUT_S
    while time.monotonic() < until:
        if holds(answer := ask()):
            return answer
        time.sleep(_POLL_S)
    raise RuntimeError(f"waited {_TIMEOUT_S} s")


def _figures(runs: _Runs) -> list[Figure]:
    rows = runs.rows
    figures: list[Figure] = []
    for step, what, must, aim in (
        ("register", "ordered to all files frozen", None, None),
        ("confirm", "return file to all REGISTERED", None, None),
        ("pay", "return file to all PAID", 15.0, 8.0),
        ("again", "the same return file again, nothing posted", None, None),
    ):
        name = f"{rows:,} titles, {what}"
        figures.append(Figure(name=name, unit="s", values=runs.clock_s[step], must=must, aim=aim))
        for whose, spent in (("all our processes", runs.own_s), ("the workers", runs.worker_s)):
            # Files come in by the API; what is read, matched and posted, workers do.
            is_posting = step == "pay" and spent is runs.worker_s
            figures.append(
                Figure(
                    name=f"{name}: computed by {whose}",
                    unit="1/s",
                    values=[rows / max(each, 0.01) for each in spent[step]],
                    must=300_000 if is_posting else None,
                    aim=500_000 if is_posting else None,
                    less_is_better=False,
                )
            )
        figures.append(
            Figure(name=f"{name}: computed by PostgreSQL", unit="s", values=runs.database_s[step])
        )
        figures.append(
            Figure(name=f"{name}: memory over that before", unit="MB", values=runs.grown_mb[step])
        )
    return figures


def _cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


def _own_mb(process: psutil.Process) -> float:
    """Give what a process holds itself; pages of a mapped file are the system's to take back."""
    try:
        held = process.memory_info()
        return (held.rss - held.shared) / 2**20
    except psutil.NoSuchProcess:
        return 0.0
