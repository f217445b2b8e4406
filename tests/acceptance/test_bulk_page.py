"""A person sends what failed again, in a real Chromium: one corrected, the others in bulk."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import CLICKS, COUNT_CLICKS, SIZES, WATCH, check_view, open_view
from tests.support.contract_file import contract_file

if TYPE_CHECKING:
    from tests.support.product import Product

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ROWS, FAILED, BLOCKED = 1000, 289, 106
#: Of what failed, all but the one whose address is corrected and those that are not written to.
AGAIN = FAILED - 1 - BLOCKED

_FAIL = """
WITH failed AS (SELECT id, email, beneficiary_id FROM billing WHERE upload_id = (
         SELECT id FROM upload WHERE public_id = %(upload_id)s) ORDER BY line_number LIMIT %(failed)s),
     told AS (UPDATE notification n SET state = 'FAILED', detail = '550 5.7.1 refused' FROM failed f
               WHERE n.billing_id = f.id),
     blocked AS (INSERT INTO suppressed_address (beneficiary_id, email, reason)
          SELECT beneficiary_id, lower(email), '550 5.1.1' FROM failed ORDER BY id DESC LIMIT %(blocked)s)
UPDATE batch p SET failed = c.n, sent = sent - c.n
  FROM (SELECT q.id, count(*) AS n FROM failed f JOIN batch q
            ON f.id BETWEEN q.first_billing_id AND q.last_billing_id GROUP BY q.id) c
 WHERE p.id = c.id
"""  # noqa: E501


def fail(product: Product, upload_id: str) -> None:
    """Have mails of a file be refused, some of them for good."""
    values = {"upload_id": upload_id, "failed": FAILED, "blocked": BLOCKED}
    with psycopg.connect(product.database_url) as connection:
        connection.execute(_FAIL, values)


def test_what_failed_goes_again_in_five_clicks_and_its_end_is_seen(
    page: Page, product: Product
) -> None:
    upload_id = product.upload(contract_file(ROWS, series="BULK").content)["upload_id"]
    product.wait_until_ended(upload_id)
    fail(product, upload_id)
    open_view(page, product, f"envios/{upload_id}?status=FAILED", "billing-row")
    page.evaluate(COUNT_CLICKS)

    page.get_by_test_id("open-billing").first.click()
    page.get_by_test_id("resend-one").click()
    page.get_by_test_id("resend-email").fill("certa@example.com")
    page.get_by_test_id("resend-accept").click()
    expect(page.get_by_test_id("resent")).to_be_visible()
    # Escape closes one layer: the dialog must be gone before it is the drawer's.
    # Its frame has no size of its own and is never seen: it is gone with its button.
    expect(page.get_by_test_id("resend-accept")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_test_id("bulk-resend").click()
    expect(page.get_by_test_id("job-sum")).to_contain_text(f"{AGAIN} e-mails saem de novo")
    expect(page.get_by_test_id("job-left-out")).to_contain_text(f"{BLOCKED} com o endereço")
    page.get_by_test_id("job-start").click()

    job = page.get_by_test_id("job").first
    expect(job).to_have_attribute("data-state", "DONE")
    expect(job.get_by_test_id("job-done")).to_contain_text(f"{AGAIN} e-mails postos")
    assert page.evaluate(CLICKS) == 5
    with page.expect_download() as download:
        job.get_by_test_id("job-result").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    said = Counter(row["Resultado"] for row in csv.DictReader(io.StringIO(text), delimiter=";"))
    assert said == {"Feito": AGAIN, "Não feito": BLOCKED}
    upload = product.wait_until_ended(upload_id)
    assert (upload["statuses"]["SENT"], upload["statuses"]["FAILED"]) == (ROWS - BLOCKED, BLOCKED)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_acts_in_bulk_are_usable_still_and_within_the_policy(
    page: Page, product: Product, size: tuple[int, int]
) -> None:
    series = f"LOOK-{size[0]}"
    upload_id = product.upload(contract_file(120, series=series).content)["upload_id"]
    product.wait_until_ended(upload_id)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(WATCH)
    open_view(page, product, f"envios/{upload_id}", "billing-row")
    page.get_by_test_id("bulk-cancel").click()
    page.get_by_test_id("job-typed").fill("119")
    page.get_by_test_id("job-reason").select_option("DUPLICATE")
    expect(page.get_by_test_id("job-start")).to_be_disabled()
    check_view(page)
    page.get_by_test_id("job-typed").fill("120")
    page.get_by_test_id("job-start").click()
    expect(page.get_by_test_id("job").first).to_have_attribute("data-state", "DONE")
    check_view(page)
    left = httpx.get(
        f"{product.api_url}/billings", params={"upload_id": upload_id, "status": "SENT"}
    )
    assert left.json()["records"] == []
