"""Second copies over the API: what is due on a day, and the slip to pay it with."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from cobranca.infra.second_copy_settings import SecondCopySettings
from cobranca.infra.terms_settings import DiscountSettings, TermsSettings
from tests.support.api_client import api_client
from tests.support.people import ANA, BIA, csv_of, debt_id, row, run, send
from tests.support.returns import Line, file_of, paid, send_return
from tests.support.works import issue_batch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

PATH = f"/billings/{debt_id(1)}/second-copy"
OTHER = f"/billings/{debt_id(2)}/second-copy"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings of an account with fine, interest and a discount."""
    terms = TermsSettings(
        fine_basis_points=200,
        interest_basis_points=100,
        discounts=[DiscountSettings(cents=500, days_before=5)],
    )
    beneficiary = settings.beneficiary.model_copy(update={"terms": terms})
    return settings.model_copy(update={"beneficiary": beneficiary})


@pytest.fixture
async def client(resources: Resources) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the API, when two debts of 100.00 are issued, due on a Saturday."""
    facts = {"amount": "100.00", "due": "2026-08-08"}
    await send(resources, csv_of(row(ANA, 1, **facts), row(BIA, 2, **facts)))
    while await issue_batch(resources):
        pass
    async with api_client(resources.settings) as opened:
        yield opened


async def told(client: httpx.AsyncClient, on: str, path: str = PATH) -> dict[str, Any]:
    """Return what the API says of a day."""
    answer = await client.get(path, params={"on": on})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def text_of(client: httpx.AsyncClient, on: str, path: str = PATH) -> str:
    """Return the text of the slip of a day."""
    answer = await client.get(f"{path}.pdf", params={"on": on})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


async def test_sum_of_each_day(client: httpx.AsyncClient) -> None:
    totals = {
        on: (await told(client, on))["total_cents"]
        for on in ("2026-08-03", "2026-08-04", "2026-08-10", "2026-08-11", "2026-09-07")
    }
    assert totals == {
        "2026-08-03": 9500,  # The discount's last day.
        "2026-08-04": 10_000,
        "2026-08-10": 10_000,  # The Monday after.
        "2026-08-11": 10_210,
        "2026-09-07": 10_300,
    }
    late = await told(client, "2026-08-11")
    assert (late["days_late"], late["fine_cents"], late["interest_cents"]) == (3, 200, 10)
    assert late["payable_until"] == "2026-08-10"


async def test_late_copy_of_what_no_bank_knows_has_a_barcode_of_its_day(
    client: httpx.AsyncClient,
) -> None:
    before, late = await told(client, "2026-08-10"), await told(client, "2026-08-11")
    assert late["barcode"] != before["barcode"]
    assert int(late["barcode"][9:19]) == 10_210
    assert late["barcode"][19:] == before["barcode"][19:]
    assert late["our_number"] == before["our_number"]
    text = await text_of(client, "2026-08-11")
    assert "R$ 102,10" in text
    assert "multa R$ 2,00, juros R$ 0,10" in text
    digits = "".join(filter(str.isdigit, text))
    assert late["digitable_line"] in digits


async def test_copy_of_what_the_bank_knows_keeps_its_barcode(client: httpx.AsyncClient) -> None:
    await send_return(client, file_of(Line(number=1, cents=10_000, occurrence="02")))
    issued = (await client.get(f"/billings/{debt_id(1)}")).json()
    late = await told(client, "2026-08-11")
    assert late["registered"]
    assert late["digitable_line"] == issued["digitable_line"]
    assert late["total_cents"] == 10_210
    text = await text_of(client, "2026-08-11")
    assert issued["digitable_line"] in "".join(filter(str.isdigit, text))
    assert "102,10" in text
    assert not (await told(client, "2026-08-11", OTHER))["registered"]


async def test_what_is_paid_has_none(client: httpx.AsyncClient) -> None:
    await send_return(client, file_of(paid(1, 10_000), paid(2, 10_000, paid=4000)))
    settled = await told(client, "2026-08-11")
    assert (settled["payable"], settled["why_not"], settled["barcode"]) == (False, "SETTLED", None)
    answer = await client.get(f"{PATH}.pdf")
    assert (answer.status_code, answer.json()["code"]) == (409, "SECOND_COPY_REFUSED")
    rest = await told(client, "2026-08-10", OTHER)
    assert (rest["title_cents"], rest["total_cents"]) == (6000, 6000)
    late = await told(client, "2026-08-11", OTHER)
    assert late["total_cents"] == 6000 + 120 + 6
    assert "61,26" in await text_of(client, "2026-08-11", OTHER)


async def test_what_there_is_no_copy_of(client: httpx.AsyncClient, resources: Resources) -> None:
    assert (await client.get(f"/billings/{debt_id(9)}/second-copy")).status_code == 404
    far = await client.get(PATH, params={"on": "2099-01-01"})
    assert (far.status_code, far.json()["field"]) == (422, "on")
    await run(resources, "UPDATE upload SET removed_at = now()")
    assert (await told(client, "2026-08-11"))["why_not"] == "REMOVED"


async def test_daily_rounding_and_the_towns_holidays(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    assert (await told(client, "2026-09-07"))["interest_cents"] == 100
    changed = resources.settings.model_copy(
        update={
            "second_copy": SecondCopySettings(rounding="daily", also_closed=[date(2026, 8, 10)])
        }
    )
    async with api_client(changed) as other:
        assert (await told(other, "2026-09-07"))["interest_cents"] == 90
        assert (await told(other, "2026-08-11"))["total_cents"] == 10_000


def test_end_of_the_year() -> None:
    closed = SecondCopySettings(year_end_closed=True).closed_days
    assert closed(date(2026, 5, 1)) == {date(2026, 12, 31)}
    assert closed(date(2028, 5, 1)) == {date(2028, 12, 29)}
    assert SecondCopySettings().closed_days(date(2026, 5, 1)) == frozenset()
