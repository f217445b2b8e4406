"""A person at the page, in a real Chromium: sends a file and watches it to the last mail.

Every view is also held to what a person cannot see: that anybody can use it (axe), that nothing in
it moves by itself, that the security policy stops nothing of it, and how much is loaded at first.
"""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from tests.support.browser import SIZES, TIMEOUT_MS, WATCH, check_view, open_view
from tests.support.product import Product

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ROWS = 1200
FIRST_LOAD_BYTES_MAX = 200_000


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    """Return a file with some rows that must be refused."""
    path = tmp_path / "cobrancas.csv"
    options = SampleOptions(rows=ROWS, seed=11, bad_share=0.05)
    path.write_bytes(b"".join(generate_csv(options)))
    return path


def test_a_file_goes_from_the_choice_to_the_payers_mail(
    page: Page, product: Product, csv_file: Path
) -> None:
    page.get_by_test_id("file-input").set_input_files(csv_file)
    expect(page.get_by_role("heading", level=1)).to_have_text("Conferir cobrancas.csv")
    expect(page.get_by_test_id("check-records")).to_contain_text("1.200")
    expect(page.get_by_test_id("column-debtDueDate")).to_contain_text("debtDueDate")
    expect(page.get_by_test_id("first-row")).to_have_count(5)
    page.get_by_test_id("check-start").click()

    expect(page.get_by_test_id("upload-summary")).to_contain_text("1.200", timeout=TIMEOUT_MS)
    page.goto(f"{product.ui_url}/envios")
    # The row moves by itself: nothing is clicked between here and the end.
    row = page.get_by_test_id("upload-row").filter(has_text="cobrancas.csv")
    status = row.get_by_test_id("upload-status")
    expect(status).to_have_attribute("data-status", "SENT", timeout=TIMEOUT_MS)
    rejected = int(row.get_by_test_id("upload-rejected").inner_text())
    assert rejected > 0

    row.get_by_test_id("upload-actions").click()
    with page.expect_download() as download:
        page.get_by_test_id("upload-rejects").click()
    refused = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(refused) == rejected + 1

    page.get_by_test_id("refresh-uploads").click()
    expect(row).to_have_count(1)


def test_a_person_opens_a_mail_and_its_boleto(page: Page, product: Product) -> None:
    content = b"".join(generate_csv(SampleOptions(rows=20, seed=12)))
    product.wait_until_ended(product.upload(content)["upload_id"])
    page.get_by_test_id("nav-emails").click()
    page.get_by_test_id("nav-mailbox").click()
    page.get_by_test_id("mail-item").first.click()
    mail = page.frame_locator("iframe[data-testid=mail-html], [data-testid=mail-html] iframe")
    expect(mail.get_by_text("DEMONSTRAÇÃO").first).to_be_visible()
    page.get_by_test_id("open-pdf").click()
    expect(page.get_by_test_id("pdf-frame")).to_be_visible()


@pytest.fixture(scope="module")
def upload_id(product: Product) -> str:
    """Return a file that has ended, with rows refused and a billing cancelled."""
    content = b"".join(generate_csv(SampleOptions(rows=80, seed=13, bad_share=0.1)))
    upload_id = product.upload(content)["upload_id"]
    product.wait_until_ended(upload_id)
    httpx.delete(
        f"{product.api_url}/billings/{_debt_ids(product, upload_id)[1]}"
    ).raise_for_status()
    return upload_id


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_every_view_is_usable_still_and_within_the_policy(
    page: Page, product: Product, upload_id: str, csv_file: Path, size: tuple[int, int]
) -> None:
    billed, cancelled, *_ = _debt_ids(product, upload_id)
    upload, mails = f"envios/{upload_id}", f"caixa-de-saida?upload_id={upload_id}"
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(WATCH)

    open_view(page, product, "envios", "upload-row")
    check_view(page)
    page.get_by_test_id("upload-actions").first.click()
    check_view(page)
    page.get_by_test_id("upload-remove").first.click()
    page.get_by_test_id("confirm-accept").wait_for()
    check_view(page)
    open_view(page, product, "envios", "upload-row")
    page.get_by_test_id("file-input").set_input_files(csv_file)
    page.get_by_test_id("check").wait_for()
    check_view(page)
    for state in ("FAILED", "BLOCKED"):
        open_view(page, product, f"emails?state={state}", "email-tabs")
        check_view(page)
    open_view(page, product, upload, "billing-row")
    check_view(page)
    open_view(page, product, f"{upload}?billing={cancelled}", "billing-cancelled")
    check_view(page)
    open_view(page, product, f"{upload}?billing={billed}", "billing-detail")
    check_view(page)
    page.get_by_test_id("open-pdf").click()
    page.get_by_test_id("pdf-frame").wait_for()
    check_view(page)
    open_view(page, product, "caixa-de-saida", "mail-item")
    check_view(page)
    open_view(page, product, f"{mails}&mail={billed}", "mail-html")
    check_view(page)
    open_view(page, product, f"{mails}&search=nobody@example.com", "empty")
    check_view(page)
    open_view(page, product, "nowhere", "about")
    check_view(page)


def test_mails_that_came_back_are_usable_too(page: Page, product: Product, upload_id: str) -> None:
    """Only a mail server returns mails: the API's answers stand in for one."""
    bounce = {
        "debt_id": _debt_ids(product, upload_id)[0], "name": "Ana", "email": "ana@example.com",
        "at": "2026-11-24T12:00:00Z", "status": "5.1.1", "detail": "unknown", "suppressed": True,
    }  # fmt: skip
    upload = httpx.get(f"{product.api_url}/billings/csv/uploads/{upload_id}").json()
    by_smtp = {**upload, "mail": "smtp"}
    page.route("**/progress", lambda route: _answer(route, b"", "text/event-stream"))
    page.route(f"**/uploads/{upload_id}", lambda route: route.fulfill(json=by_smtp))
    page.route(
        "**/mail/bounces*", lambda route: route.fulfill(json={"records": [bounce], "next": None})
    )
    page.add_init_script(WATCH)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        open_view(page, product, f"envios/{upload_id}", "bounce-row")
        check_view(page)


def test_first_page_is_small(page: Page, product: Product, upload_id: str) -> None:
    assert upload_id
    open_view(page, product, "envios", "upload-row")
    loaded = page.evaluate(
        """performance.getEntries()
          .filter((entry) => ["navigation", "resource"].includes(entry.entryType))
          .filter((entry) => entry.name.startsWith(location.origin))
          .map((entry) => [entry.name, entry.encodedBodySize])"""
    )
    assert any(name.endswith(".js") for name, _ in loaded)
    assert sum(size for _, size in loaded) <= FIRST_LOAD_BYTES_MAX, loaded


def _debt_ids(product: Product, upload_id: str) -> list[str]:
    answer = httpx.get(f"{product.api_url}/billings", params={"upload_id": upload_id})
    return [billing["debt_id"] for billing in answer.raise_for_status().json()["records"]]


def _answer(route: Route, body: bytes, media_type: str) -> None:
    headers = {"Access-Control-Allow-Origin": "*", "Content-Type": media_type}
    route.fulfill(body=body, headers=headers)


def test_the_page_speaks_english_too(page: Page) -> None:
    page.get_by_test_id("language-en").click()
    expect(page.get_by_role("heading", name="Uploaded files")).to_be_visible()
