"""Begins jobs as the page does, and does them in the test's own process."""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import TYPE_CHECKING, Any

from cobranca.jobs.acting import act_on
from cobranca.jobs.handlers import DO_JOB, MAKE_FILE
from cobranca.jobs.making import make_file
from cobranca.pipeline.poll import poll
from tests.support.works import KINDS

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources

Query = dict[str, Any]


async def preview(client: httpx.AsyncClient, act: str, query: Query) -> dict[str, Any]:
    """Return what an act on a filter would do now."""
    answer = await client.get("/jobs/preview", params={**query, "act": act})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def start(client: httpx.AsyncClient, act: str, query: Query, **said: Any) -> httpx.Response:
    """Begin an act on what is seen of a filter, and typed as it is asked for."""
    seen = await preview(client, act, query)
    asked = {
        "act": act,
        "count": seen["done"]["billings"],
        "amount_cents": seen["done"]["amount_cents"],
        "reason": "REQUESTED" if act == "CANCEL" else None,
        "confirm_count": seen["done"]["billings"] if seen["must_confirm"] else None,
    }
    return await client.post("/jobs", params=query, json=asked | said)


async def turn(resources: Resources) -> bool:
    """Give the job whose turn it is its turn; return whether there was one."""
    return await poll(resources, KINDS, DO_JOB, partial(act_on, resources))


async def make(resources: Resources) -> bool:
    """Make the file of the job whose turn it is; return whether there was one."""
    return await poll(resources, KINDS, MAKE_FILE, partial(make_file, resources))


async def result(client: httpx.AsyncClient, job_id: str) -> dict[str, str]:
    """Return what a job's result says of each debt, by its code."""
    answer = await client.get(f"/jobs/{job_id}/result.csv")
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    said = {row["Código da dívida"]: row["Motivo"] or row["Resultado"] for row in rows}
    assert len(said) == len(rows)
    return said
