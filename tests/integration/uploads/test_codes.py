"""Debts that a file calls by any text, and debts that are billed again after a removal."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from cobranca.domain.debt_code import debt_id_of
from cobranca.notifications.service import Notifier
from tests.support.api_client import api_client
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an API of its own."""
    async with api_client(settings) as client:
        yield client


HEADER = "Cliente;CPF;E-mail;Valor Parcela;Data Vencimento;Contrato\n"


def _row(code: str, *, amount: str = "150,00", email: str = "ana@example.com") -> str:
    return f"Ana Souza;529.982.247-25;{email};{amount};10/03/2030;{code}\n"


async def test_codes_are_kept_as_given_and_spoken_everywhere(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    known = uuid.uuid4()
    codes = ["CTR-2026/00001", "12345", "Ação nº 7", str(known)]
    answer = await _send(client, HEADER + "".join(map(_row, codes)))
    assert (answer["accepted"], answer["rejected"]) == (4, 0)
    await issue_batch(resources)
    await notify_batch(resources, Notifier(resources))

    tax_id = resources.settings.beneficiary.tax_id
    for code in codes:
        billing = (await client.get(f"/billings/{quote(code, safe='')}")).json()
        assert billing["code"] == code
        assert billing["debt_id"] == str(debt_id_of(code, tax_id))
        (record,) = (await client.get("/billings", params={"search": code})).json()["records"]
        assert record == {key: billing[key] for key in record}
        mail = (await client.get(f"/mailbox/{quote(code, safe='')}")).json()
        assert code in mail["text"]
        pdf = await client.get(f"/billings/{quote(code, safe='')}/pdf")
        assert pdf.content.startswith(b"%PDF-")
        found = await client.get("/mailbox", params={"upload_id": answer["id"], "search": code})
        assert [record["code"] for record in found.json()["records"]] == [code]


async def test_the_same_code_is_the_same_debt(client: httpx.AsyncClient) -> None:
    await _send(client, HEADER + _row("CTR-1"))

    again = await _send(client, HEADER + _row("CTR-1") + _row("CTR-2"))

    assert (again["accepted"], again["duplicates"], again["conflicts"]) == (1, 1, 0)
    other = await _send(client, HEADER + _row("CTR-1", email="new@example.com") + _row("CTR-3"))
    rejects = await client.get(
        f"/billings/csv/uploads/{other['id']}/rejects", params={"duplicates": True}
    )
    assert "EMAIL_DIFFERS" in rejects.text
    assert "new@example.com" not in rejects.text


async def test_what_was_cancelled_is_billed_again_with_its_new_values(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    wrong = await _send(client, HEADER + _row("CTR-1", amount="15000,00") + _row("CTR-2"))
    await issue_batch(resources)
    assert (await client.delete(f"/billings/csv/uploads/{wrong['id']}")).status_code == 204

    right = await _send(client, HEADER + _row("CTR-1") + _row("CTR-3"))

    assert (right["accepted"], right["duplicates"]) == (2, 0)
    assert right["warnings"] == {"OLDER_BOLETO_PAYABLE": 1}
    await issue_batch(resources)
    billing = (await client.get("/billings/CTR-1")).json()
    assert (billing["amount_cents"], billing["issue"]) == (15_000, 1)
    (older,) = billing["replaces"]
    assert (older["amount_cents"], older["upload_id"]) == (1_500_000, wrong["id"])
    assert older["digitable_line"] not in {None, billing["digitable_line"]}
    assert older["removedat"] is not None
    while await notify_batch(resources, Notifier(resources)):
        pass
    told = {
        code: (await client.get(f"/mailbox/{code}")).json()["text"] for code in ("CTR-1", "CTR-3")
    }
    assert "Pague somente este" in told["CTR-1"]
    assert "Pague somente este" not in told["CTR-3"]


async def test_a_billing_is_billed_again_only_once_it_is_cancelled(
    client: httpx.AsyncClient,
) -> None:
    await _send(client, HEADER + _row("CTR-1") + _row("CTR-2"))
    blocked = await _send(client, HEADER + _row("CTR-1", amount="99,00"))
    assert (blocked["accepted"], blocked["conflicts"]) == (0, 1)

    assert (await client.delete("/billings/CTR-1")).status_code == 204
    freed = await _send(client, HEADER + _row("CTR-1", amount="98,00") + _row("CTR-2"))

    assert (freed["accepted"], freed["duplicates"], freed["conflicts"]) == (1, 1, 0)
    assert freed["warnings"] == {}, "nothing had been issued that could be paid"
    third = await _send(client, HEADER + _row("CTR-1", amount="97,00"))
    assert (third["accepted"], third["conflicts"]) == (0, 1)
    assert (await client.get("/billings/CTR-1")).json()["amount_cents"] == 9_800


async def test_a_cancelled_file_can_be_sent_again_as_it_is(client: httpx.AsyncClient) -> None:
    first = await _send(client, HEADER + _row("CTR-1"))
    assert (await _send(client, HEADER + _row("CTR-1")))["repeated"] is True
    assert (await client.delete(f"/billings/csv/uploads/{first['id']}")).status_code == 204

    second = await _send(client, HEADER + _row("CTR-1"))

    assert (second["accepted"], second["repeated"]) == (1, False)
    assert second["id"] != first["id"]
    again = await _send(client, HEADER + _row("CTR-1"))
    assert (again["repeated"], again["id"]) == (True, second["id"])


async def _send(client: httpx.AsyncClient, text: str) -> dict[str, object]:
    files = {"file": ("debts.csv", text.encode(), "text/csv")}
    answer = await client.post("/billings/csv/upload", files=files)
    assert answer.status_code == 200, answer.text
    content = answer.json()
    return content | {"id": content["upload_id"]}


async def test_instalments_of_a_contract_are_billed_month_by_month_and_each_once(
    client: httpx.AsyncClient,
) -> None:
    head = HEADER.replace("\n", ";Parcela\n")

    def instalment(contract: str, number: str) -> str:
        return _row(contract).replace("\n", f";{number}\n")

    first = head + instalment("CTR-1", "1/12") + instalment("CTR-1", "2/12")
    assert (await _send(client, first + instalment("CTR-2", "1")))["accepted"] == 3
    # The next month has one instalment a contract, and one of last month once more.
    next_month = head + instalment("CTR-1", "3/12") + instalment("CTR-2", "2 de 9")
    answer = await _send(client, next_month + instalment("CTR-1", "2/24"))
    assert (answer["accepted"], answer["duplicates"], answer["conflicts"]) == (2, 1, 0)
    billing = (await client.get(f"/billings/{quote('CTR-1/3', safe='')}")).json()
    assert billing["code"] == "CTR-1/3"
