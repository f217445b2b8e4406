"""Facts reach a real server: signed, once, in order, and none is missed."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import psycopg

from cobranca.domain.signature import is_signed
from cobranca.infra.return_settings import webhook_key
from tests.support.factories import add_upload
from tests.support.hooks import (
    BOUNCED,
    PAID,
    REFUSED,
    REGISTERED,
    REVERSED,
    SENT,
    log_of,
    run,
    turn,
)

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources
    from tests.support.hook_server import Call, HookServer

EVERY_FACT = {
    "billing.sent": SENT,
    "billing.bounced": BOUNCED,
    "billing.registered": REGISTERED,
    "billing.refused": REFUSED,
    "billing.paid": PAID,
    "billing.reversed": REVERSED,
}


def signed_with(call: Call, secret: str) -> bool:
    return is_signed(
        [webhook_key(secret)],
        call_id=call.headers["webhook-id"],
        timestamp=call.headers["webhook-timestamp"],
        signatures=call.headers["webhook-signature"],
        body=call.body,
        now_s=int(time.time()),
    )


async def test_every_fact_is_told_signed_and_once(
    resources: Resources, server: HookServer, upload: dict[str, Any], webhook: dict[str, Any]
) -> None:
    first = upload["first_billing_id"]
    for statement in EVERY_FACT.values():
        await run(resources, statement, first)
    for _ in range(len(EVERY_FACT) + 2):
        await turn(resources)
    assert [call.said["type"] for call in server.calls] == list(EVERY_FACT)
    assert all(signed_with(call, webhook["secret"]) for call in server.calls)
    (debt,) = await run(resources, "SELECT debt_id, name FROM billing WHERE id = %s", first)
    for call in server.calls:
        assert call.said["id"] == call.headers["webhook-id"]
        assert call.said["data"]["debt_id"] == call.said["data"]["code"] == str(debt["debt_id"])
        assert call.said["data"]["amount_cents"] == 1000
        assert b"@" not in call.body
        assert debt["name"].encode() not in call.body
    assert len({call.said["id"] for call in server.calls}) == len(EVERY_FACT)


async def test_only_what_is_wanted_and_of_later_is_told(
    resources: Resources,
    client: httpx.AsyncClient,
    server: HookServer,
    upload: dict[str, Any],
) -> None:
    first = upload["first_billing_id"]
    await run(resources, PAID, first)
    wish = {"url": server.url, "events": ["billing.paid"]}
    assert (await client.post("/webhooks", json=wish)).status_code == 201
    await run(resources, SENT, first + 1)
    await run(resources, PAID, first + 1)
    await turn(resources)
    await turn(resources)
    assert [call.said["type"] for call in server.calls] == ["billing.paid"]


async def test_what_is_another_beneficiarys_is_not_told(
    resources: Resources, server: HookServer, upload: dict[str, Any], webhook: dict[str, Any]
) -> None:
    assert webhook
    await run(resources, "INSERT INTO beneficiary (tax_id, name) VALUES ('1', 'Other')")
    await run(
        resources,
        "UPDATE billing SET beneficiary_id = (SELECT id FROM beneficiary WHERE tax_id = '1')"
        " WHERE id = %s",
        upload["first_billing_id"],
    )
    await run(resources, PAID, upload["first_billing_id"])
    await turn(resources)
    assert server.calls == []


async def test_fact_that_commits_late_is_not_missed(
    resources: Resources, server: HookServer, upload: dict[str, Any], webhook: dict[str, Any]
) -> None:
    assert webhook
    first = upload["first_billing_id"]
    url = resources.settings.database_url
    assert url
    late = await psycopg.AsyncConnection.connect(url)
    try:
        await late.execute(REGISTERED.replace("%s", str(first)).encode())
        await asyncio.sleep(0.05)
        await run(resources, REGISTERED, first + 1)
        await turn(resources)
        await turn(resources)
        assert server.calls == []
        await late.commit()
    finally:
        await late.close()
    for _ in range(3):
        await turn(resources)
    (one, other) = await run(
        resources, "SELECT debt_id FROM billing WHERE id IN (%s, %s) ORDER BY id", first, first + 1
    )
    told = [call.said["data"]["debt_id"] for call in server.calls]
    # Billings do not wait for one another.
    assert sorted(told) == sorted([str(one["debt_id"]), str(other["debt_id"])])


async def test_facts_of_one_instant_are_told_over_pages(
    resources: Resources, server: HookServer, webhook: dict[str, Any]
) -> None:
    assert webhook
    upload = await add_upload(resources, rows=1100)
    await run(
        resources,
        "INSERT INTO notification (billing_id, at, attempts, state)"
        " SELECT id, now(), 1, 'SENT' FROM billing WHERE upload_id = %s",
        upload["id"],
    )
    for _ in range(60):
        await turn(resources)
        if len(server.calls) >= 1100:
            break
    assert len(server.calls) == 1100
    assert len({call.said["data"]["debt_id"] for call in server.calls}) == 1100


async def test_payment_that_two_tell_is_told_once(
    resources: Resources, server: HookServer, upload: dict[str, Any], webhook: dict[str, Any]
) -> None:
    assert webhook
    first = upload["first_billing_id"]
    await run(resources, PAID.replace(", 1)", ", 3)"), first)
    await turn(resources)
    await run(resources, PAID, first)
    await turn(resources)
    # The same teller twice tells of two payments.
    await run(resources, PAID.replace("(%s, 1,", "(%s, 9,"), first)
    await turn(resources)
    await turn(resources)
    assert [call.said["data"]["teller"] for call in server.calls] == ["webhook", "bank"]


async def test_events_of_a_billing_come_in_order_and_others_do_not_wait(
    resources: Resources, server: HookServer, upload: dict[str, Any], webhook: dict[str, Any]
) -> None:
    assert webhook
    first = upload["first_billing_id"]
    (debt,) = await run(resources, "SELECT debt_id FROM billing WHERE id = %s", first)
    poisoned = True

    def answer(call: Call) -> int:
        return 500 if poisoned and call.said["data"]["debt_id"] == str(debt["debt_id"]) else 200

    server.answer = answer
    await run(resources, REGISTERED, first)
    await run(resources, PAID, first)
    await run(resources, PAID, first + 1)
    for _ in range(4):
        await turn(resources)
    told = [call.said["type"] for call in server.calls if answer(call) == 500]
    assert set(told) == {"billing.registered"}
    assert any(answer(call) == 200 for call in server.calls)
    poisoned = False
    server.calls.clear()
    for _ in range(3):
        await turn(resources)
    assert [call.said["type"] for call in server.calls] == ["billing.registered", "billing.paid"]


async def test_two_workers_at_once_tell_once(
    resources: Resources, server: HookServer, upload: dict[str, Any], webhook: dict[str, Any]
) -> None:
    assert webhook
    for offset in range(3):
        await run(resources, PAID, upload["first_billing_id"] + offset)
    await asyncio.gather(*(turn(resources) for _ in range(4)))
    await turn(resources)
    assert len(server.calls) == 3


async def test_death_after_the_answer_tells_again_under_the_same_id(
    resources: Resources,
    client: httpx.AsyncClient,
    server: HookServer,
    upload: dict[str, Any],
    webhook: dict[str, Any],
) -> None:
    await run(resources, PAID, upload["first_billing_id"])
    server.answer = lambda _call: _take_over(resources)
    await turn(resources)
    server.answer = lambda _call: 200
    await turn(resources)
    assert [entry["state"] for entry in await log_of(client, webhook)] == ["DELIVERED"]
    assert len({call.said["id"] for call in server.calls}) == 1
    assert len(server.calls) == 2


def _take_over(resources: Resources) -> int:
    """Take the work over while its worker waits for the answer, as after a hang."""
    url = resources.settings.database_url
    assert url
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE work SET fence = fence + 1, state = 'READY', lease_until = NULL")
    return 200
