"""Payments that calls and people tell of: counted once, whoever told of them first."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from cobranca.domain.signature import sign
from cobranca.infra.return_settings import WebhookSettings, webhook_key
from tests.support.api_client import api_client
from tests.support.people import debt_id, run
from tests.support.returns import DAY, file_of, paid, send_return

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources

SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()


def call_of(number: int, amount: str = "10.00", day: str = DAY.isoformat()) -> bytes:
    said = {"debtId": debt_id(number), "paidAt": f"{day} 10:00:00", "paidBy": "Ana"}
    return json.dumps(said).replace("}", f', "paidAmount": {amount}}}').encode()


async def tell(client: httpx.AsyncClient, body: bytes, call_id: str = "m1") -> httpx.Response:
    return await client.post("/payments/webhook", content=body, headers={"webhook-id": call_id})


async def ledger(client: httpx.AsyncClient, number: int) -> dict[str, Any]:
    answer = await client.get(f"/billings/{debt_id(number)}/ledger")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_call_pays_a_billing_once(client: httpx.AsyncClient) -> None:
    first = await tell(client, call_of(1, "4.00"))
    assert (first.status_code, first.json()) == (202, {"repeated": False, "matched": True})
    again = await tell(client, call_of(1, "4.00"))
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    found = await ledger(client, 1)
    assert (found["status"], found["receivable_cents"]) == ("PARTIALLY_PAID", 600)
    assert sum(found["balances"].values()) == 0


async def test_same_id_with_another_body_is_a_conflict(client: httpx.AsyncClient) -> None:
    await tell(client, call_of(1))
    answer = await tell(client, call_of(1, "9.00"))
    assert (answer.status_code, answer.json()["code"]) == (409, "CALL_REUSED")


async def test_without_an_id_equal_bodies_are_one_call(client: httpx.AsyncClient) -> None:
    answers = [await client.post("/payments/webhook", content=call_of(1)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 200]


@pytest.mark.parametrize("file_first", [True, False])
async def test_call_and_file_tell_of_one_payment(
    client: httpx.AsyncClient, *, file_first: bool
) -> None:
    if file_first:
        await send_return(client, file_of(paid(1, 1000)))
    await tell(client, call_of(1))
    if not file_first:
        await send_return(client, file_of(paid(1, 1000)))
    found = await ledger(client, 1)
    assert found["status"] == "PAID"
    assert found["balances"] == {"billed": -1000, "cash": 850, "fees": 150}
    (payment,) = found["payments"]
    assert [told["teller"] for told in payment["told"]] == ["bank", "webhook"]


async def test_unknown_debt_goes_to_suspense_and_is_matched_by_hand(
    client: httpx.AsyncClient,
) -> None:
    answer = await tell(client, call_of(99))
    assert (answer.status_code, answer.json()["matched"]) == (202, False)
    (waits,) = (await client.get("/payments/suspense")).json()["records"]
    assert (waits["why"]["code"], waits["reference"]) == ("UNKNOWN_DEBT", debt_id(99))
    path = f"/payments/suspense/{waits['suspense_id']}"
    said = {"debt": debt_id(2), "reason": "the payer said so"}
    for _ in range(2):
        matched = await client.post(f"{path}/match", json=said)
        assert matched.status_code == 200, matched.text
    assert (await ledger(client, 2))["status"] == "PAID"
    assert (await client.get("/payments/suspense")).json()["records"] == []
    other = await client.post(f"{path}/drop", json={"reason": "a mistake"})
    assert (other.status_code, other.json()["code"]) == (409, "SUSPENSE_ENDED")
    (ended,) = (await client.get("/payments/suspense?ended=true")).json()["records"]
    assert ended["end"]["code"] == debt_id(2)


async def test_possible_repetition_is_held_until_a_person_says(client: httpx.AsyncClient) -> None:
    await send_return(client, file_of(paid(1, 1000)))
    again = await send_return(client, file_of(paid(1, 1000), paid(2, 1000), sequence=2))
    assert (again["tally"]["posted"], again["tally"]["held"]) == (1, 1)
    assert (await ledger(client, 1))["status"] == "PAID"
    (waits,) = (await client.get("/payments/suspense")).json()["records"]
    assert waits["probable_code"] == debt_id(1)
    said = {"debt": debt_id(1), "reason": "it is on the statement twice"}
    await client.post(f"/payments/suspense/{waits['suspense_id']}/match", json=said)
    found = await ledger(client, 1)
    assert (found["status"], found["overpaid_cents"]) == ("OVERPAID", 1000)


async def test_settled_by_hand_and_undone(client: httpx.AsyncClient) -> None:
    path = f"/billings/{debt_id(1)}"
    headers = {"Idempotency-Key": "k1"}
    for _ in range(2):
        answer = await client.post(
            f"{path}/settle", json={"reason": "paid in cash"}, headers=headers
        )
        assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "PAID"
    (payment,) = answer.json()["payments"]
    settlement = payment["told"][0]["settlement"]
    for _ in range(2):
        undone = await client.post(
            f"{path}/settlements/{settlement}/undo", json={"reason": "wrong debt"}
        )
    assert undone.json()["receivable_cents"] == 1000
    assert undone.json()["payments"][0]["reversed"] is True
    assert [act["reason"] for act in undone.json()["acts"]] == ["paid in cash", "wrong debt"]
    nothing = await client.post(f"{path}/settlements/777/undo", json={"reason": "none there"})
    assert nothing.status_code == 404


async def test_page_may_name_the_settlement_that_it_sends_again(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    headers = {
        "Origin": f"http://127.0.0.1:{resources.settings.ui_port}",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key",
    }
    answer = await client.options(f"/billings/{debt_id(1)}/settle", headers=headers)
    assert answer.status_code == 200, answer.text


async def test_nothing_open_is_not_settled_again(client: httpx.AsyncClient) -> None:
    await tell(client, call_of(1))
    answer = await client.post(f"/billings/{debt_id(1)}/settle", json={"reason": "again"})
    assert (answer.status_code, answer.json()["code"]) == (409, "NOTHING_OPEN")


async def test_money_after_a_removal_is_shown(client: httpx.AsyncClient) -> None:
    await client.delete(f"/billings/{debt_id(1)}")
    await send_return(client, file_of(paid(1, 1000)))
    found = await ledger(client, 1)
    assert (found["status"], found["overpaid_cents"]) == ("PAID_AFTER_CANCEL", 1000)
    await tell(client, call_of(2, "4.00"))
    await client.delete(f"/billings/{debt_id(2)}")
    found = await ledger(client, 2)
    assert (found["status"], found["balances"]) == (
        "REMOVED",
        {"billed": -400, "clearing": 400},
    )


async def test_reversal_opens_the_billing_again(client: httpx.AsyncClient) -> None:
    await send_return(client, file_of(paid(1, 1000)))
    await send_return(client, file_of(paid(1, 1000, occurrence="69"), sequence=2))
    found = await ledger(client, 1)
    assert found["receivable_cents"] == 1000
    assert [o["kind"] for o in found["occurrences"]] == ["PAID", "PAYMENT_REVERSED"]


async def test_many_at_once_count_once(client: httpx.AsyncClient, resources: Resources) -> None:
    content = file_of(paid(1, 1000), paid(2, 1000))
    answers = await asyncio.gather(
        *(send_return(client, content) for _ in range(4)),
        *(tell(client, call_of(1)) for _ in range(4)),
    )
    verdicts = sorted(answer["verdict"] for answer in answers[:4])
    assert verdicts == ["accept", "repeat", "repeat", "repeat"]
    rows = await run(resources, "SELECT teller, count(*) AS n FROM payment GROUP BY 1 ORDER BY 1")
    assert rows == [{"teller": 1, "n": 2}, {"teller": 3, "n": 1}]
    assert [(await ledger(client, n))["status"] for n in (1, 2)] == ["PAID", "PAID"]


async def test_signed_calls_need_no_key_and_others_are_refused(resources: Resources) -> None:
    changes = {
        "api_key": SecretStr("k" * 40),
        "webhook": WebhookSettings(secrets=[SecretStr(SECRET)]),
    }
    settings = resources.settings.model_copy(update=changes)
    body, now = call_of(42), int(time.time())
    signature = sign(webhook_key(SECRET), call_id="m", timestamp=now, body=body)
    headers = {
        "webhook-id": "m", "webhook-timestamp": str(now), "webhook-signature": signature,
    }  # fmt: skip
    async with api_client(settings) as client:
        right = await client.post("/payments/webhook", content=body, headers=headers)
        assert right.status_code == 202, right.text
        for changed in (
            {"webhook-signature": ""},
            {"webhook-id": "n"},
            {"webhook-timestamp": str(now - 301)},
        ):
            wrong = await client.post("/payments/webhook", content=body, headers=headers | changed)
            assert (wrong.status_code, wrong.json()["code"]) == (401, "SIGNATURE_WRONG")
        other = await client.get("/payments/suspense")
        assert other.status_code == 401


async def test_without_secrets_and_key_nobody_may_tell(resources: Resources) -> None:
    settings = resources.settings.model_copy(update={"api_key": SecretStr("k" * 40)})
    async with api_client(settings) as client:
        answer = await client.post("/payments/webhook", content=call_of(1))
        assert (answer.status_code, answer.json()["code"]) == (401, "SIGNATURE_WRONG")
        allowed = await client.post(
            "/payments/webhook",
            content=call_of(1),
            headers={"Authorization": "Bearer " + "k" * 40},
        )
        assert allowed.status_code == 202
