"""The calls that a billing team's day is made of: what each takes from the call to the answer.

They are those of the page's views, as the walks of the tests go through them, asked of whatever an
installation holds.
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from benchmarks.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import httpx

#: A billing as it is known for the walks.
Billing = dict[str, Any]
#: How often what does not depend on a billing is asked.
_ASKED = 50


def measure_walks(client: httpx.Client, people: Sequence[Billing], billings: int) -> list[Figure]:
    """Return the 95th percentile of each call.

    Args:
        client: of the API.
        people: billings taken at random, with `code` and `email`.
        billings: how many the installation holds.
    """
    today = datetime.now(UTC).date().isoformat()
    asked: dict[str, Callable[[Billing], str]] = {
        "Início": lambda _: f"/overview?from={today}&to={today}",
        "files of a day": lambda _: f"/billings/csv/uploads?limit=50&from={today}&to={today}",
        "billings of all files": lambda _: "/billings?limit=50",
        "counts of the quick filters": lambda _: "/billings/counts",
        "what was not delivered": lambda _: "/billings?quick=not_delivered&limit=50",
        "what is due soon": lambda _: "/billings?quick=due_soon&limit=50",
        "e-mails that were not delivered": lambda _: "/mail/undelivered?state=FAILED&limit=50",
        "one billing": lambda one: f"/billings/{one['code']}",
        "its money": lambda one: f"/billings/{one['code']}/ledger",
        "its payer": lambda one: f"/payers/{_payer_of(client, one)}",
        "the payer's billings": lambda one: f"/payers/{_payer_of(client, one)}/billings?limit=50",
        "what was received": lambda _: f"/payments/received?from={today}&to={today}",
    }
    return [
        _p95(client, f"{name}, of {billings:,} billings", [path(one) for one in people[:_ASKED]])
        for name, path in asked.items()
    ]


def _payer_of(client: httpx.Client, one: Billing) -> str:
    found = client.get("/search", params={"q": one["email"]}).raise_for_status().json()
    return found["payers"][0]["payer_id"]


def _p95(client: httpx.Client, name: str, paths: Sequence[str]) -> Figure:
    took_ms: list[float] = []
    for path in paths:
        started = time.perf_counter()
        client.get(path).raise_for_status()
        took_ms.append((time.perf_counter() - started) * 1000)
    p95 = statistics.quantiles(took_ms, n=20)[-1]
    return Figure(name=f"{name}, p95", unit="ms", values=[p95], must=100)
