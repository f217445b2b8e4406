"""Money in suspense finds its billing by itself, in any order of events, once."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from cobranca.domain.cnab import company_use_of
from tests.integration.payments.test_money import call_of, ledger, tell
from tests.support.people import ANA, csv_of, debt_id, row, run, send
from tests.support.returns import DAY, file_of, match_suspense, paid, send_return
from tests.support.works import issue_batch

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources

#: The debt that comes later; its our number will be the fourth.
LATE = 4


async def bill_late(resources: Resources) -> None:
    await send(resources, csv_of(row(ANA, LATE)))
    while await issue_batch(resources):
        pass


async def waiting(client: httpx.AsyncClient, *, ended: bool = False) -> list[dict[str, Any]]:
    path = f"/payments/suspense?ended={str(ended).lower()}"
    return (await client.get(path)).json()["records"]


async def work_state(resources: Resources) -> str:
    (work,) = await run(resources, "SELECT state FROM work WHERE kind = 'match'")
    return work["state"]


async def test_title_that_is_issued_later_gets_its_money_once(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    content = file_of(paid(LATE, 1000, interest=7))
    assert (await send_return(client, content))["tally"]["suspense"] == 1
    await match_suspense(resources)
    assert len(await waiting(client)) == 1
    await bill_late(resources)
    for _ in range(2):
        await match_suspense(resources)
    found = await ledger(client, LATE)
    assert (found["status"], found["receivable_cents"]) == ("PAID", 0)
    assert found["balances"] == {"billed": -1000, "charges": -7, "cash": 857, "fees": 150}
    assert await waiting(client) == []
    (ended,) = await waiting(client, ended=True)
    assert (ended["end"]["code"], ended["end"]["ended_by"]) == (debt_id(LATE), "automatic")
    assert await work_state(resources) == "DONE"
    assert (await send_return(client, content))["verdict"] == "repeat"


ORDERS = sorted(permutations(["file", "call", "issue"]))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_order_of_file_call_issue_and_search_changes_nothing(
    client: httpx.AsyncClient, resources: Resources, order: tuple[str, ...]
) -> None:
    for event in order:
        if event == "file":
            await send_return(client, file_of(paid(LATE, 1000)))
        elif event == "call":
            await tell(client, call_of(LATE))
        elif event == "issue":
            await bill_late(resources)
        await match_suspense(resources)
    found = await ledger(client, LATE)
    assert found["status"] == "PAID"
    assert found["balances"] == {"billed": -1000, "cash": 850, "fees": 150}
    (payment,) = found["payments"]
    assert sorted(told["teller"] for told in payment["told"]) == ["bank", "webhook"]
    assert await waiting(client) == []


async def test_another_amount_waits_for_a_person_unless_the_control_is_ours(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    control = company_use_of([UUID(debt_id(LATE))])[0].decode()
    await send_return(client, file_of(paid(LATE, 1500)))
    await send_return(client, file_of(paid(LATE, 1600, control=control), sequence=2))
    await bill_late(resources)
    await match_suspense(resources)
    (waits,) = await waiting(client)
    assert waits["paid_cents"] == 1500
    assert (await ledger(client, LATE))["overpaid_cents"] == 600
    assert await work_state(resources) == "READY"


async def test_control_of_another_debt_waits_for_a_person(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    control = company_use_of([UUID(debt_id(1))])[0].decode()
    await send_return(client, file_of(paid(LATE, 1000, control=control)))
    await bill_late(resources)
    await match_suspense(resources)
    assert len(await waiting(client)) == 1
    assert (await ledger(client, LATE))["payments"] == []


@pytest.mark.parametrize("known_first", [False, True])
async def test_what_two_files_tell_alike_is_posted_once(
    client: httpx.AsyncClient, resources: Resources, *, known_first: bool
) -> None:
    """The second is a possible repetition, which is a person's to judge."""
    await send_return(client, file_of(paid(LATE, 1000)))
    if known_first:
        await bill_late(resources)
    await send_return(client, file_of(paid(LATE, 1000), paid(1, 1000), sequence=2))
    if not known_first:
        await bill_late(resources)
    await match_suspense(resources)
    found = await ledger(client, LATE)
    assert (found["status"], len(found["payments"])) == ("PAID", 1)
    assert len(await waiting(client)) == 1


async def test_cheque_that_clears_is_posted_once(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    later = date(2026, 8, 14)
    await send_return(client, file_of(paid(LATE, 1000)))
    cleared = paid(LATE, 1000, occurrence="76", on=later, credited=later)
    await send_return(client, file_of(cleared, sequence=2))
    await bill_late(resources)
    await match_suspense(resources)
    found = await ledger(client, LATE)
    assert (found["status"], len(found["payments"])) == ("PAID", 1)
    assert len(await waiting(client)) == 1


async def test_what_a_person_has_decided_stays_decided(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    await send_return(client, file_of(paid(LATE, 1000)))
    await tell(client, call_of(LATE, "3.00"))
    of_bank, of_call = await waiting(client)
    said = {"debt": debt_id(1), "reason": "the payer said so"}
    await client.post(f"/payments/suspense/{of_bank['suspense_id']}/match", json=said)
    dropped = {"reason": "a trial"}
    await client.post(f"/payments/suspense/{of_call['suspense_id']}/drop", json=dropped)
    await bill_late(resources)
    await match_suspense(resources)
    assert (await ledger(client, 1))["status"] == "PAID"
    assert (await ledger(client, LATE))["payments"] == []


async def test_two_lines_of_one_file_are_two_payments(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    await send_return(client, file_of(paid(LATE, 1000, paid=400), paid(LATE, 1000, paid=400)))
    await bill_late(resources)
    await match_suspense(resources)
    found = await ledger(client, LATE)
    assert (found["status"], found["receivable_cents"]) == ("PARTIALLY_PAID", 200)
    assert [payment["paid_on"] for payment in found["payments"]] == [DAY.isoformat()] * 2


async def test_many_wait_over_many_pages(
    client: httpx.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cobranca.payments.rematch.service._PAGE_ROWS", 2)
    await send_return(client, file_of(*(paid(number, 1000) for number in range(90, 95))))
    await send_return(client, file_of(paid(LATE, 1000), sequence=2))
    await bill_late(resources)
    await match_suspense(resources)
    assert (await ledger(client, LATE))["status"] == "PAID"
    assert len(await waiting(client)) == 5


async def test_nothing_is_read_while_nothing_was_issued(
    client: httpx.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send_return(client, file_of(paid(LATE, 1000)))
    await match_suspense(resources)
    monkeypatch.setattr("cobranca.payments.rematch.service._match_page", None)
    await match_suspense(resources)
    assert await work_state(resources) == "READY"
