"""A title that its bank refused is mended and entered again, as often as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cobranca.infra.clock import today
from tests.support.api_client import api_client
from tests.support.people import run
from tests.support.remittances import (
    debt,
    file_of,
    issue_all,
    ordered,
    upload,
    with_layout,
)
from tests.support.returns import Line, send_return
from tests.support.returns import file_of as return_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

DEBT = "1adb6ccf-ff16-467f-bea7-000000000001"
CENTS = 123_456
#: Itaú: the postal code; that it is none of the state; that the our number is there already.
ZIP, STATE, NUMBER = "11", "13", "14"
MENDED = {
    "street": "Rua Nova", "number": "7", "district": "Centro", "city": "Campinas",
    "state": "sp", "postal_code": "13.010-051",
}  # fmt: skip


@pytest.fixture
async def client(resources: Resources, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client, when one title is in a file for the bank."""
    async with api_client(with_layout(settings, "341-400")) as opened:
        await upload(opened, debt(debt_id=DEBT))
        await issue_all(resources)
        (order,) = (await ordered(opened, resources))["remittances"]
        assert order["titles"] == 1
        yield opened


async def tell(
    client: httpx.AsyncClient, sequence: int, *, reasons: str = "", occurrence: str = "03"
) -> None:
    line = Line(number=1, cents=CENTS, occurrence=occurrence, reasons=reasons, on=today())
    answer = await send_return(client, return_of(line, sequence=sequence))
    assert answer["tally"]["matched"] == 1, answer


async def refused(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await client.get("/remittances/refused")
    assert answer.status_code == 200, answer.text
    return answer.json()["records"]


async def again(client: httpx.AsyncClient, **said: Any) -> httpx.Response:
    return await client.post(f"/remittances/refused/{DEBT}/again", json=said)


async def status(client: httpx.AsyncClient) -> str:
    return (await client.get(f"/billings/{DEBT}")).json()["status"]


async def test_address_is_mended_and_the_title_entered_again_until_it_is_registered(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    assert await refused(client) == []
    await tell(client, 1, reasons=ZIP)
    (title,) = await refused(client)
    assert (title["state"], title["mend"], title["entries_again"]) == ("REFUSED", "ADDRESS", 0)
    (reason,) = title["reasons"]
    assert (reason["code"], reason["cause"]) == (ZIP, "PAYER_ZIP")
    assert "CEP" in reason["text"]
    assert title["address"]["postal_code"] == "13010050"
    for _ in range(2):
        answer = await again(client, address=MENDED)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["state"], answer.json()["entries_again"]) == ("ASKED", 1)
    (file,) = (await ordered(client, resources))["remittances"]
    content = (await file_of(client, file)).decode()
    assert file["titles"] == 1
    assert "RUA NOVA, 7" in content
    assert "13010051" in content
    assert (await ordered(client, resources))["remittances"] == []
    (title,) = await refused(client)
    assert (title["state"], title["remittance_id"]) == ("SENT", file["id"])
    early = await again(client)
    assert (early.status_code, early.json()["code"]) == (409, "TITLE_AWAITS_BANK")
    await tell(client, 2, reasons=ZIP + STATE)  # On the same day once more.
    (title,) = await refused(client)
    assert title["state"] == "REFUSED"
    assert (await again(client)).json()["entries_again"] == 2
    (file,) = (await ordered(client, resources))["remittances"]
    assert "RUA NOVA, 7" in (await file_of(client, file)).decode()
    await tell(client, 3, occurrence="02")
    assert await refused(client) == []
    assert await status(client) == "REGISTERED"
    told = (await client.get(f"/billings/{DEBT}/ledger")).json()["occurrences"]
    kinds = [each["kind"] for each in told]
    assert kinds == ["REGISTRATION_REJECTED", "REGISTRATION_REJECTED", "REGISTERED"]
    done = await again(client)
    assert (done.status_code, done.json()["code"]) == (409, "TITLE_NOT_REFUSED")


async def test_number_that_was_refused_is_not_sent_again(client: httpx.AsyncClient) -> None:
    await tell(client, 1, reasons=NUMBER)
    (title,) = await refused(client)
    assert title["mend"] == "BILL_AGAIN"
    answer = await again(client)
    assert (answer.status_code, answer.json()["code"]) == (409, "NUMBER_REFUSED")


async def test_mended_again_before_the_file_the_last_address_holds(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    await tell(client, 1, reasons=ZIP)
    await again(client, address=MENDED)
    await again(client, address=MENDED | {"street": "Rua Certa"})
    (file,) = (await ordered(client, resources))["remittances"]
    content = (await file_of(client, file)).decode()
    assert (file["titles"], "RUA CERTA, 7" in content) == (1, True)
    assert (await ordered(client, resources))["remittances"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"city": ""}, "address.city"),
        ({"state": "XX"}, "address.state"),
        ({"postal_code": "20000-000"}, "address.postal_code"),
        ({"postal_code": "1301005"}, "address.postal_code"),
    ],
)
async def test_address_that_no_bank_takes_is_refused(
    client: httpx.AsyncClient, change: dict[str, str], field: str
) -> None:
    await tell(client, 1, reasons=ZIP)
    answer = await again(client, address=MENDED | change)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    (title,) = await refused(client)
    assert title["state"] == "REFUSED"


async def test_paid_or_cancelled_is_not_listed_nor_written_off(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    await tell(client, 1, reasons=ZIP)
    await again(client)
    assert (await client.delete(f"/billings/{DEBT}")).status_code == 204
    assert await refused(client) == []
    assert (await ordered(client, resources))["remittances"] == []
    unknown = await client.post("/remittances/refused/none-such/again", json={})
    assert unknown.status_code == 404
    (kept,) = await run(resources, "SELECT count(*) AS wishes FROM title_resend")
    assert kept["wishes"] == 1
