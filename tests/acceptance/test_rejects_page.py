"""A person mends what was refused of a file, in few clicks, until all is green."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.browser import COUNT_CLICKS, SIZES, TIMEOUT_MS, WATCH, check_view, open_view

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.product import Product

pytestmark = [pytest.mark.stack, pytest.mark.browser]

HEADER = "Cliente;CPF;E-mail;Valor;Vencimento;Contrato\n"


def _rows(name: str) -> str:
    """Make a file with two kinds of rejects: mistyped addresses, and an amount that is none."""
    good = "".join(_row(f"{name}-{n}") for n in range(20))
    mistyped = "".join(_row(f"{name}-m{n}", email=f"ana{n}@@exemplo.com") for n in range(4))
    return HEADER + good + mistyped + _row(f"{name}-x", amount="dez reais")


def _row(code: str, *, email: str = "ana@exemplo.com", amount: str = "1.150,00") -> str:
    return f"Ana {code};529.982.247-25;{email};{amount};10/03/2030;{code}\n"


def _upload(product: Product, name: str) -> str:
    answer = httpx.post(
        f"{product.api_url}/billings/csv/upload",
        content=_rows(name).encode(),
        params={"name": f"{name}.csv"},
        headers={"Content-Type": "text/csv"},
    )
    assert answer.raise_for_status().json()["rejected"] == 5
    return answer.json()["upload_id"]


def test_rejects_are_mended_in_three_clicks_and_some_typing(page: Page, product: Product) -> None:
    upload_id = _upload(product, "walk")
    open_view(page, product, f"envios/{upload_id}", "upload-rejects")
    page.evaluate(COUNT_CLICKS)
    page.get_by_test_id("upload-rejects").click()
    expect(page.get_by_test_id("reject-row")).to_have_count(5)
    page.get_by_test_id("use-kind").click()
    expect(page.get_by_test_id("send-mended")).to_have_text("Enviar 4 corrigidas")
    wrong = page.locator("[aria-invalid=true]")
    expect(wrong).to_have_count(1)
    wrong.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("10,00")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("send-mended")).to_have_text("Enviar 5 corrigidas")
    page.get_by_test_id("send-mended").click()

    expect(page.get_by_test_id("rejects-done")).to_be_visible()
    expect(page.get_by_test_id("correction")).to_contain_text("5 linhas corrigidas serão cobradas")
    # The door, a kind, and the sending.
    assert page.evaluate("clicks") == 3
    page.get_by_test_id("rejects-done").click()
    status = page.get_by_test_id("upload-status")
    expect(status).to_have_text("Concluído", timeout=TIMEOUT_MS)
    expect(page.get_by_test_id("upload-rejects")).to_have_count(0)
    page.get_by_role("link", name="Envios", exact=True).first.click()
    both = page.get_by_test_id("upload-row").filter(has_text="walk")
    expect(both).to_have_count(2)
    expect(both.locator("[data-bad=true]")).to_have_count(0)


def test_rejects_are_mended_in_a_spreadsheet(page: Page, product: Product, tmp_path: Path) -> None:
    upload_id = _upload(product, "sheet")
    open_view(page, product, f"envios/{upload_id}/rejeitadas", "reject-row")
    with page.expect_download() as download:
        page.get_by_test_id("rejects-download-csv").click()
    saved = tmp_path / download.value.suggested_filename
    assert saved.name == f"rejeitadas-{upload_id}.csv"
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == HEADER.strip() + ";linha;motivo"
    saved.write_text(text.replace("@@", "@").replace("dez reais", "10,00"), encoding="cp1252")
    page.get_by_test_id("rejects-file").set_input_files(saved)
    expect(page.get_by_test_id("rejects-done")).to_be_visible()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_rejects_are_usable_still_and_within_the_policy(
    page: Page, product: Product, size: tuple[int, int]
) -> None:
    upload_id = _upload(product, f"view{size[0]}")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(WATCH)
    open_view(page, product, f"envios/{upload_id}/rejeitadas", "reject-row")
    check_view(page)
    page.get_by_test_id("reject-others").first.click()
    page.get_by_test_id("use-kind").click()
    expect(page.get_by_test_id("send-mended")).to_have_text("Enviar 4 corrigidas")
    check_view(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_test_id("send-mended").click()
    page.get_by_test_id("correction").wait_for()
    check_view(page)
    done = httpx.get(f"{product.api_url}/billings/csv/uploads/{upload_id}/rejects/reasons")
    assert done.json()["rejected_open"] == 1
