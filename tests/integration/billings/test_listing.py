"""Billings are listed in the order of their file's lines, whatever is filtered or searched for."""

from __future__ import annotations

import random
import uuid
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cobranca.notifications.service import Notifier
from tests.integration.uploads.test_upload import csv_of, row, send
from tests.support.api_client import api_client
from tests.support.factories import add_upload
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

ROWS = 40


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API whose files have batches of seven billings."""
    async with api_client(settings.model_copy(update={"batch_rows": 7})) as client:
        yield client


def shuffled(**values: str) -> bytes:
    """Return a file whose debtIds are in no order."""
    drawn = random.Random(3)  # noqa: S311
    ids = [str(uuid.UUID(int=drawn.getrandbits(128))) for _ in range(ROWS)]
    return csv_of(*(row(n, debtId=debt_id, **values) for n, debt_id in enumerate(ids)))


async def all_lines(client: httpx.AsyncClient, upload_id: Any, **query: str) -> list[int]:
    """Return the line of each billing, page after page of three."""
    lines: list[int] = []
    after = "0"
    while True:
        wanted = {"upload_id": str(upload_id), "limit": "3", "after": after, **query}
        page = (await client.get("/billings", params=wanted)).json()
        lines += [billing["line_number"] for billing in page["records"]]
        if page["next"] is None:
            return lines
        assert page["next"] == str(lines[-1])
        after = page["next"]


async def test_pages_follow_the_lines_of_the_file(client: httpx.AsyncClient) -> None:
    answer = await send(client, shuffled())
    assert await all_lines(client, answer["upload_id"]) == list(range(2, ROWS + 2))


async def test_what_is_searched_for_is_listed_by_line_too(client: httpx.AsyncClient) -> None:
    answer = await send(client, shuffled(email="Ana@Example.com", governmentId="12345678909"))
    upload_id, everything = answer["upload_id"], list(range(2, ROWS + 2))
    assert await all_lines(client, upload_id, search="ana@example.com") == everything
    assert await all_lines(client, upload_id, search="123.456.789-09") == everything
    assert await all_lines(client, upload_id, search="bia@example.com") == []
    found = await all_lines(client, upload_id, search="12345678909", status="ACKNOWLEDGED")
    assert found == everything
    assert await all_lines(client, upload_id, search="12345678909", status="SENT") == []


async def test_a_search_for_a_status_finds_what_comes_late_in_the_file(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    answer = await send(client, shuffled(governmentId="12345678909"))
    upload_id = answer["upload_id"]
    removed = [5, 17, 18, 30, 41]
    await remove_lines(client, resources, removed)
    assert await all_lines(client, upload_id, search="12345678909", status="REMOVED") == removed


@pytest.mark.parametrize("status", ["ACKNOWLEDGED", "ISSUED", "SENT", "FAILED", "UNCERTAIN"])
async def test_each_status_is_listed_by_line(
    client: httpx.AsyncClient, resources: Resources, status: str
) -> None:
    """Every batch has some of each: what is listed is what the view of the statuses says."""
    answer = await send(client, shuffled())
    await spread(resources)
    await remove_lines(client, resources, [3, 20, 21])
    async with resources.database.transaction() as c:
        rows = await (
            await c.execute("SELECT line_number, status FROM billing_status ORDER BY line_number")
        ).fetchall()
    expected = [row["line_number"] for row in rows if row["status"] == status]
    assert len(expected) > 3
    assert await all_lines(client, answer["upload_id"], status=status) == expected
    assert await all_lines(client, answer["upload_id"], status="REMOVED") == [3, 20, 21]


async def test_all_of_a_removed_file_is_removed_and_nothing_else(
    client: httpx.AsyncClient,
) -> None:
    upload_id = (await send(client, shuffled()))["upload_id"]
    await client.delete(f"/billings/csv/uploads/{upload_id}")
    everything = list(range(2, ROWS + 2))
    assert await all_lines(client, upload_id, status="REMOVED") == everything
    assert await all_lines(client, upload_id) == everything
    assert await all_lines(client, upload_id, status="ACKNOWLEDGED") == []
    assert await all_lines(client, upload_id, status="ACKNOWLEDGED", search="1234") == []


async def test_what_is_worked_is_listed_with_its_facts(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    upload = await add_upload(resources, rows=10)
    await issue_batch(resources)
    await notify_batch(resources, Notifier(resources))
    wanted = {"upload_id": str(upload["public_id"]), "status": "SENT", "limit": "2"}
    records = (await client.get("/billings", params=wanted)).json()["records"]
    assert [billing["line_number"] for billing in records] == [2, 3]
    assert all(len(billing["digitable_line"]) == 47 for billing in records)
    assert all(billing["our_number"] for billing in records)


async def remove_lines(client: httpx.AsyncClient, resources: Resources, lines: list[int]) -> None:
    """Take out the billings of these lines."""
    async with resources.database.transaction() as c:
        rows = await (
            await c.execute("SELECT debt_id FROM billing WHERE line_number = ANY(%s)", [lines])
        ).fetchall()
    assert len(rows) == len(lines)
    for found in rows:
        assert (await client.delete(f"/billings/{found['debt_id']}")).status_code == 204


async def spread(resources: Resources) -> None:
    """Give billings facts by their lines, five kinds in turn, and the batches their counts."""
    async with resources.database.transaction() as c:
        await c.execute(
            "INSERT INTO boleto (billing_id, our_number, series_id, barcode)"
            " SELECT id, line_number, 1, repeat('0', 44) FROM billing WHERE line_number % 5 > 0"
        )
        await c.execute(
            "INSERT INTO notification (billing_id, at, attempts, state)"
            " SELECT id, now(), 1, (ARRAY['SENT', 'FAILED', 'UNCERTAIN'])[line_number % 5 - 1]"
            " FROM billing WHERE line_number % 5 > 1"
        )
        await c.execute(
            "UPDATE batch b SET issued = n.issued, sent = n.sent, failed = n.failed,"
            " uncertain = n.uncertain FROM ("
            "  SELECT t.id, count(o.billing_id) AS issued,"
            "         count(*) FILTER (WHERE n.state = 'SENT') AS sent,"
            "         count(*) FILTER (WHERE n.state = 'FAILED') AS failed,"
            "         count(*) FILTER (WHERE n.state = 'UNCERTAIN') AS uncertain"
            "    FROM batch t JOIN billing i ON i.id BETWEEN first_billing_id AND last_billing_id"
            "    LEFT JOIN boleto o ON o.billing_id = i.id"
            "    LEFT JOIN notification n ON n.billing_id = i.id GROUP BY t.id) n"
            " WHERE b.id = n.id"
        )
