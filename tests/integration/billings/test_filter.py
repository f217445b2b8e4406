"""One filter for all: what is exported is what is listed, and both are what the facts say."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cobranca.billings.listing import service as listing
from cobranca.infra.clock import SAO_PAULO
from tests.support.api_client import api_client
from tests.support.factories import add_upload
from tests.support.works import index_uploads, issue_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

#: Three files of two batches: the oldest is taken out whole, of the others each status is there.
UPLOADS, ROWS, BATCH_ROWS = 3, 24, 12
STATUSES = ["ACKNOWLEDGED", "ISSUED", "SENT", "FAILED", "UNCERTAIN", "REMOVED"]

_SPREAD = """
WITH told AS (
     INSERT INTO notification (billing_id, at, attempts, reply_code, state, detail)
     SELECT billing_id, TIMESTAMPTZ '2030-01-01 23:30-03' + make_interval(hours => (billing_id %% 3)::integer), 1, 250,
            (ARRAY['SENT', 'FAILED', 'UNCERTAIN'])[1 + billing_id %% 3],
            (ARRAY[NULL, '550 5.1.1 no such user', NULL])[1 + billing_id %% 3]
       FROM boleto WHERE billing_id %% 5 <> 0 RETURNING billing_id, state),
     counted AS (
     SELECT p.id, count(*) FILTER (WHERE told.state = 'SENT') AS sent, count(*) FILTER (WHERE told.state = 'FAILED') AS failed,
            count(*) FILTER (WHERE told.state = 'UNCERTAIN') AS uncertain
       FROM told JOIN batch p ON billing_id BETWEEN p.first_billing_id AND p.last_billing_id GROUP BY p.id),
     returned AS (
     INSERT INTO bounce (billing_id, upload_id, suppressed, detail)
     SELECT billing_id, 1, false, 'back' FROM told WHERE state = 'SENT' AND billing_id %% 2 = 0)
UPDATE batch p SET sent = c.sent, failed = c.failed, uncertain = c.uncertain FROM counted c WHERE c.id = p.id
"""  # noqa: E501

_TOLD = """
SELECT s.*, x.billing_id IS NOT NULL AS bounced
  FROM billing_status s LEFT JOIN bounce x ON x.billing_id = s.id
 ORDER BY s.upload_id DESC, s.id
"""


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API of its own."""
    async with api_client(settings) as client:
        yield client


@pytest.fixture
async def told(client: httpx.AsyncClient, resources: Resources) -> list[dict[str, Any]]:
    """Return all billings with their facts, the newest file first and by id within."""
    oldest, *others = [
        await add_upload(resources, rows=ROWS, batch_rows=BATCH_ROWS) for _ in range(UPLOADS)
    ]
    for _ in range(5):
        await issue_batch(resources)
    async with resources.database.transaction() as c:
        await c.execute(_SPREAD, {})
        for upload in others:
            await c.execute(
                "INSERT INTO billing_removal (billing_id, upload_id)"
                " SELECT id, upload_id FROM billing WHERE upload_id = %s AND id %% 7 = 0",
                [upload["id"]],
            )
        await c.execute("UPDATE billing SET tax_id = '11144477735' WHERE id % 4 = 3")
        # One file a day, of which the day is another one in Greenwich.
        await c.execute(
            "UPDATE upload SET finished_at = now(), received_at = TIMESTAMPTZ '2030-01-01 23:30-03'"
            " + make_interval(days => id - %s)",
            [oldest["id"]],
        )
    await index_uploads(resources)
    await client.delete(f"/billings/csv/uploads/{oldest['public_id']}")
    async with resources.database.transaction() as c:
        return list(await (await c.execute(_TOLD)).fetchall())


def fits(one: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Tell whether a billing is what is wanted, by its facts alone."""
    day = one["notified_at"].astimezone(SAO_PAULO).date() if one["notified_at"] else None
    sent = day if one["notification_state"] == "SENT" else None
    received = one["created_at"].astimezone(SAO_PAULO).date()
    checks = {
        "received_from": lambda v: received >= v,
        "received_to": lambda v: received <= v,
        "status": lambda v: one["status"] in v,
        "upload_id": lambda v: str(one["upload_public_id"]) == v,
        "due_from": lambda v: one["due_date"] >= v,
        "due_to": lambda v: one["due_date"] <= v,
        "sent_from": lambda v: sent is not None and sent >= v,
        "sent_to": lambda v: sent is not None and sent <= v,
        "amount_from": lambda v: one["amount_cents"] >= v,
        "amount_to": lambda v: one["amount_cents"] <= v,
        "bounced": lambda v: one["bounced"] == v,
        "reason": lambda v: (
            one["notification_state"] in {"FAILED", "UNCERTAIN"}
            and ("5.1.1" in (one["notification_detail"] or "")) == (v == "ADDRESS")
        ),
    }
    return all(checks[name](value) for name, value in wanted.items())


_DUE = st.integers(0, 27).map(lambda n: dt.date(2030, 1, 1) + dt.timedelta(days=n))
_SENT = st.sampled_from([dt.date(2029, 12, 31), dt.date(2030, 1, 1), dt.date(2030, 1, 2)])
_RECEIVED = st.integers(0, 3).map(lambda n: dt.date(2030, 1, 1) + dt.timedelta(days=n))
#: Filters of any kind, most of which find something; an upload is told by its place among them.
_WANTED: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "status": st.lists(st.sampled_from(STATUSES), min_size=1, max_size=3, unique=True),
        "upload_id": st.integers(0, UPLOADS - 1),
        "due_from": _DUE,
        "due_to": _DUE,
        "received_from": _RECEIVED,
        "received_to": _RECEIVED,
        "sent_from": _SENT,
        "sent_to": _SENT,
        "amount_from": st.integers(995, 1030),
        "amount_to": st.integers(995, 1030),
        "bounced": st.booleans(),
        "reason": st.sampled_from(["ADDRESS", "OTHER"]),
    },
)


@hypothesis_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(limit=st.integers(1, 30), wanted=_WANTED)
async def test_list_and_export_are_what_the_facts_say(
    client: httpx.AsyncClient, told: list[dict[str, Any]], limit: int, wanted: dict[str, Any]
) -> None:
    uploads = sorted({str(one["upload_public_id"]) for one in told})
    if "upload_id" in wanted:
        wanted["upload_id"] = uploads[wanted["upload_id"]]
    for first, last in (
        ("due_from", "due_to"),
        ("received_from", "received_to"),
        ("sent_from", "sent_to"),
        ("amount_from", "amount_to"),
    ):
        if first in wanted and last in wanted and wanted[last] < wanted[first]:
            wanted[first], wanted[last] = wanted[last], wanted[first]
    expected = [str(one["debt_id"]) for one in told if fits(one, wanted)]
    query = {
        name: value if isinstance(value, list) else str(value) for name, value in wanted.items()
    }
    assert await listed(client, query, limit) == expected
    exported = await client.get("/billings/export.csv", params=query)
    rows = csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig")), delimiter=";")
    assert [row["Código da dívida"] for row in rows] == expected


async def listed(client: httpx.AsyncClient, query: dict[str, Any], limit: int) -> list[str]:
    """Return the debts of every page, in order; each page goes on where the last one ended."""
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        answer = await client.get("/billings", params={**query, **after, "limit": limit})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [one["debt_id"] for one in page["records"]]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


async def test_pages_go_on_where_time_ran_out(
    client: httpx.AsyncClient, told: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_LOOKING_S", -1.0)
    monkeypatch.setattr(listing, "_BATCHES_FIRST", 1)
    expected = [str(one["debt_id"]) for one in told if one["status"] == "UNCERTAIN"]
    assert len(expected) > 3
    assert await listed(client, {"status": "UNCERTAIN"}, 50) == expected
    assert await listed(client, {}, 5) == [str(one["debt_id"]) for one in told]


async def test_quick_counts_are_those_of_their_lists(
    client: httpx.AsyncClient, told: list[dict[str, Any]]
) -> None:
    for upload_id in (None, str(told[0]["upload_public_id"])):
        asked = {"upload_id": upload_id} if upload_id else {}
        counts = (await client.get("/billings/counts", params=asked)).json()
        assert set(counts) == {
            "all", "not_delivered", "not_delivered_today", "uncertain", "returned", "due_soon",
            "overdue", "paid", "refused", "cancelled",
        }  # fmt: skip
        for name, count in counts.items():
            answer = await client.get(f"/billings?{count['query']}&limit=200")
            found = answer.json()["records"]
            assert (count["billings"], count["more"]) == (len(found), False), name
            named = await client.get("/billings", params={**asked, "quick": name, "limit": 200})
            assert named.json()["records"] == found, name
        assert counts["not_delivered"]["billings"] > 0
        assert counts["returned"]["billings"] > 0


async def test_what_failed_today_is_of_files_that_came_today(
    client: httpx.AsyncClient, told: list[dict[str, Any]], resources: Resources
) -> None:
    failed = [one for one in told if one["status"] == "FAILED"]
    older = failed[0]["upload_public_id"]
    async with resources.database.transaction() as c:
        await c.execute(
            "UPDATE upload SET received_at = now() - CASE WHEN public_id = %s"
            " THEN interval '1 day' ELSE interval '0' END",
            [older],
        )
    expected = [str(one["debt_id"]) for one in failed if one["upload_public_id"] != older]
    assert 0 < len(expected) < len(failed)
    assert await listed(client, {"quick": "not_delivered_today"}, 50) == expected
    counts = (await client.get("/billings/counts")).json()
    assert counts["not_delivered_today"]["billings"] == len(expected)


async def test_a_quick_filter_is_narrowed_and_a_row_says_the_reason_it_is_found_by(
    client: httpx.AsyncClient, told: list[dict[str, Any]]
) -> None:
    assert told
    wanted = {"quick": "not_delivered", "amount_to": "1010", "limit": "200"}
    found = (await client.get("/billings", params=wanted)).json()["records"]
    assert {one["status"] for one in found} == {"FAILED"}
    assert max(one["amount_cents"] for one in found) <= 1010
    for reason in ("ADDRESS", "OTHER"):
        answer = await client.get("/billings", params={"reason": reason, "limit": 200})
        reasons = {one["reason"] for one in answer.json()["records"] if not one["removedat"]}
        assert reasons == {reason}
    returned = (await client.get("/billings", params={"quick": "returned"})).json()["records"]
    assert {one["returned"] for one in returned} == {True}


async def test_a_payer_is_a_filter_too(
    client: httpx.AsyncClient, told: list[dict[str, Any]]
) -> None:
    found = (await client.get("/search", params={"q": "ana7@example.com"})).json()["payers"]
    wanted = {"payer_id": found[0]["payer_id"]}
    person = [str(one["debt_id"]) for one in told if one["tax_id"] == found[0]["tax_id"]]
    assert 0 < len(person) < len(told)
    assert await listed(client, wanted, 50) == person
    stranger = {"payer_id": "00000000-0000-0000-0000-000000000000"}
    assert (await client.get("/billings", params=stranger)).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"due_from": "2030-02-01", "due_to": "2030-01-01"},
        {"amount_from": "2", "amount_to": "1"},
        {"status": "PENDING"},
        {"after": "1-2-3"},
        {"search": "12345678909"},
        {"quick": "whatever"},
        {"quick": "not_delivered", "status": "SENT"},
        {"quick": "overdue", "due_to": "2030-01-01"},
        {"quick": "not_delivered_today", "received_from": "2026-01-01"},
        {"received_from": "2030-02-01", "received_to": "2030-01-01"},
    ],
)
async def test_what_means_nothing_is_refused(
    client: httpx.AsyncClient, query: dict[str, str]
) -> None:
    assert (await client.get("/billings", params=query)).status_code == 422
