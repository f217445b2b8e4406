"""The first page in a real Chromium: sums, chart and what waits, on every size, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import CLICKS, COUNT_CLICKS, SIZES, WATCH, check_view, open_view
from tests.support.remittances import HEADER, debt

if TYPE_CHECKING:
    from tests.support.product import Product

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ROWS, FAILED = 40, 6
#: Files of the days before with counters of their own, two a day.
_OLDER = """
WITH made AS (
    INSERT INTO upload (beneficiary_id, profile_id, name, sha256, size_bytes, storage_path, mail,
                        records, accepted, received_at, finished_at, amount_cents)
    SELECT beneficiary_id, profile_id, 'old-' || n || '.csv', int4send(n), 1, 'x', 'simulate',
           20 + n, 20 + n, now() - make_interval(days => 1 + n / 2), now(), 150000 * n
      FROM upload, generate_series(1, 70) n WHERE public_id = %s
    RETURNING id, accepted
)
INSERT INTO batch (upload_id, not_before, first_billing_id, last_billing_id, total, issued, sent,
                   failed)
SELECT id, 'infinity', 1 + id::bigint * 1000, 1 + id::bigint * 1000, accepted, accepted,
       accepted - id %% 7, id %% 7 FROM made
"""
_FAIL = """
UPDATE notification n SET state = 'FAILED', reply_code = 550, detail = '5.1.1 no such user'
  FROM billing b WHERE b.id = n.billing_id AND b.line_number <= %s
"""
_COUNT = (
    "UPDATE batch SET failed = %s, sent = sent - %s WHERE upload_id = (SELECT min(id) FROM upload)"
)
_BOUNCED = """
INSERT INTO bounce (billing_id, upload_id, suppressed, status, detail)
SELECT id, upload_id, false, '5.1.1', '' FROM billing WHERE line_number = 12
"""


@pytest.fixture(scope="module")
def upload_id(product: Product) -> str:
    """Return a file of today with rejects, mails that failed and one that came back."""
    lines = [debt(amount=f"{n},50", debt_id=f"HOME-{n}") for n in range(1, ROWS + 1)]
    content = (HEADER + "".join(lines) + "broken\n").encode()
    upload_id = product.upload(content, name="hoje.csv")["upload_id"]
    product.wait_until_ended(upload_id)
    with psycopg.connect(product.database_url) as connection:
        connection.execute(_FAIL, [FAILED + 1])
        connection.execute(_COUNT, [FAILED, FAILED])
        connection.execute(_OLDER, [upload_id])
        connection.execute(_BOUNCED)
    return upload_id


def test_figures_and_bars_are_doors(page: Page, product: Product, upload_id: str) -> None:
    assert upload_id
    open_view(page, product, "", "figure-billed")
    page.evaluate(COUNT_CLICKS)
    expect(page.get_by_test_id("figure-billed")).to_contain_text(f"{ROWS} boletos · 1 arquivo")
    expect(page.get_by_test_id("figure-rejects")).to_contain_text("1")
    page.get_by_test_id("figure-delivered").get_by_role("link", name="não entregues").click()
    expect(page.get_by_test_id("billing-row")).to_have_count(FAILED)
    assert page.evaluate(CLICKS) == 1

    open_view(page, product, "", "day-bar")
    expect(page.get_by_test_id("day-bar")).to_have_count(24)
    page.get_by_test_id("day-bar").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("upload-row")).to_have_count(1)
    expect(page.get_by_test_id("upload-row")).to_contain_text("hoje.csv")

    open_view(page, product, "", "figure-billed")
    page.get_by_test_id("period-yesterday").click()
    expect(page.get_by_test_id("figure-billed")).to_contain_text("1 arquivo")
    assert page.url.endswith("?period=yesterday")
    page.get_by_test_id("figure-billed").get_by_role("link").click()
    expect(page.get_by_test_id("upload-row")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [width for width, _ in SIZES])
def test_it_is_usable_and_still_on_every_size(
    page: Page, product: Product, upload_id: str, width: int, scheme: str
) -> None:
    assert upload_id
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.add_init_script(WATCH)
    page.set_viewport_size({"width": width, "height": dict(SIZES)[width]})
    open_view(page, product, "", "figure-paid")
    page.get_by_test_id("day-bars").wait_for()
    check_view(page)
    page.get_by_test_id("chart-table").click()
    page.get_by_test_id("chart-day").first.wait_for()
    check_view(page)
