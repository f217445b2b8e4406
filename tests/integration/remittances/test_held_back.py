"""What the bank would refuse, or a layout cannot say, stays out and is told; the rest goes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from cobranca.infra.terms_settings import TermsSettings
from tests.support.api_client import api_client
from tests.support.remittances import ACCOUNTS, debt, issue_all, ordered, upload, with_layout

if TYPE_CHECKING:
    from typing import Any

    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

_NO_ADDRESS = ";;;;;"
#: layout, the row's peculiarity, and the code and field that it is held back with.
CASES: dict[str, tuple[str, dict[str, str], str, str]] = {
    "tax id": ("341-400", {"tax_id": "111.111.111-12"}, "TAX_ID_INVALID", "payer.tax_id"),
    "no address": ("341-400", {"address": _NO_ADDRESS}, "ADDRESS_MISSING", "payer.address"),
    "no city": ("001-240", {"address": "Rua A;1;B;;SP;13010050"}, "ADDRESS_MISSING", "payer.city"),
    "past": ("341-400", {"due": "10/03/2020"}, "DUE_DATE_PAST", "due"),
    "fine of 1.5 % at C6": (
        "336-400", {"terms": "1,5%;;;"}, "TERM_NOT_EXPRESSIBLE", "terms.fine_bp"),
    "fine in money at Bradesco": (
        "237-400", {"terms": "R$ 5,00;;;"}, "TERM_NOT_EXPRESSIBLE", "terms.fine_cents"),
    "rebate": ("341-400", {"terms": ";;1,00;"}, "TERM_NOT_EXPRESSIBLE", "terms.rebate_cents"),
    "limit": (
        "341-400", {"terms": ";;;31/03/2030"}, "TERM_NOT_EXPRESSIBLE", "terms.payment_limit"),
}  # fmt: skip


async def preview(client: httpx.AsyncClient, upload_id: str | None = None) -> dict[str, Any]:
    answer = await client.get(
        "/remittances/preview", params={"upload": upload_id} if upload_id else {}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("case", CASES)
async def test_one_bad_title_holds_up_no_file(
    settings: Settings, resources: Resources, case: str
) -> None:
    layout, odd, code, field = CASES[case]
    debt_id = str(uuid.uuid4())
    async with api_client(with_layout(settings, layout)) as client:
        upload_id = await upload(client, debt(amount="7,00", debt_id=debt_id, **odd), debt())
        await issue_all(resources)
        seen = await preview(client, upload_id)
        assert (seen["titles"], seen["amount_cents"], seen["files"]) == (1, 123456, 1)
        (held,) = seen["held_back"]
        assert (held["code"], held["field"], held["examples"]) == (code, field, [debt_id])
        assert (held["titles"], held["amount_cents"]) == (1, 700)
        assert held["detail"]
        order = await ordered(client, resources, upload_id)
        assert order["held_back"] == seen["held_back"]
        assert [each["titles"] for each in order["remittances"]] == [1]


async def test_titles_of_another_account_and_without_boletos_are_told(
    settings: Settings, resources: Resources
) -> None:
    async with api_client(with_layout(settings, "237-400")) as client:
        await upload(client, debt(), debt())
    await issue_all(resources)
    async with api_client(with_layout(settings, "341-400")) as client:
        await upload(client, debt(), debt(), debt())
        seen = await preview(client)
        assert seen["titles"] == 0
        held = {each["code"]: each["titles"] for each in seen["held_back"]}
        assert held == {"NOT_ISSUED": 3, "ACCOUNT_OTHER": 2}
        order = await ordered(client, resources)
        assert (order["state"], order["remittances"]) == ("DONE", [])


async def test_what_was_held_back_goes_into_a_later_file_when_it_is_mended(
    settings: Settings, resources: Resources
) -> None:
    terms = TermsSettings(payment_limit_days=30)
    limited = with_layout(settings, "341-400")
    limited = limited.model_copy(
        update={"beneficiary": limited.beneficiary.model_copy(update={"terms": terms})}
    )
    async with api_client(limited) as client:
        upload_id = await upload(client, debt(address=_NO_ADDRESS), debt())
        await issue_all(resources)
        assert (await preview(client, upload_id))["titles"] == 0
        async with resources.database.transaction() as connection:
            await connection.execute("UPDATE profile SET content = content - 'terms'")
        first = await ordered(client, resources, upload_id)
        assert [each["titles"] for each in first["remittances"]] == [1]
        async with resources.database.transaction() as connection:
            await connection.execute(
                "INSERT INTO billing_detail (billing_id, street, city, state, postal_code)"
                " SELECT id, 'Rua B', 'Campinas', 'SP', '13010050' FROM billing"
                " ON CONFLICT DO NOTHING"
            )
        second = await ordered(client, resources, upload_id)
        assert [each["titles"] for each in second["remittances"]] == [1]
        assert second["remittances"][0]["sequence"] == first["remittances"][0]["sequence"] + 1


async def test_without_a_layout_the_setting_is_named(
    settings: Settings, resources: Resources
) -> None:
    async with api_client(settings) as client:
        answer = await client.get("/remittances/preview")
        assert (answer.status_code, answer.json()["code"]) == (409, "LAYOUT_NOT_SET")
        assert "COBRANCA_REMITTANCE__LAYOUT" in answer.json()["detail"]
        answer = await client.post("/remittances", json={"all": True})
        assert (answer.status_code, answer.json()["code"]) == (409, "LAYOUT_NOT_SET")


async def test_a_layout_that_is_not_proven_is_a_warning(
    settings: Settings, resources: Resources
) -> None:
    bank_parameters, _ = ACCOUNTS["341-400"]
    assert bank_parameters
    changed = with_layout(settings, "341-400")
    said = changed.remittance.model_copy(update={"layout": "341-240"})
    async with api_client(changed.model_copy(update={"remittance": said})) as client:
        await upload(client, debt())
        await issue_all(resources)
        seen = await preview(client)
        assert seen["titles"] == 1
        assert "341-240" in seen["warnings"][0]


async def test_codes_are_shown_and_not_kept(settings: Settings, resources: Resources) -> None:
    async with api_client(with_layout(settings, "341-400")) as client:
        await upload(client, debt(address=_NO_ADDRESS, debt_id="Ana Souza 7"))
        await issue_all(resources)
        (held,) = (await preview(client))["held_back"]
        assert held["examples"] == ["Ana Souza 7"]
        (kept,) = (await ordered(client, resources))["held_back"]
        assert uuid.UUID(kept["examples"][0])
