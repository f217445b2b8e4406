"""A person finds files, and what failed, and takes it out, in a real Chromium; clicks count."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import CLICKS, COUNT_CLICKS, SIZES, WATCH, check_view, open_view
from tests.support.remittances import HEADER, debt

if TYPE_CHECKING:
    from tests.support.product import Product

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ROWS, FAILED, FILES = 40, 6, 300
#: Files of the days before, three a day; made as rows, for 300 uploads take minutes.
_OLDER = """
INSERT INTO upload (beneficiary_id, profile_id, name, sha256, size_bytes, storage_path, mail,
                    records, received_at, finished_at, amount_cents)
SELECT beneficiary_id, profile_id, 'old-' || n || '.csv', int4send(n), 1, 'x', 'simulate', 0,
       now() - make_interval(days => GREATEST(n / 3, 1)), now(), 0
  FROM upload, generate_series(3, %s) n WHERE public_id = %s
"""  # fmt: skip
_FAIL = """
UPDATE notification n SET state = 'FAILED', reply_code = 550, detail = '5.1.1 no such user'
  FROM billing b WHERE b.id = n.billing_id AND b.line_number <= %s
"""
_COUNT = "UPDATE batch SET failed = failed + %s, sent = sent - %s WHERE sent > 0"
_LONG_AGO = """
WITH old AS (
    UPDATE upload SET received_at = now() - interval '400 days' WHERE public_id = %s RETURNING id
), mail AS (
    UPDATE notification n SET state = 'FAILED', reply_code = 550, detail = '5.1.1 no such user'
      FROM billing b WHERE b.id = n.billing_id AND b.upload_id = (SELECT id FROM old)
)
UPDATE batch SET failed = 1, sent = 0 WHERE upload_id = (SELECT id FROM old)
"""


@pytest.fixture(scope="module")
def upload_id(product: Product) -> str:
    """Return a file of today of which some mails were not delivered, after 300 older ones."""
    lines = [debt(amount=f"{n},50", debt_id=f"LIST-{n}") for n in range(1, ROWS + 1)]
    upload_id = product.upload((HEADER + "".join(lines)).encode(), name="hoje.csv")["upload_id"]
    product.wait_until_ended(upload_id)
    with psycopg.connect(product.database_url) as connection:
        connection.execute(_OLDER, [FILES + 2, upload_id])
        connection.execute(_FAIL, [FAILED + 1])
        connection.execute(_COUNT, [FAILED, FAILED])
    _fail_long_ago(product)
    return upload_id


def _fail_long_ago(product: Product) -> None:
    """Add a file of last year whose only mail was not delivered."""
    older = product.upload((HEADER + debt(debt_id="OLD-1")).encode(), name="antigo.csv")
    product.wait_until_ended(older["upload_id"])
    with psycopg.connect(product.database_url) as connection:
        connection.execute(_LONG_AGO, [older["upload_id"]])


def test_yesterday_is_one_click_among_300_files(
    page: Page, product: Product, upload_id: str
) -> None:
    assert upload_id
    open_view(page, product, "envios", "upload-row")
    page.evaluate(COUNT_CLICKS)
    page.get_by_test_id("period-yesterday").click()
    expect(page.get_by_test_id("upload-row")).to_have_count(3)
    expect(page.get_by_test_id("group-row")).to_contain_text("3 arquivos")
    assert page.evaluate(CLICKS) == 1
    assert page.url.endswith("?period=yesterday")


def test_what_failed_today_is_found_and_goes_out_by_two_clicks(
    page: Page, product: Product, upload_id: str
) -> None:
    open_view(page, product, "cobrancas", "billing-row")
    page.evaluate(COUNT_CLICKS)
    page.get_by_test_id("quick-not_delivered_today").click()
    expect(page.get_by_test_id("billing-row")).to_have_count(FAILED)
    expect(page.get_by_test_id("billing-row").first).to_contain_text("endereço não existe")
    assert page.evaluate(CLICKS) == 1

    page.get_by_test_id("export").click()
    with page.expect_download() as download:
        page.get_by_test_id("export-csv").click()
    assert page.evaluate(CLICKS) == 1 + 2
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    cents = sum(int(row["Valor"].replace(".", "").replace(",", "")) for row in rows)
    assert (len(rows), cents) == (FAILED, sum(100 * n + 50 for n in range(1, FAILED + 1)))

    page.get_by_test_id("pdfs").click()
    with page.expect_download() as download:
        page.get_by_test_id("pdfs-zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert sum(name.endswith(".pdf") for name in archive.namelist()) == FAILED
    query: dict[str, Any] = {"quick": "not_delivered", "upload_id": upload_id}
    answer = httpx.get(f"{product.api_url}/billings", params=query).json()
    assert len(answer["records"]) == FAILED


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_lists_are_usable_still_and_within_the_policy(
    page: Page, product: Product, upload_id: str, size: tuple[int, int], scheme: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.add_init_script(WATCH)
    open_view(page, product, "cobrancas", "billing-row")
    check_view(page)
    page.get_by_test_id("filters").click()
    page.get_by_test_id("filter-panel").wait_for()
    check_view(page)
    page.get_by_test_id("export").click()
    page.get_by_test_id("export-csv").wait_for()
    check_view(page)
    narrowed = f"cobrancas?quick=not_delivered&due_from=2026-01-01&upload_id={upload_id}"
    open_view(page, product, narrowed, "billing-row")
    check_view(page)
    open_view(page, product, "cobrancas?quick=uncertain", "empty")
    check_view(page)
    open_view(page, product, "envios?period=yesterday", "upload-row")
    check_view(page)
    open_view(page, product, f"envios/{upload_id}?quick=not_delivered", "billing-row")
    check_view(page)
