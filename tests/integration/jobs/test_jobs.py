"""A job does what its act does singly, to what its filter means, and tells of each billing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import httpx
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cobranca.jobs import pieces
from tests.integration.billings.test_filter import STATUSES, UPLOADS, fits
from tests.integration.jobs.conftest import TOLD
from tests.support.jobs import Query, preview, result, start, turn

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources

Facts = list[dict[str, Any]]
AsBefore = Callable[[], Awaitable[Facts]]

_DUE = st.integers(0, 27).map(lambda n: dt.date(2030, 1, 1) + dt.timedelta(days=n))
_KNOWN = [*STATUSES, "PAID", "PARTIALLY_PAID"]
_WANTED: st.SearchStrategy[Query] = st.fixed_dictionaries(
    {},
    optional={
        "status": st.lists(st.sampled_from(_KNOWN), min_size=1, max_size=3, unique=True),
        "upload_id": st.integers(0, UPLOADS - 1),
        "due_from": _DUE,
        "amount_to": st.integers(995, 1030),
        "bounced": st.booleans(),
        "reason": st.sampled_from(["ADDRESS", "OTHER"]),
    },
)
#: What each outcome is called in a result.
_SAID = {
    "DONE": "Feito",
    "CANCELLED": "Já estava cancelada",
    "PAID": "Já foi paga",
    "ERASED": "Os dados do pagador foram apagados",
    "WAITING": "O e-mail ainda está na fila",
    "DELIVERED": "O e-mail já foi entregue",
    "IN_DOUBT": "Não se sabe se o e-mail chegou",
    "BLOCKED": "O endereço está bloqueado",
    "CHANGED": "Mudou depois do início",
}


def outcome_of(act: str, one: dict[str, Any], wanted: Query) -> str:
    """Say what is to become of a billing, by its facts alone."""
    state, is_back = one["notification_state"], one["bounced"]
    in_doubt_too = "UNCERTAIN" in wanted.get("status", ())
    keeps = {
        "CANCELLED": one["removed_at"] is not None,
        "PAID": (one["money"] or 0) >= 2,
    }
    if act == "RESEND":
        keeps |= {
            "ERASED": one["email"] == "",
            "WAITING": not one["told"],
            "DELIVERED": state == "SENT" and not is_back,
            "IN_DOUBT": state == "UNCERTAIN" and not is_back and not in_doubt_too,
            "BLOCKED": one["suppressed"],
        }
    return next((name for name, holds in keeps.items() if holds), "DONE")


def sums(rows: list[dict[str, Any]], outcomes: dict[int, str]) -> dict[str, tuple[int, int]]:
    """Count billings and cents by outcome."""
    billings, cents = Counter[str](), Counter[str]()
    for row in rows:
        billings[outcomes[row["id"]]] += 1
        cents[outcomes[row["id"]]] += row["amount_cents"]
    return {name: (billings[name], cents[name]) for name in billings}


def said(job: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Return what a preview or a job says by outcome."""
    told = {each["outcome"]: each for each in job["passed_over"]} | {"DONE": job["done"]}
    return {
        name: (each["billings"], each["amount_cents"])
        for name, each in told.items()
        if each["billings"]
    }


@hypothesis_settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # To shrink would take minutes.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    act=st.sampled_from(["RESEND", "CANCEL"]),
    wanted=_WANTED,
    batches=st.integers(1, 6),
    billings=st.integers(1, 20),
)
async def test_what_a_job_did_is_what_the_facts_say(
    client: httpx.AsyncClient,
    resources: Resources,
    as_before: AsBefore,
    act: str,
    wanted: Query,
    batches: int,
    billings: int,
) -> None:
    facts = await as_before()
    if "upload_id" in wanted:
        ids = sorted({str(one["upload_public_id"]) for one in facts})
        wanted["upload_id"] = ids[wanted["upload_id"]]
    meant = [one for one in facts if fits(one, wanted)]
    outcomes = {one["id"]: outcome_of(act, one, wanted) for one in meant}
    expected = sums(meant, outcomes)
    query = {name: v if isinstance(v, list) else str(v) for name, v in wanted.items()}
    seen = await preview(client, act, query)
    assert said(seen) == expected
    began = await start(client, act, query)
    if "DONE" not in expected:
        assert (began.status_code, began.json()["code"]) == (409, "JOB_EMPTY")
        return
    assert began.status_code == 201, began.text
    pieces._BATCHES_AT_ONCE, pieces._BILLINGS_AT_ONCE = batches, billings
    try:
        while await turn(resources):
            pass
    finally:
        pieces._BATCHES_AT_ONCE, pieces._BILLINGS_AT_ONCE = 16, 5000
    job = (await client.get(f"/jobs/{began.json()['job_id']}")).json()
    assert (job["state"], job["error"], job["no_longer_meant"]) == ("DONE", None, 0)
    assert said(job) == expected
    assert job["come_to"] == job["total"]["billings"] == len(meant)
    told = await result(client, job["job_id"])
    assert told == {str(one["debt_id"]): _SAID[outcomes[one["id"]]] for one in meant}
    await check_facts(resources, facts, act, {i for i, name in outcomes.items() if name == "DONE"})


async def check_facts(resources: Resources, facts: Facts, act: str, done: set[int]) -> None:
    """Nothing became otherwise but what the act was done to."""
    async with resources.database.transaction() as c:
        now = {row["id"]: row for row in await (await c.execute(TOLD)).fetchall()}
    for one in facts:
        new, is_done = now[one["id"]], one["id"] in done
        if act == "CANCEL":
            assert (new["removed_at"] is None) == (one["removed_at"] is None and not is_done)
            assert new["notification_state"] == one["notification_state"]
        else:
            assert new["removed_at"] == one["removed_at"]
            assert new["resent"] == one["resent"] + is_done
            assert new["told"] == (one["told"] and not is_done)
