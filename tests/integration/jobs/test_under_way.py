"""A job under way: stopped, gone on with, taken over, and what is refused before it begins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cobranca.billings.listing.filter import BillingFilter
from cobranca.domain.errors import NotFound, StaleFence
from cobranca.http.principal import SCOPES, Principal, Scope
from cobranca.jobs import acting, pieces, service
from cobranca.jobs.acts import Act
from cobranca.jobs.handlers import DO_JOB
from tests.support.factories import add_upload
from tests.support.jobs import preview, result, start, turn
from tests.support.mailing import rows_of
from tests.support.works import claim

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources

AsBefore = Callable[[], Awaitable[list[dict[str, Any]]]]
ROWS, BATCH_ROWS = 60, 10


@pytest.fixture
async def file(resources: Resources, client: httpx.AsyncClient) -> dict[str, Any]:
    """Return a file of several batches of which nothing was done yet."""
    del client
    return await add_upload(resources, rows=ROWS, batch_rows=BATCH_ROWS)


@pytest.fixture
def by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a job do one batch, and give up its turn."""
    monkeypatch.setattr(pieces, "_BATCHES_AT_ONCE", 1)
    monkeypatch.setattr(acting, "_TURN_S", -1.0)


async def cancelled(resources: Resources) -> int:
    (row,) = await rows_of(resources, "SELECT count(*) AS n FROM billing_removal")
    return row["n"]


@pytest.mark.usefixtures("by_batch")
async def test_a_job_is_stopped_between_pieces_and_goes_on_where_it_stood(
    client: httpx.AsyncClient, resources: Resources, file: dict[str, Any]
) -> None:
    query = {"upload_id": str(file["public_id"])}
    job_id = (await start(client, "CANCEL", query)).json()["job_id"]
    await turn(resources)
    await turn(resources)
    assert await cancelled(resources) == 2 * BATCH_ROWS
    stopped = (await client.post(f"/jobs/{job_id}/stop")).json()
    assert (stopped["state"], stopped["come_to"]) == ("STOPPED", 2 * BATCH_ROWS)
    while await turn(resources):
        pass
    assert await cancelled(resources) == 2 * BATCH_ROWS
    said = list((await result(client, job_id)).values())
    assert said.count("Feito") == 2 * BATCH_ROWS
    assert said.count("A ação parou antes") == ROWS - 2 * BATCH_ROWS
    assert (await client.post(f"/jobs/{job_id}/resume")).json()["state"] == "RUNNING"
    while await turn(resources):
        pass
    done = (await client.get(f"/jobs/{job_id}")).json()
    assert (done["state"], done["done"]["billings"]) == ("DONE", ROWS)
    assert done["done"]["amount_cents"] == sum(1000 + n for n in range(ROWS))
    assert await cancelled(resources) == ROWS
    assert set((await result(client, job_id)).values()) == {"Feito"}
    for act in ("stop", "resume"):
        assert (await client.post(f"/jobs/{job_id}/{act}")).json()["state"] == "DONE"
    assert not await turn(resources)


async def test_the_history_of_each_billing_says_why_the_job_cancelled_it(
    client: httpx.AsyncClient, resources: Resources, file: dict[str, Any]
) -> None:
    query = {"upload_id": str(file["public_id"])}
    await start(client, "CANCEL", query, reason="RENEGOTIATED")
    while await turn(resources):
        pass
    (first, *_) = (await client.get("/billings", params=query)).json()["records"]
    history = (await client.get(f"/billings/{first['debt_id']}")).json()["history"]
    assert [(e["reason"], e["by"]) for e in history if e["status"] == "REMOVED"] == [
        ("RENEGOTIATED", "installation")
    ]


@pytest.mark.usefixtures("by_batch")
async def test_who_lost_a_job_does_no_more_of_it(
    client: httpx.AsyncClient, resources: Resources, file: dict[str, Any]
) -> None:
    await start(client, "CANCEL", {"upload_id": str(file["public_id"])})
    async with resources.database.transaction() as c:
        lost = await claim(c, DO_JOB, lease_s=-1)
    assert lost is not None
    await turn(resources)
    assert await cancelled(resources) == BATCH_ROWS
    with pytest.raises(StaleFence):
        await acting.act_on(resources, lost)
    assert await cancelled(resources) == BATCH_ROWS


@pytest.mark.usefixtures("by_batch")
async def test_a_piece_that_fails_leaves_nothing_and_the_job_waits_for_a_person(
    client: httpx.AsyncClient,
    resources: Resources,
    file: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job_id = (await start(client, "CANCEL", {"upload_id": str(file["public_id"])})).json()["job_id"]
    await turn(resources)

    def crash(point: str) -> None:
        raise ZeroDivisionError(point)

    with monkeypatch.context() as broken:
        broken.setattr(acting, "crashpoint", crash)
        for _ in range(resources.settings.attempts_max):
            await turn(resources)
            async with resources.database.transaction() as c:
                await c.execute("UPDATE work SET not_before = NULL")
    failed = (await client.get(f"/jobs/{job_id}")).json()
    assert (failed["state"], failed["error"]) == ("FAILED", "ZeroDivisionError")
    assert await cancelled(resources) == failed["come_to"] == BATCH_ROWS
    await client.post(f"/jobs/{job_id}/resume")
    while await turn(resources):
        pass
    assert (await client.get(f"/jobs/{job_id}")).json()["state"] == "DONE"
    assert await cancelled(resources) == ROWS


async def test_a_short_job_is_done_while_a_long_one_is_under_way(
    client: httpx.AsyncClient,
    resources: Resources,
    file: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(acting, "_TURN_S", -1.0)
    short = await add_upload(resources, rows=5, batch_rows=5)
    long_id = (await start(client, "CANCEL", {"upload_id": str(file["public_id"])})).json()
    short_id = (await start(client, "CANCEL", {"upload_id": str(short["public_id"])})).json()
    await turn(resources)
    await turn(resources)
    states = [
        (await client.get(f"/jobs/{job['job_id']}")).json()["state"] for job in (long_id, short_id)
    ]
    assert states == ["RUNNING", "DONE"]
    listed = (await client.get("/jobs", params={"limit": 1})).json()
    assert [job["job_id"] for job in listed["records"]] == [short_id["job_id"]]
    rest = (await client.get("/jobs", params={"after": listed["next"]})).json()
    assert [job["job_id"] for job in rest["records"]] == [long_id["job_id"]]


async def test_what_comes_after_the_beginning_is_left_alone(
    client: httpx.AsyncClient, resources: Resources, as_before: AsBefore
) -> None:
    facts = await as_before()
    failed = [one["id"] for one in facts if one["status"] == "FAILED"]
    job_id = (await start(client, "CANCEL", {"status": "FAILED"})).json()["job_id"]
    later = await add_upload(resources, rows=5, batch_rows=5)
    async with resources.database.transaction() as c:
        await c.execute(
            "UPDATE notification SET at = now() + interval '1 minute', state = 'SENT'"
            " WHERE billing_id = %s",
            [failed[0]],
        )
        await c.execute(
            "UPDATE notification SET at = now() + interval '1 minute' WHERE billing_id = %s",
            [failed[1]],
        )
        await c.execute(
            "INSERT INTO notification SELECT id, now() + interval '1 minute', 1, 550, 'FAILED'"
            " FROM billing WHERE upload_id = %s",
            [later["id"]],
        )
    while await turn(resources):
        pass
    job = (await client.get(f"/jobs/{job_id}")).json()
    assert (job["state"], job["no_longer_meant"]) == ("DONE", 1)
    assert {each["outcome"]: each["billings"] for each in job["passed_over"]}["CHANGED"] == 1
    removed = await rows_of(resources, "SELECT billing_id FROM billing_removal")
    assert not {failed[0], failed[1]} & {row["billing_id"] for row in removed}
    said = await result(client, job_id)
    assert said[str(next(o["debt_id"] for o in facts if o["id"] == failed[1]))] == (
        "Mudou depois do início"
    )


async def test_another_set_than_the_seen_one_is_refused(
    client: httpx.AsyncClient, file: dict[str, Any]
) -> None:
    query = {"upload_id": str(file["public_id"])}
    seen = (await preview(client, "CANCEL", query))["done"]
    for count, cents, code in (
        (seen["billings"] - 1, seen["amount_cents"], "JOB_CHANGED"),
        (seen["billings"] + 4, seen["amount_cents"], "JOB_CHANGED"),
        (seen["billings"], seen["amount_cents"] - 1, "JOB_CHANGED"),
        (0, 0, "JOB_CHANGED"),
    ):
        answer = await start(client, "CANCEL", query, count=count, amount_cents=cents)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    fewer = await start(client, "CANCEL", query, count=seen["billings"] + 3)
    assert fewer.status_code == 201


async def test_many_are_cancelled_only_by_their_typed_count_and_with_a_reason(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    many = await add_upload(resources, rows=101, batch_rows=101)
    query = {"upload_id": str(many["public_id"])}
    assert (await preview(client, "CANCEL", query))["must_confirm"]
    for said, code in (
        ({"confirm_count": None}, "JOB_UNCONFIRMED"),
        ({"confirm_count": 100}, "JOB_UNCONFIRMED"),
        ({"reason": None}, "JOB_REASON_MISSING"),
    ):
        answer = await start(client, "CANCEL", query, **said)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    searched = await client.get(
        "/jobs/preview", params={**query, "act": "CANCEL", "search": "12345678909"}
    )
    assert (searched.status_code, searched.json()["code"]) == (422, "JOB_SEARCH")
    assert (await start(client, "CANCEL", query, confirm_count=101)).status_code == 201


async def test_real_mails_ask_for_the_typed_count(
    client: httpx.AsyncClient, resources: Resources, as_before: AsBefore
) -> None:
    await as_before()
    assert not (await preview(client, "RESEND", {}))["must_confirm"]
    async with resources.database.transaction() as c:
        await c.execute("UPDATE upload SET mail = 'smtp'")
    seen = await preview(client, "RESEND", {})
    assert (seen["mails_are_real"], seen["must_confirm"]) == (True, True)
    refused = await start(client, "RESEND", {}, confirm_count=None)
    assert refused.json()["code"] == "JOB_UNCONFIRMED"


async def test_a_job_is_its_beneficiarys_alone(
    client: httpx.AsyncClient, resources: Resources, file: dict[str, Any]
) -> None:
    job = (await start(client, "CANCEL", {"upload_id": str(file["public_id"])})).json()
    async with resources.database.transaction() as c:
        row = await (
            await c.execute(
                "INSERT INTO beneficiary (tax_id, name) VALUES ('11444777000161', 'B') RETURNING id"
            )
        ).fetchone()
        assert row is not None
    other = row["id"]
    for call in (service.get_job, service.find_job):
        with pytest.raises(NotFound):
            await call(resources.database, other, job["job_id"])
    everybody = Principal.installation()
    with pytest.raises(NotFound):
        await service.stop(resources.database, everybody, other, job["job_id"])
    with pytest.raises(NotFound):
        await service.resume(resources, everybody, other, job["job_id"])
    assert (await service.list_jobs(resources.database, other, before=2**62, limit=9)).records == []
    everything = await service.preview(resources.database, other, BillingFilter(), Act.CANCEL)
    assert everything.done.billings == 0


def call_with(monkeypatch: pytest.MonkeyPatch, *scopes: Scope) -> None:
    """Let every caller have these scopes alone."""
    caller = Principal(kind="installation", id="a", beneficiaries=None, scopes=frozenset(scopes))
    monkeypatch.setattr(Principal, "installation", lambda: caller)


async def test_who_may_read_makes_files_and_changes_nothing(
    client: httpx.AsyncClient, file: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    query = {"upload_id": str(file["public_id"])}
    cancel = (await start(client, "CANCEL", query)).json()["job_id"]
    call_with(monkeypatch, "billings:read")
    made = await start(client, "EXPORT", query, format="CSV")
    assert made.status_code == 201
    for act in ("stop", "resume"):
        assert (await client.post(f"/jobs/{made.json()['job_id']}/{act}")).status_code == 200
        refused = await client.post(f"/jobs/{cancel}/{act}")
        assert (refused.status_code, refused.json()["code"]) == (403, "SCOPE_MISSING")
    refused = await start(client, "CANCEL", query)
    assert (refused.status_code, refused.json()["code"]) == (403, "SCOPE_MISSING")
    assert "billings:write" in refused.json()["detail"]
    asked = {"act": "RESEND", "count": 1, "amount_cents": 1}
    call_with(monkeypatch, *(SCOPES - {"mails:write"}))
    unmailed = await client.post("/jobs", params=query, json=asked)
    assert "mails:write" in unmailed.json()["detail"]
    call_with(monkeypatch, *(SCOPES - {"billings:read"}))
    assert (await client.post("/jobs", params=query, json=asked)).status_code == 403


async def test_as_many_as_fit_are_under_way_and_old_ones_go(
    client: httpx.AsyncClient, resources: Resources, file: dict[str, Any]
) -> None:
    query = {"upload_id": str(file["public_id"])}
    for _ in range(10):
        assert (await start(client, "CANCEL", query)).status_code == 201
    full = await start(client, "CANCEL", query)
    assert (full.status_code, full.json()["code"]) == (409, "JOBS_TOO_MANY")
    while await turn(resources):
        pass
    jobs = (await client.get("/jobs")).json()["records"]
    assert [job["done"]["billings"] for job in jobs] == [0] * 9 + [ROWS]
    assert await service.remove_old_jobs(resources.database) == 0
    async with resources.database.transaction() as c:
        await c.execute("UPDATE job SET ended_at = now() - interval '91 days'")
    assert await service.remove_old_jobs(resources.database) == 10
    assert await rows_of(resources, "SELECT 1 FROM job_part UNION ALL SELECT 1 FROM job") == []
