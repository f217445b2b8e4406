"""A person at the page, in a real Chromium: sends a file and watches it to the last mail."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from tests.support.product import Product

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ROWS = 1200
TIMEOUT_MS = 120_000


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """Run the product for all tests of this file."""
    page = Path("src/cobranca/web_dist/index.html")
    if not page.is_file():
        pytest.fail("The page is not built: run `make setup`")
    with tempfile.TemporaryDirectory(prefix="cobranca-page-") as folder:
        Path(folder).chmod(0o711)
        with Product(Path(folder) / "data") as product:
            yield product


@pytest.fixture
def page(product: Product) -> Iterator[Page]:
    """Open the page; anything it logs as an error fails the test."""
    chromium = os.environ.get("COBRANCA_TEST_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("There is no Chromium: install it, or set COBRANCA_TEST_CHROMIUM")
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="pt-BR")
        page.set_default_timeout(TIMEOUT_MS)
        expect.set_options(timeout=TIMEOUT_MS)
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(product.ui_url)
        yield page
        browser.close()
    assert errors == []


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    """Return a file with some rows that must be refused."""
    path = tmp_path / "cobrancas.csv"
    options = SampleOptions(rows=ROWS, seed=11, bad_share=0.05)
    path.write_bytes(b"".join(generate_csv(options)))
    return path


def test_a_file_goes_from_the_choice_to_the_payers_mail(page: Page, csv_file: Path) -> None:
    page.get_by_test_id("file-input").set_input_files(csv_file)
    expect(page.get_by_test_id("file-name")).to_have_text("cobrancas.csv")
    expect(page.get_by_test_id("file-lines")).to_contain_text("1.201")
    expect(page.get_by_test_id("file-preview")).to_contain_text("debtDueDate")
    page.get_by_test_id("submit-upload").click()

    expect(page.get_by_test_id("upload-result")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_test_id("result-records")).to_contain_text("1.200")
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
    page.get_by_test_id("nav-mailbox").click()
    page.get_by_test_id("mail-item").first.click()
    mail = page.frame_locator("iframe[data-testid=mail-html], [data-testid=mail-html] iframe")
    expect(mail.get_by_text("DEMONSTRAÇÃO").first).to_be_visible()
    page.get_by_test_id("open-pdf").click()
    expect(page.get_by_test_id("pdf-frame")).to_be_visible()


def test_the_page_speaks_english_too(page: Page) -> None:
    page.get_by_test_id("language-en").click()
    expect(page.get_by_role("heading", name="Uploaded files")).to_be_visible()
