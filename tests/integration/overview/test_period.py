"""A period of files: its sums by hand, its edges at midnight in São Paulo, one beneficiary's."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cobranca.infra import clock
from cobranca.overview.period import service
from tests.integration.uploads.test_upload import client as client  # noqa: PLC0414
from tests.integration.uploads.test_upload import csv_of, row, send
from tests.support.api_client import api_client

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

DAY = "2026-11-26"
KINDS = ["stopped", "rejects", "not_delivered", "uncertain"]
_RECEIVED = "UPDATE upload SET received_at = %s, finished_at = %s WHERE public_id = %s"
_COUNTED = """
UPDATE batch b SET issued = %s, sent = %s, failed = %s, uncertain = %s, sent_before = %s
  FROM upload u WHERE u.id = b.upload_id AND u.public_id = %s
"""


async def overview(client: httpx.AsyncClient, first: str = DAY, last: str = DAY) -> dict[str, Any]:
    answer = await client.get("/overview", params={"from": first, "to": last})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def came(
    resources: Resources, upload: dict[str, Any], at: str, ended: str | None = None
) -> None:
    async with resources.database.transaction() as c:
        await c.execute(_RECEIVED, [at, ended, upload["upload_id"]])


async def mailed(resources: Resources, upload: dict[str, Any], *counts: int) -> None:
    """Count a file's mails: issued, sent, failed, uncertain, sent before."""
    async with resources.database.transaction() as c:
        await c.execute(_COUNTED, [*counts, upload["upload_id"]])


async def test_a_period_is_the_sum_of_its_files(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    rows = [row(n) for n in range(10)]
    ended = await send(client, csv_of(*rows, row(50, debtDueDate="31/02/2030"), "broken"))
    moving = await send(client, csv_of(*(row(n, debtAmount="1.00") for n in range(20, 24))))
    await came(resources, ended, f"{DAY}T15:00:00Z", f"{DAY}T15:01:00Z")
    await came(resources, moving, "2026-11-27T15:00:00Z")
    await mailed(resources, ended, 10, 6, 2, 1, 0)
    await mailed(resources, moving, 3, 1, 0, 0, 1)

    both = await overview(client, last="2026-11-27")
    assert (both["files"], both["billed"]) == (2, {"count": 14, "amount_cents": 10 * 1050 + 400})
    assert (both["issued"], both["delivered"], both["not_delivered"]) == (13, 6 + 1 + 1, 2)
    # Of the file that has ended one was cancelled before its mail; of the other two are to come.
    assert (both["uncertain"], both["under_way"], both["delivered_of_removed"]) == (1, 2, 0)
    assert both["rejects"] == {"files": 1, "count": 2, "amount_cents": 1050}
    first, second = both["days"]
    assert (first["day"], first["files"], first["billings"], first["delivered"]) == (DAY, 1, 10, 6)
    assert (second["under_way"], second["amount_cents"]) == (2, 400)
    for name in ("delivered", "not_delivered", "uncertain", "under_way"):
        assert both[name] == first[name] + second[name]


async def test_stopped_work_is_under_way_though_the_file_has_ended(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    file = await send(client, csv_of(row(1), row(2)))
    await came(resources, file, f"{DAY}T15:00:00Z", f"{DAY}T15:01:00Z")
    assert (await overview(client))["under_way"] == 0
    async with resources.database.transaction() as c:
        await c.execute("UPDATE work SET state = 'STOPPED'")
    assert (await overview(client))["under_way"] == 2


async def test_a_day_begins_and_ends_at_midnight_in_sao_paulo(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    instants = ["2026-11-26T02:59:59Z", f"{DAY}T03:00:00Z", "2026-11-27T02:59:59Z"]
    for number, at in enumerate([*instants, "2026-11-27T03:00:00Z"]):
        await came(resources, await send(client, csv_of(row(number))), at)
    assert (await overview(client))["files"] == 2
    days = (await overview(client, "2026-11-25", "2026-11-28"))["days"]
    assert [(day["day"][-2:], day["files"]) for day in days] == [
        ("25", 1),
        ("26", 2),
        ("27", 1),
        ("28", 0),
    ]


async def test_banks_do_not_work_on_weekends_and_holidays(client: httpx.AsyncClient) -> None:
    days = (await overview(client, "2026-11-19", "2026-11-23"))["days"]
    assert [day["is_business_day"] for day in days] == [True, False, False, False, True]


async def test_a_file_that_was_taken_out_counts_by_its_mails_alone(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    file = await send(client, csv_of(row(1), row(2), "broken"))
    await came(resources, file, f"{DAY}T15:00:00Z")
    await mailed(resources, file, 2, 1, 1, 0, 0)
    deleted = await client.delete(f"/billings/csv/uploads/{file['upload_id']}")
    assert deleted.status_code == 204
    sums = await overview(client)
    assert (sums["files"], sums["billed"]["count"], sums["issued"]) == (0, 0, 0)
    assert (sums["delivered"], sums["not_delivered"], sums["under_way"]) == (0, 0, 0)
    assert sums["delivered_of_removed"] == 1
    assert sums["rejects"] == {"files": 0, "count": 0, "amount_cents": 0}


async def test_another_beneficiarys_files_are_not_counted(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    today = clock.today().isoformat()
    soon = (clock.today() + timedelta(days=7)).isoformat()
    await send(client, csv_of(row(1, debtDueDate=soon), "broken"))
    own = settings.beneficiary.model_copy(update={"tax_id": "11444777000161", "name": "Outra"})
    async with api_client(settings.model_copy(update={"beneficiary": own})) as other:
        none = await overview(other, today, today)
        assert (none["files"], none["billed"]["count"], none["under_way"]) == (0, 0, 0)
        assert (none["rejects"]["count"], none["due_soon"]["count"]) == (0, 0)
    assert (await overview(client, today, today))["files"] == 1


async def test_what_falls_due_within_a_week_is_summed_whatever_the_period(
    client: httpx.AsyncClient,
) -> None:
    today = clock.today()
    days = [(today + timedelta(days=n)).isoformat() for n in (0, 7, 8)]
    await send(client, csv_of(*(row(n, debtDueDate=day) for n, day in enumerate(days))))
    assert (await overview(client))["due_soon"] == {
        "first": days[0],
        "last": days[1],
        "count": 2,
        "amount_cents": 2 * 1050,
    }


async def test_rejects_too_many_to_be_read_have_a_count_and_no_sum(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_REJECTS_MAX", 2)
    today = clock.today().isoformat()
    await send(client, csv_of(row(1), *(row(n, email="none") for n in range(10, 12))))
    at_bound = (await overview(client, today, today))["rejects"]
    assert at_bound == {"files": 1, "count": 2, "amount_cents": 2 * 1050}
    await send(client, csv_of(row(20), row(21, email="none")))
    beyond = (await overview(client, today, today))["rejects"]
    assert beyond == {"files": 2, "count": 3, "amount_cents": None}


async def test_what_waits_is_counted_with_its_money_and_no_further_than_a_bound(
    client: httpx.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = {"count": 0, "amount_cents": 0, "more": False}
    first = (await overview(client))["waiting"]
    assert first.pop("files") == []
    assert first.pop("file_counts") == {kind: {"count": 0, "more": False} for kind in KINDS}
    assert list(first.values()) == [nothing] * 4
    await send(client, csv_of(*(row(n) for n in range(4))))
    async with resources.database.transaction() as c:
        await c.execute(
            "INSERT INTO bounce (billing_id, upload_id, suppressed, detail)"
            " SELECT id, upload_id, false, '' FROM billing WHERE line_number <= 4"
        )
        await c.execute(
            "INSERT INTO registration (billing_id, state, at)"
            " SELECT id, 'REJECTED', now() FROM billing WHERE line_number = 5"
        )
        await c.execute(
            "INSERT INTO suspense (beneficiary_id, teller, told_by, line, why, reference,"
            " paid_cents, extra_cents, deducted_cents, paid_on)"
            " SELECT beneficiary_id, 1, 1, 1, 'x', 'x', 777, 0, 0, '2026-11-26' FROM billing"
            " LIMIT 1"
        )
        await c.execute(
            "INSERT INTO remittance_order (beneficiary_id, group_id, asked_by, account, held_back)"
            " SELECT beneficiary_id, 1, 'x', '{}', %s::jsonb FROM billing LIMIT 1",
            [
                '[{"code": "ADDRESS_MISSING", "titles": 3, "amount_cents": 900},'
                ' {"code": "CANCELLED", "titles": 5, "amount_cents": 100}]'
            ],
        )
    waiting = (await overview(client))["waiting"]
    assert (waiting.pop("files"), len(waiting.pop("file_counts"))) == ([], len(KINDS))
    assert waiting == {
        "returned": {"count": 3, "amount_cents": 3 * 1050, "more": False},
        "refused": {"count": 1, "amount_cents": 1050, "more": False},
        "held_back": {"count": 3, "amount_cents": 900, "more": False},
        "suspense": {"count": 1, "amount_cents": 777, "more": False},
    }
    monkeypatch.setattr(service, "_WAITING_MAX", 2)
    returned = (await overview(client))["waiting"]["returned"]
    assert (returned["count"], returned["more"]) == (2, True)


async def test_a_file_that_waits_says_what_is_at_stake(
    client: httpx.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send(client, csv_of(row(90)))
    rows = [row(n, debtAmount=f"{n + 1}.00") for n in range(6)]
    file = await send(client, csv_of(*rows, row(50, debtAmount="7.77", email="none")))
    await mailed(resources, file, 6, 2, 3, 1, 0)
    async with resources.database.transaction() as c:
        await c.execute(
            "INSERT INTO notification (billing_id, at, attempts, reply_code, state, detail)"
            " SELECT id, now(), 1, 250, CASE WHEN line_number <= 4 THEN 'FAILED'"
            " WHEN line_number = 5 THEN 'UNCERTAIN' ELSE 'SENT' END, NULL"
            " FROM billing WHERE line_number <= 6 AND amount_cents <> 1050"
        )
    assert (await client.delete(f"/billings/{uuid.UUID(int=1)}")).status_code == 204
    (at_stake,) = (await overview(client))["waiting"]["files"]
    assert at_stake == {
        "upload_id": file["upload_id"],
        "name": "debts.csv",
        "stopped": False,
        "rejects": 1,
        "not_delivered": 3 - 1,
        "uncertain": 1,
        "rejects_cents": 777,
        "not_delivered_cents": 200 + 300,
        "uncertain_cents": 400,
    }
    monkeypatch.setattr(service, "_ROWS_MAX", 2)
    (beyond,) = (await overview(client))["waiting"]["files"]
    assert (beyond["rejects_cents"], beyond["not_delivered_cents"]) == (777, None)


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        ("2026-11-26", "2026-11-25", 422),
        ("2026-01-01", "2027-01-02", 422),
        ("2026-01-01", "2027-01-01", 200),
        ("9999-12-31", "9999-12-31", 200),
    ],
)
async def test_a_period_is_a_day_to_a_year_long(
    client: httpx.AsyncClient, first: str, last: str, status: int
) -> None:
    answer = await client.get("/overview", params={"from": first, "to": last})
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["code"] == "FIELD_INVALID"


async def test_the_period_is_today_unless_it_is_given(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/overview")).json()
    assert answer["first"] == answer["last"] == clock.today().isoformat()
