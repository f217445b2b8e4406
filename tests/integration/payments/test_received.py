"""Payments of a period: by day, what is owed, and the table for accounting."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cobranca.infra import clock
from cobranca.payments.received import repository
from tests.support.api_client import api_client
from tests.support.people import ANA, csv_of, debt_id, row, send
from tests.support.returns import DAY, Line, file_of, paid, send_return

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources

PERIOD = {"from": str(DAY - timedelta(days=5)), "to": str(DAY + timedelta(days=5))}


async def received(client: httpx.AsyncClient, **changes: str) -> dict[str, Any]:
    answer = await client.get("/payments/received", params=PERIOD | changes)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def export(client: httpx.AsyncClient, **changes: str) -> list[dict[str, str]]:
    answer = await client.get("/payments/export.csv", params=PERIOD | changes)
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def tell(client: httpx.AsyncClient, number: int, amount: str, day: str) -> None:
    body = {"debtId": debt_id(number), "paidAt": f"{day} 10:00:00", "paidAmount": amount}
    answer = await client.post("/payments/webhook", json=body | {"paidAmount": float(amount)})
    assert answer.status_code == 202, answer.text


async def test_nothing_is_paid_before_anybody_tells(client: httpx.AsyncClient) -> None:
    found = await received(client)
    assert (found["payments"], found["paid_cents"], found["days"]) == (0, 0, [])
    owed = found["open"]["count"] + found["overdue"]["count"]
    cents = found["open"]["amount_cents"] + found["overdue"]["amount_cents"]
    assert (owed, cents) == (3, 3000)
    assert await export(client) == []


async def test_payments_are_summed_by_day_and_take_off_what_is_owed(
    client: httpx.AsyncClient,
) -> None:
    before = await received(client)
    later = DAY + timedelta(days=1)
    await send_return(
        client, file_of(paid(1, 1000), paid(2, 1000, on=later), Line(number=3, paid=400))
    )
    found = await received(client)
    assert found["days"] == [
        {"paid_on": str(DAY), "payments": 2, "paid_cents": 1400},
        {"paid_on": str(later), "payments": 1, "paid_cents": 1000},
    ]
    assert (found["payments"], found["paid_cents"]) == (3, 2400)
    assert _owed(before) == (3, 3000)
    assert _owed(found) == (1, 600)
    only = await received(client, **{"from": str(later)})
    assert (only["payments"], only["paid_cents"]) == (1, 1000)


def _owed(found: dict[str, Any]) -> tuple[int, int]:
    sums = [found["open"], found["overdue"]]
    return sum(one["count"] for one in sums), sum(one["amount_cents"] for one in sums)


async def test_what_several_tell_of_counts_once_on_the_banks_day(client: httpx.AsyncClient) -> None:
    await tell(client, 1, "10.00", str(DAY - timedelta(days=2)))
    await send_return(client, file_of(paid(1, 1000)))
    found = await received(client)
    assert found["days"] == [{"paid_on": str(DAY), "payments": 1, "paid_cents": 1000}]
    (line,) = await export(client)
    assert (line["Data do pagamento"], line["Informado por"]) == (
        f"{DAY:%d/%m/%Y}",
        "retorno, aviso",
    )
    # Nor does it count on the day that the other one said.
    until = str(DAY - timedelta(days=1))
    assert (await received(client, to=until))["days"] == []
    assert await export(client, to=until) == []


async def test_what_was_taken_back_is_shown_and_not_counted(client: httpx.AsyncClient) -> None:
    day = {"paid_on": str(DAY), "reason": "paid in cash"}
    settled = await client.post(f"/billings/{debt_id(2)}/settle", json=day)
    settlement = settled.json()["payments"][0]["told"][0]["settlement"]
    assert (await received(client))["payments"] == 1
    await client.post(
        f"/billings/{debt_id(2)}/settlements/{settlement}/undo", json={"reason": "wrong debt"}
    )
    found = await received(client)
    assert (found["days"], _owed(found)) == ([], (3, 3000))
    (line,) = await export(client)
    assert (line["Situação"], line["Informado por"]) == ("estornado", "pessoa")


async def test_table_says_what_accounting_asks(client: httpx.AsyncClient) -> None:
    await send_return(client, file_of(paid(1, 1000, interest=33, fee=150)))
    (line,) = await export(client)
    assert line == {
        "Data do pagamento": "12/08/2026",
        "Data do crédito": "12/08/2026",
        "Código da dívida": debt_id(1),
        "Pagador": line["Pagador"],
        "CPF/CNPJ": line["CPF/CNPJ"],
        "Vencimento": line["Vencimento"],
        "Valor do título": "10,00",
        "Valor pago": "10,33",
        "Juros e multa": "0,33",
        "Descontos": "0,00",
        "Valor creditado": "8,83",
        "Tarifa": "1,50",
        "Situação": "pago",
        "Informado por": "retorno",
    }
    assert line["Pagador"]
    assert line["CPF/CNPJ"].count(".") == 2


async def test_a_name_does_not_run_as_a_formula(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    async with resources.database.transaction() as connection:
        await connection.execute("UPDATE billing SET name = '=1+1'")
    await send_return(client, file_of(paid(1, 1000)))
    (line,) = await export(client)
    assert line["Pagador"] == "'=1+1"


async def test_money_of_another_beneficiary_is_not_there(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    await send_return(client, file_of(paid(1, 1000), paid(77, 500)))
    assert (await received(client))["suspense"] == {"count": 1, "amount_cents": 500}
    beneficiary = resources.settings.beneficiary.model_copy(update={"tax_id": "11444777000161"})
    async with api_client(
        resources.settings.model_copy(update={"beneficiary": beneficiary})
    ) as they:
        found = await received(they)
        assert (found["payments"], _owed(found)) == (0, (0, 0))
        assert found["suspense"] == {"count": 0, "amount_cents": 0}
        assert await export(they) == []


async def test_cancelled_billings_are_not_owed(client: httpx.AsyncClient) -> None:
    await send_return(client, file_of(paid(1, 1000)))
    for number in (1, 2):
        answer = await client.delete(f"/billings/{debt_id(number)}")
        assert answer.status_code == 204, answer.text
    assert _owed(await received(client)) == (1, 1000)
    (line,) = await export(client)
    assert (line["CPF/CNPJ"], line["Valor pago"]) == ("", "10,00")


async def test_pages_go_on_where_the_one_before_ended(
    client: httpx.AsyncClient, monkeypatch: Any
) -> None:
    monkeypatch.setattr("cobranca.payments.received.service._PAGE_ROWS", 1)
    await send_return(client, file_of(*(paid(number, 1000) for number in (1, 2, 3))))
    assert [line["Código da dívida"] for line in await export(client)] == [
        debt_id(number) for number in (1, 2, 3)
    ]


async def test_a_period_has_bounds(client: httpx.AsyncClient) -> None:
    for path in ("/payments/received", "/payments/export.csv"):
        for last in ("2026-01-01", "2029-01-01"):
            answer = await client.get(path, params={"from": "2026-08-01", "to": last})
            assert (answer.status_code, answer.json()["field"]) == (422, "to")
    today = clock.today()
    found = (await client.get("/payments/received")).json()
    assert (found["first"], found["last"]) == (str(today - timedelta(days=30)), str(today))


async def test_sums_are_kept_until_something_changes(
    client: httpx.AsyncClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    first = repository.sum_owed

    async def counted(*args: Any, **values: Any) -> Any:
        made.append("owed")
        return await first(*args, **values)

    monkeypatch.setattr(repository, "sum_owed", counted)
    path = "/payments/received?from=2026-08-01&to=2026-08-31"

    async def open_cents() -> int:
        answer = (await client.get(path)).json()
        return answer["open"]["amount_cents"] + answer["overdue"]["amount_cents"]

    steps = [
        lambda: send_return(client, file_of(paid(1, 1000))),
        lambda: tell(client, 2, "4.00", str(DAY)),
        lambda: client.post(f"/billings/{debt_id(2)}/settle", json={"reason": "the rest"}),
        lambda: client.delete(f"/billings/{debt_id(3)}"),
        lambda: send(resources, csv_of(row(ANA, 9))),
    ]
    seen = [await open_cents()]
    for step in steps:
        await step()
        seen += [await open_cents() for _ in range(2)]
    assert seen == [3000, 2000, 2000, 1600, 1600, 1000, 1000, 0, 0, 1000, 1000]
    assert len(made) == 1 + len(steps)
