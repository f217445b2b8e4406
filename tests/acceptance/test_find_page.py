"""A person finds a slip by whatever is at hand, in a real Chromium; clicks are counted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import (
    CLICKS,
    COUNT_CLICKS,
    NOT_THERE,
    SIZES,
    WATCH,
    check_view,
    open_view,
)
from tests.support.contract_file import contract_file

if TYPE_CHECKING:
    from tests.support.product import Product

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ROWS = 60
SEARCHABLE_S = 60
SHARED = "Luís da Silva;pagador3@"
KEYS = ["tax_id", "name", "email", "digitable_line", "our_number", "code"]


@pytest.fixture(scope="module")
def billings(product: Product) -> list[dict[str, Any]]:
    """Return the billings of a file that has ended and is searchable; the second is cancelled."""
    file = contract_file(ROWS, series="BUS-2026")
    # One name that nobody else has: the others are shared.
    named = file.content.replace(SHARED.encode("cp1252"), b"Zuleica Antunes;pagador3@")
    upload_id = product.upload(named)["upload_id"]
    product.wait_until_ended(upload_id)
    records = httpx.get(f"{product.api_url}/billings", params={"upload_id": upload_id}).json()
    found = records["records"]
    _wait_until_searchable(product, found[0]["tax_id"])
    httpx.delete(f"{product.api_url}/billings/{found[1]['debt_id']}").raise_for_status()
    return found


def _wait_until_searchable(product: Product, tax_id: str) -> None:
    for _ in range(SEARCHABLE_S):
        answer = httpx.get(f"{product.api_url}/search", params={"q": tax_id}).json()
        if answer["payers"] and answer["pending_uploads"] == 0:
            return
        time.sleep(1)
    pytest.fail("The file has not become searchable")


@pytest.mark.parametrize("key", KEYS)
def test_a_slip_is_found_without_a_click_and_downloaded_by_one(
    page: Page, product: Product, billings: list[dict[str, Any]], key: str
) -> None:
    wanted = billings[3]
    open_view(page, product, "", "find")
    page.evaluate(COUNT_CLICKS)

    page.keyboard.press("/")
    page.keyboard.type(wanted[key])
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("billing-detail")).to_contain_text(wanted["code"])
    assert page.url == f"{product.ui_url}/cobrancas/{wanted['debt_id']}"
    assert page.evaluate(CLICKS) == 0
    with page.expect_download() as download:
        page.get_by_test_id("save-pdf").click()
    assert page.evaluate(CLICKS) == 1
    assert download.value.suggested_filename.startswith(f"boleto-{wanted['due_date']}")
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_former_addresses_lead_to_the_same_pages(
    page: Page, product: Product, billings: list[dict[str, Any]]
) -> None:
    upload_id, debt_id = billings[0]["upload_id"], billings[0]["debt_id"]
    open_view(page, product, f"#/uploads/{upload_id}?billing={debt_id}", "billing-detail")
    assert page.url == f"{product.ui_url}/envios/{upload_id}?billing={debt_id}"
    page.goto(f"{product.ui_url}/envios/{upload_id}#/mailbox")
    page.wait_for_url(f"{product.ui_url}/caixa-de-saida")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_what_is_found_is_usable_still_and_within_the_policy(
    page: Page,
    product: Product,
    billings: list[dict[str, Any]],
    size: tuple[int, int],
    scheme: str,
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.add_init_script(WATCH)

    open_view(page, product, f"cobrancas/{billings[0]['debt_id']}", "billing-detail")
    check_view(page)
    page.get_by_test_id("payer-link").click()
    page.get_by_test_id("payer-summary").wait_for()
    page.get_by_test_id("billing-row").first.wait_for()
    check_view(page)
    open_view(page, product, f"cobrancas/{billings[1]['debt_id']}", "billing-cancelled")
    check_view(page)
    open_view(page, product, f"pagadores/{NOT_THERE}", "problem")
    check_view(page)
    open_view(page, product, "busca", "find")
    page.keyboard.press("/")
    page.keyboard.type(billings[0]["name"].split()[0])
    page.get_by_test_id("payer-row").first.wait_for()
    check_view(page)
    page.keyboard.press("Control+A")
    page.keyboard.type("Nobody Whatsoever")
    page.get_by_test_id("empty").wait_for()
    check_view(page)
    open_view(page, product, "", "find")
    check_view(page)
    open_view(page, product, "envios", "upload-row")
    check_view(page)
    open_view(page, product, f"envios/{billings[0]['upload_id']}", "billing-row")
    check_view(page)
