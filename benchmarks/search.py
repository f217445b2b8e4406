"""The search over all files: what each key takes from the call to the answer.

Files are billed, mails simulated, and the search is filled, which is timed apart. Then everything
is started anew, so that the database's own memory is cold, and billings taken at random are looked
for by each key: the first call counts as cold. Then the calls of a day are made (`walks`).
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
from psycopg.rows import dict_row

from benchmarks.figure import Figure
from benchmarks.line import say, send, wait_until_sent
from benchmarks.walks import measure_walks
from cobranca.cli.sample_csv import SampleOptions, generate_csv
from cobranca.domain.boleto import digitable_line_of
from cobranca.infra.settings import Settings
from cobranca.supervisor.stack import running_stack

if TYPE_CHECKING:
    from collections.abc import Callable

#: Billings that each key is looked for with.
_ASKED = 200
_LARGE_FILES = 10
_PAUSE_S = 0.2

_ID = "SELECT first_billing_id + floor(random() * total) AS id FROM batch ORDER BY random() LIMIT 1"
_ONE = """
SELECT b.name, b.tax_id, b.email, b.debt_id::text AS code, o.barcode
  FROM billing b JOIN boleto o ON o.billing_id = b.id
 WHERE b.id >= %s ORDER BY b.id LIMIT 1
"""

#: What is typed for a billing, by what it is called in the table.
_KEYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "tax id": lambda one: one["tax_id"],
    "e-mail": lambda one: one["email"],
    "code": lambda one: one["code"],
    "line": lambda one: digitable_line_of(one["barcode"]),
    "whole name": lambda one: one["name"],
    "first and last name": lambda one: " ".join([one["name"].split()[0], one["name"].split()[-1]]),
    "a name begun": lambda one: one["name"][: len(one["name"].split()[0]) + 4],
}


def measure(rows: int, repeat: int) -> list[Figure]:
    """Measure the search over one file."""
    return _measure(rows, files=1)


def measure_large(rows: int, repeat: int) -> list[Figure]:
    """Measure the search over ten files."""
    return _measure(rows, files=_LARGE_FILES)


def _measure(rows: int, *, files: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="cobranca-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        settings = Settings(data_dir=folder / "data", mail="simulate")
        with running_stack(settings, ui=False, say=say) as addresses:
            filled_s = [
                _fill(addresses.api_url, folder / "debts.csv", rows=rows, seed=seed)
                for seed in range(1, files + 1)
            ]
        with running_stack(settings, ui=False, say=say) as addresses:
            people = _sample(addresses.database_url or "")
            with httpx.Client(base_url=addresses.api_url, timeout=60) as client:
                figures = [
                    figure
                    for key, typed in _KEYS.items()
                    for figure in _asked(client, key, [typed(one) for one in people], rows * files)
                ]
                figures += measure_walks(client, people, rows * files)
    over = f"search over {rows * files:,} billings"
    return [
        Figure(
            name=f"{over}: {rows:,} made searchable after their mails", unit="s", values=filled_s
        ),
        *figures,
    ]


def _fill(api_url: str, file: Path, *, rows: int, seed: int) -> float:
    """Bill a file; return how long it takes from its last mail until it is searchable."""
    with file.open("wb") as out:
        out.writelines(generate_csv(SampleOptions(rows=rows, seed=seed)))
    with httpx.Client(base_url=api_url, timeout=3600) as client:
        wait_until_sent(client, send(client, file), rows=rows)
        started = time.perf_counter()
        while client.get("/search", params={"q": "nobody@example.com"}).json()["pending_uploads"]:
            time.sleep(_PAUSE_S)
        return time.perf_counter() - started


def _sample(url: str) -> list[dict[str, Any]]:
    """Return billings of batches taken at random."""
    with psycopg.Connection[dict[str, Any]].connect(url, row_factory=dict_row) as connection:
        found: list[dict[str, Any]] = []
        while len(found) < _ASKED:
            place = connection.execute(_ID).fetchone()
            one = connection.execute(_ONE, [place["id"]]).fetchone() if place else None
            if one is not None:
                found.append(one)
        return found


def _asked(client: httpx.Client, key: str, texts: list[str], billings: int) -> list[Figure]:
    """Return the first call and the 95th percentile of all calls with this key."""
    took_ms: list[float] = []
    for text in texts:
        started = time.perf_counter()
        answer = client.get("/search", params={"q": text}).raise_for_status().json()
        took_ms.append((time.perf_counter() - started) * 1000)
        if not (answer["billings"] or answer["payers"]):
            raise RuntimeError(f"a search by {key} found nothing")
    name = f"search over {billings:,} billings, by {key}"
    p95 = statistics.quantiles(took_ms, n=20)[-1]
    return [
        Figure(name=f"{name}, cold", unit="ms", values=[took_ms[0]]),
        Figure(name=f"{name}, p95", unit="ms", values=[p95], must=100, aim=20),
    ]
