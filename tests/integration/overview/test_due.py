"""Sums by due date: what an ingest wrote, less what was cancelled since, for one beneficiary."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cobranca.retention.service import purge
from cobranca.uploads.service import adopt_uploads
from tests.integration.uploads.test_upload import client as client  # noqa: PLC0414
from tests.integration.uploads.test_upload import csv_of, row, send
from tests.support.api_client import api_client
from tests.support.factories import add_upload

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

PERIOD = {"from": "2030-01-01", "to": "2030-12-31"}
IDS = [str(uuid.UUID(int=number + 1)) for number in range(10)]


async def due(client: httpx.AsyncClient, **period: str) -> dict[str, Any]:
    answer = await client.get("/overview/due", params=period or PERIOD)
    assert answer.status_code == 200, answer.text
    return answer.json()


def days_of(overview: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {day["due_date"]: (day["billings"], day["amount_cents"]) for day in overview["days"]}


async def test_a_file_is_summed_by_day_and_in_all(client: httpx.AsyncClient) -> None:
    content = csv_of(
        row(1, debtDueDate="2030-02-01", debtAmount="10.00"),
        row(2, debtDueDate="2030-02-01", debtAmount="0.50"),
        row(3, debtDueDate="2030-03-01", debtAmount="7.00"),
        row(4, debtDueDate="2031-01-01", debtAmount="100.00"),
        row(5, debtAmount="none"),
        row(1, debtAmount="10.00"),
    )
    answer = await send(client, content)
    assert answer["amount_cents"] == 1000 + 50 + 700 + 10_000
    assert (await send(client, content))["amount_cents"] == answer["amount_cents"]
    shown = (await client.get(f"/billings/csv/uploads/{answer['upload_id']}")).json()
    assert shown["amount_cents"] == answer["amount_cents"]

    overview = await due(client)
    assert days_of(overview) == {"2030-02-01": (2, 1050), "2030-03-01": (1, 700)}
    assert (overview["billings"], overview["amount_cents"]) == (3, 1750)
    assert (overview["removed"], overview["is_complete"]) == (0, True)
    assert days_of(await due(client, **{"from": "2030-03-01", "to": "2030-03-01"})) == {
        "2030-03-01": (1, 700)
    }


async def test_rows_that_are_here_already_are_summed_once(client: httpx.AsyncClient) -> None:
    await send(client, csv_of(*[row(n) for n in range(4)]))
    answer = await send(client, csv_of(*[row(n) for n in range(2, 6)]))
    assert (answer["accepted"], answer["amount_cents"]) == (2, 2 * 1050)
    assert days_of(await due(client)) == {"2030-01-31": (6, 6 * 1050)}


async def test_what_is_cancelled_no_longer_counts_and_may_come_again(
    client: httpx.AsyncClient,
) -> None:
    content = csv_of(*[row(n) for n in range(4)])
    first = await send(client, content)
    for debt in IDS[:2]:
        assert (await client.delete(f"/billings/{debt}")).status_code == 204
    overview = await due(client)
    assert days_of(overview) == {"2030-01-31": (2, 2 * 1050)}
    assert (overview["removed"], overview["removed_cents"]) == (2, 2 * 1050)
    shown = (await client.get(f"/billings/csv/uploads/{first['upload_id']}")).json()
    assert shown["amount_cents"] == 4 * 1050

    again = await send(client, csv_of(row(0, debtAmount="20.00", debtDueDate="2030-02-28")))
    assert again["accepted"] == 1
    assert days_of(await due(client)) == {"2030-01-31": (2, 2100), "2030-02-28": (1, 2000)}

    await client.delete(f"/billings/csv/uploads/{first['upload_id']}")
    overview = await due(client)
    assert days_of(overview) == {"2030-02-28": (1, 2000)}
    assert overview["removed"] == 0


async def test_another_beneficiarys_are_not_counted(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    await send(client, csv_of(row(1)))
    own = settings.beneficiary.model_copy(update={"tax_id": "11444777000161", "name": "Outra"})
    async with api_client(settings.model_copy(update={"beneficiary": own})) as other:
        assert days_of(await due(other)) == {}
        await send(other, csv_of(row(1, debtAmount="1.00")))
        assert days_of(await due(other)) == {"2030-01-31": (1, 100)}
    assert days_of(await due(client)) == {"2030-01-31": (1, 1050)}


async def test_files_of_the_version_before_are_summed_by_a_sweep(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    upload = await add_upload(resources, rows=56)
    empty = await add_upload(resources, rows=0)
    url = f"/billings/csv/uploads/{upload['public_id']}"
    assert (await client.get(url)).json()["amount_cents"] is None
    assert not (await due(client))["is_complete"]

    await adopt_uploads(resources.database)
    await adopt_uploads(resources.database)

    overview = await due(client)
    assert overview["is_complete"]
    assert overview["billings"] == 56
    assert len(overview["days"]) == 28
    assert overview["amount_cents"] == sum(1000 + n for n in range(56))
    assert (await client.get(url)).json()["amount_cents"] == overview["amount_cents"]
    shown = await client.get(f"/billings/csv/uploads/{empty['public_id']}")
    assert shown.json()["amount_cents"] == 0


async def test_a_purge_takes_the_sums_along(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    await send(client, csv_of(row(1)))
    async with resources.database.transaction() as c:
        await c.execute("UPDATE upload SET finished_at = now() - interval '9 days'")
    await purge(resources.database, resources.storage, days=8)
    assert days_of(await due(client)) == {}
    async with resources.database.transaction() as c:
        cursor = await c.execute("SELECT FROM upload_due")
        assert await cursor.fetchall() == []


@pytest.mark.parametrize(
    "period",
    [
        {"from": "2030-01-02", "to": "2030-01-01"},
        {"from": "2030-01-01", "to": "2031-01-03"},
        {"from": "0001-01-01", "to": "9999-12-31"},
    ],
)
async def test_a_period_that_has_no_end_or_none_of_a_year_is_refused(
    client: httpx.AsyncClient, period: dict[str, str]
) -> None:
    answer = await client.get("/overview/due", params=period)
    assert (answer.status_code, answer.json()["code"]) == (422, "FIELD_INVALID")


async def test_the_period_is_the_coming_month_unless_it_is_given(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/overview/due")).json()
    assert answer["days"] == []
    last_day = await client.get("/overview/due", params={"from": "9999-12-31"})
    assert (last_day.status_code, last_day.json()["last"]) == (200, "9999-12-31")
