"""A person at the page, in a real Chromium: sends a file and watches it to the last mail.

Every view is also held to what a person cannot see: that anybody can use it (axe), that nothing in
it moves by itself, that the security policy stops nothing of it, and how much is loaded at first.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Route, expect, sync_playwright

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from tests.support.product import Product

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ROWS = 1200
TIMEOUT_MS = 120_000
#: A phone, a tablet and a desk: width and height in pixels.
SIZES = [(390, 844), (768, 1024), (1440, 900)]
#: What moves by itself, by the measure of web vitals, where 0.1 is still called good.
LAYOUT_SHIFT_MAX = 0.05
FIRST_LOAD_BYTES_MAX = 200_000
AXE = Path("web/node_modules/axe-core/axe.min.js")
WATCH = """
window.policyViolations = []; window.layoutShift = 0
addEventListener("securitypolicyviolation", (event) =>
  policyViolations.push(`${event.violatedDirective} ${event.blockedURI}`))
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) layoutShift += entry.value
}).observe({ type: "layout-shift", buffered: true })
"""
# A dialog begins to fade in a frame or two after it is mounted.
STILL = """
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  const moving = () => document.getAnimations()
    .filter((one) => one.playState !== "finished")
    .filter((one) => one.effect.getTiming().iterations !== Infinity)
  for (let still = 0; still < 5; still += 1) {
    await frame()
    if (moving().length > 0) still = 0
    await Promise.allSettled(moving().map((one) => one.finished))
  }
}
"""
VIOLATIONS = """
async () => (await axe.run({ exclude: [["iframe"]] })).violations.map((violation) =>
  `${violation.id}: ${violation.nodes.map((node) => node.html).join(" | ")}`)
"""


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
    upload, mails = f"#/uploads/{upload_id}", f"#/mailbox?upload_id={upload_id}"
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(WATCH)

    _open(page, product, "#/", "upload-row")
    _check(page)
    page.get_by_test_id("upload-actions").first.click()
    _check(page)
    page.get_by_test_id("upload-remove").first.click()
    page.get_by_test_id("confirm-accept").wait_for()
    _check(page)
    _open(page, product, "#/", "upload-row")
    page.get_by_test_id("file-input").set_input_files(csv_file)
    page.get_by_test_id("file-preview").wait_for()
    _check(page)
    _open(page, product, upload, "billing-row")
    _check(page)
    _open(page, product, f"{upload}?billing={cancelled}", "billing-cancelled")
    _check(page)
    _open(page, product, f"{upload}?billing={billed}", "billing-detail")
    _check(page)
    page.get_by_test_id("open-pdf").click()
    page.get_by_test_id("pdf-frame").wait_for()
    _check(page)
    _open(page, product, "#/mailbox", "mail-item")
    _check(page)
    _open(page, product, f"{mails}&mail={billed}", "mail-html")
    _check(page)
    _open(page, product, f"{mails}&search=nobody@example.com", "empty")
    _check(page)
    _open(page, product, "#/nowhere", "about")
    _check(page)


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
        _open(page, product, f"#/uploads/{upload_id}", "bounce-row")
        _check(page)


def test_first_page_is_small(page: Page, product: Product, upload_id: str) -> None:
    assert upload_id
    _open(page, product, "#/", "upload-row")
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


def _open(page: Page, product: Product, address: str, test_id: str) -> None:
    """Load the page anew at an address, and wait for what it is about."""
    page.goto("about:blank")
    page.goto(f"{product.ui_url}/{address}")
    page.get_by_test_id(test_id).first.wait_for()
    # Fonts and late answers are part of what may move.
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => null)")


def _check(page: Page) -> None:
    """Look for what axe finds, for what moved, and for what the policy stopped."""
    # What fades in has its own contrast only when it is all there.
    page.evaluate(STILL)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(VIOLATIONS) == [], page.url
    assert page.evaluate("policyViolations") == [], page.url
    assert page.evaluate("layoutShift") < LAYOUT_SHIFT_MAX, page.url


def test_the_page_speaks_english_too(page: Page) -> None:
    page.get_by_test_id("language-en").click()
    expect(page.get_by_role("heading", name="Uploaded files")).to_be_visible()
