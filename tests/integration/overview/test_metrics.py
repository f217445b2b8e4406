"""The metrics of a real API: one scrape, its counts and the backlog of the database."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import SecretStr

from tests.support.api_client import api_client
from tests.support.factories import add_upload

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings


def _value(text: str, sample: str) -> float:
    found = re.search(rf"^{re.escape(sample)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


async def test_a_scrape_shows_the_backlog_and_the_calls(
    settings: Settings, resources: Resources
) -> None:
    upload = await add_upload(resources, rows=30)
    async with resources.database.transaction() as c:
        await c.execute(
            "UPDATE upload SET received_at = now() - interval '100 s' WHERE id = %s", [upload["id"]]
        )
        await c.execute(
            "UPDATE work SET state = 'STOPPED' WHERE subject_id = %s", [upload["batch_ids"][0]]
        )
        await c.execute(
            "WITH done AS (UPDATE work SET state = 'DONE' WHERE subject_id = %s RETURNING *)"
            " INSERT INTO work (kind, subject_id, group_id, state)"
            " SELECT 'notify', subject_id, group_id, state FROM done",
            upload["batch_ids"][1:2],
        )
    listing = (
        'cobranca_http_requests_total{method="GET",route="/billings/{debt_id:path}",status="404"}'
    )
    refused = 'cobranca_http_requests_total{method="GET",route="none",status="404"}'
    async with api_client(settings) as client:
        before = (await client.get("/metrics")).text
        await client.get("/billings/00000000-0000-4000-8000-000000000001")
        await client.get("/no/such/path")
        text = (await client.get("/metrics")).text
    assert _value(text, listing) - _value(before, listing) == 1
    assert _value(text, refused) - _value(before, refused) == 1
    assert "00000000-0000-4000-8000-000000000001" not in text
    assert _value(text, 'cobranca_batches{state="RECEIVED"}') == 1
    assert _value(text, 'cobranca_batches{state="STOPPED"}') == 1
    assert _value(text, 'cobranca_backlog_billings{state="RECEIVED"}') == 10
    assert _value(text, "cobranca_oldest_unfinished_batch_seconds") >= 100
    assert _value(text, "cobranca_database_up") == 1
    assert 'state="NOTIFIED"' not in text


async def test_a_paused_file_is_no_backlog(settings: Settings, resources: Resources) -> None:
    upload = await add_upload(resources, rows=30)
    async with resources.database.transaction() as c:
        await c.execute(
            "UPDATE upload SET received_at = now() - interval '100 s' WHERE id = %s", [upload["id"]]
        )
        await c.execute("UPDATE work_group SET paused_at = now()")
    async with api_client(settings) as client:
        text = (await client.get("/metrics")).text
    assert _value(text, 'cobranca_batches{state="PAUSED"}') == 3
    assert _value(text, 'cobranca_batches{state="RECEIVED"}') == 0
    assert _value(text, "cobranca_oldest_unfinished_batch_seconds") == 0


async def test_an_upload_is_counted_once(settings: Settings) -> None:
    header = "name,governmentId,email,debtAmount,debtDueDate,debtId\n"
    row = "Ana,12345678909,a@example.com,10.00,2030-01-01,00000000-0000-4000-8000-000000000002\n"
    accepted = 'cobranca_records_total{outcome="accepted"}'
    rejected = 'cobranca_records_total{outcome="rejected"}'
    repeated = 'cobranca_uploads_total{outcome="repeated"}'
    async with api_client(settings) as client:
        before = (await client.get("/metrics")).text
        for _ in range(2):
            answer = await client.post(
                "/billings/csv/upload",
                content=header + row + "broken\n",
                headers={"Content-Type": "text/csv"},
            )
            assert answer.status_code == 200
        text = (await client.get("/metrics")).text
    for sample in (accepted, rejected, repeated):
        assert _value(text, sample) - _value(before, sample) == 1


async def test_a_database_that_is_down_is_a_metric_not_an_error(settings: Settings) -> None:
    down = settings.model_copy(
        update={"database_url": "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"}
    )
    async with api_client(down) as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert _value(answer.text, "cobranca_database_up") == 0
    assert "cobranca_batches{" not in answer.text


async def test_metrics_need_the_key(settings: Settings) -> None:
    keyed = settings.model_copy(update={"api_key": SecretStr("k1")})
    async with api_client(keyed) as client:
        assert (await client.get("/metrics")).status_code == 401
        headers = {"Authorization": "Bearer k1"}
        assert (await client.get("/metrics", headers=headers)).status_code == 200
