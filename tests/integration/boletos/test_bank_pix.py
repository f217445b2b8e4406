"""The Pix code that a return file brings is kept, told and printed on the second copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from cobranca.domain.pix import dynamic_payload, read_payload
from tests.support.api_client import api_client
from tests.support.people import ANA, csv_of, row, run, send
from tests.support.returns import send_return
from tests.support.works import issue_batch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

_FILE = Path(__file__).parents[2] / "golden/return_files/feito-bradesco400-pix-protesto.ret"
#: The first title of that file: our number 201.
DEBT = "1adb6ccf-ff16-467f-bea7-5f05d494280b"
URL = "pix.exemplo.com.br/qr/v2/cobv/0123456789abcdef0123456789abcdef"
PATH = f"/billings/{DEBT}/second-copy"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings of an account at Bradesco whose next our number is that of the file."""
    beneficiary = settings.beneficiary.model_copy(
        update={
            "bank": "237",
            "bank_parameters": {"wallet": "09", "branch": "1234", "account": "0012345"},
            "our_number_first": 201,
        }
    )
    return settings.model_copy(update={"beneficiary": beneficiary})


@pytest.fixture
async def client(resources: Resources) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the API, when the debt is issued and the file was posted."""
    await send(resources, csv_of(row(ANA, 1, amount="120.00", due="2026-08-10", debt_id=DEBT)))
    while await issue_batch(resources):
        pass
    async with api_client(resources.settings) as opened:
        told = await send_return(opened, _FILE.read_bytes(), link=True)
        assert told["postedat"], told
        yield opened


async def test_code_of_the_file_is_told_and_printed(client: httpx.AsyncClient) -> None:
    copy = (await client.get(PATH, params={"on": "2026-08-20"})).json()
    assert copy["pix"]["location"] == URL
    read = read_payload(copy["pix"]["text"])
    assert (read.is_dynamic, read.amount_cents) == (True, None)
    told = (await client.get(f"/billings/{DEBT}")).json()["pix"]
    assert (told["url"], told["emv"]) == (copy["pix"]["location"], None)
    without = (await client.get(f"/billings/{DEBT}/pdf")).content
    slip = (await client.get(f"{PATH}.pdf", params={"on": "2026-08-20"})).content
    assert "Pix" in _text(slip)
    assert "Pix" not in _text(without)


@pytest.mark.parametrize("spoil", ["url = 'https://a b'", "url = '', emv = '0002'"])
async def test_code_that_is_none_is_left_out(
    client: httpx.AsyncClient, resources: Resources, spoil: str
) -> None:
    await run(resources, f"UPDATE title_pix SET {spoil}")  # noqa: S608
    assert (await client.get(PATH)).json()["pix"] is None
    assert (await client.get(f"{PATH}.pdf")).status_code == 200


async def test_text_to_copy_is_kept_as_the_bank_wrote_it(
    client: httpx.AsyncClient, resources: Resources
) -> None:
    text = dynamic_payload(url=URL, name="Escola", city="Campinas", amount_cents=12_000)
    await run(resources, f"UPDATE title_pix SET emv = '{text}'")  # noqa: S608
    assert (await client.get(PATH)).json()["pix"]["text"] == text
    other = dynamic_payload(url=URL, name="Escola", city="Campinas", amount_cents=1)
    await run(resources, f"UPDATE title_pix SET emv = '{other}'")  # noqa: S608
    assert (await client.get(PATH)).json()["pix"] is None


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)
