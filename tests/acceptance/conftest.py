"""The product and its page, for the tests that look at it as a person does."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from tests.support.browser import NOT_THERE, TIMEOUT_MS
from tests.support.product import Product

#: What is not there, and what an account without a layout has none of.
_IN_VAIN = (NOT_THERE, "/remittances/preview")


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
        page.on("console", lambda message: errors.extend(_errors(message)))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{product.ui_url}/envios")
        yield page
        browser.close()
    assert errors == []


def _errors(message: ConsoleMessage) -> list[str]:
    """Return what a message of the console complains of; what is asked for in vain is none."""
    in_vain = any(part in message.location["url"] for part in _IN_VAIN)
    return [message.text] if message.type == "error" and not in_vain else []
