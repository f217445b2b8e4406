"""A person checks a file before any of it is billed, in a real Chromium; clicks are counted."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

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
    drop,
    open_view,
)
from tests.support.contract_file import ContractFile, contract_file
from tests.support.workbooks import xlsx_of

if TYPE_CHECKING:
    from tests.support.product import Product

pytestmark = [pytest.mark.stack, pytest.mark.browser]

#: CPFs that have lost the zero in front.
LOST_ZEROS = 100


def _clicks(page: Page) -> int:
    return page.evaluate(CLICKS)


def _money(cents: int) -> str:
    """Write an amount as the page does, its blank an ordinary one."""
    return f"R$ {cents // 100:,}".replace(",", ".") + f",{cents % 100:02}"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _issued(page: Page, product: Product, file: ContractFile) -> str:
    """Wait until a file that was started is billed to its last mail; return its upload's id."""
    page.get_by_test_id("upload-summary").wait_for()
    upload_id = page.url.rpartition("/")[2]
    upload = product.wait_until_ended(upload_id)
    assert (upload["accepted"], upload["rejected"]) == (file.accepted, file.rejected)
    assert upload["statuses"]["SENT"] == file.accepted
    expect(page.get_by_test_id("upload-status").first).to_have_attribute("data-status", "SENT")
    return upload_id


def _mended(rejects: str, truth: ContractFile) -> str:
    """Return a file of rejects with every row as it should have been."""
    right = {line.partition(";")[0]: line for line in truth.content.decode("cp1252").splitlines()}
    header, *rows = csv.reader(io.StringIO(rejects), delimiter=";")
    line = header.index("linha")
    mended = [f"{right[row[0]]};{row[line]};" for row in rows]
    return "\n".join([";".join(header), *mended, ""])


def test_a_lenders_file_is_checked_repaired_and_issued_by_two_clicks(
    page: Page, product: Product, tmp_path: Path
) -> None:
    file = contract_file(10_000, series="CTR-2026", error_every=100, lost_zeros=LOST_ZEROS)
    assert (file.rejected, file.lost_zeros) == (100, LOST_ZEROS)
    page.evaluate(COUNT_CLICKS)

    drop(page, "cobrancas-dezembro.csv", file.content)
    start = page.get_by_test_id("check-start")
    expect(start).to_have_text(
        f"Emitir {_number(file.accepted)} boletos · {_money(file.amount_cents)}"
    )
    expect(page.get_by_test_id("check-out")).to_contain_text("100 rejeitadas")
    expect(page.get_by_test_id("read-as")).to_contain_text("Windows-1252")
    lost = page.locator("[data-testid=finding][data-code=TAX_ID_ZEROS_LOST]")
    expect(lost).to_contain_text(f"{LOST_ZEROS} linhas")
    # The names of the file are read as they were meant.
    expect(page.get_by_test_id("first-rows")).to_contain_text("João da Silva")
    assert httpx.get(f"{product.api_url}/billings/CTR-2026/00000").status_code == 404

    lost.get_by_role("button", name="Completar com zeros").click()
    restored = page.locator("[data-testid=finding][data-code=TAX_ID_ZEROS_RESTORED]")
    expect(restored).to_contain_text(f"{LOST_ZEROS} linhas")
    expect(lost).to_have_count(0)
    start.click()

    _issued(page, product, file)
    assert _clicks(page) == 2
    billing = httpx.get(f"{product.api_url}/billings/CTR-2026/00000").json()
    assert (billing["code"], len(billing["tax_id"])) == ("CTR-2026/00000", 11)

    # What was refused is mended as in a spreadsheet, and let fall where it came from.
    page.get_by_test_id("upload-rejects").click()
    with page.expect_download() as download:
        page.get_by_test_id("rejects-download-csv").click()
    truth = contract_file(file.rows, series="CTR-2026")
    saved = tmp_path / download.value.suggested_filename
    saved.write_text(_mended(download.value.path().read_text("utf-8-sig"), truth), "utf-8-sig")
    page.get_by_test_id("rejects-file").set_input_files(saved)
    expect(page.get_by_test_id("rejects-done")).to_be_visible()
    page.get_by_test_id("rejects-done").click()
    expect(page.get_by_test_id("upload-rejects")).to_have_count(0)
    # To the rejects, the file of them, and back: nothing is red any more.
    assert _clicks(page) == 5
    page.get_by_role("link", name="Envios", exact=True).first.click()
    both = page.get_by_test_id("upload-row").filter(has_text="dezembro")
    expect(both.first).to_be_visible()
    expect(both.locator("[data-bad=true]")).to_have_count(0)


def test_wrong_amounts_are_cancelled_and_the_corrected_file_is_issued(
    page: Page, product: Product
) -> None:
    wrong = contract_file(50, series="ERR-2026", cents=100_000)
    right = contract_file(50, series="ERR-2026")
    page.evaluate(COUNT_CLICKS)
    drop(page, "errado.csv", wrong.content)
    page.get_by_test_id("check-start").click()
    _issued(page, product, wrong)

    drop(page, "certo.csv", right.content)
    # As long as the wrong ones stand, the page says so and there is nothing to start.
    nothing = page.get_by_test_id("check-is-nothing")
    expect(nothing).to_contain_text("já foram cobradas")
    conflict = page.locator("[data-testid=finding][data-code=CONFLICT]")
    expect(conflict).to_contain_text("50 linhas")
    expect(page.get_by_test_id("check-start")).to_have_count(0)
    page.get_by_test_id("check-discard").click()
    row = page.get_by_test_id("upload-row").filter(has_text="errado.csv")
    row.get_by_test_id("upload-actions").click()
    page.get_by_test_id("upload-remove").click()
    page.get_by_test_id("confirm-accept").click()
    expect(row.get_by_test_id("upload-status")).to_have_attribute("data-status", "REMOVED")

    drop(page, "certo.csv", right.content)
    start = page.get_by_test_id("check-start")
    expect(start).to_have_text(f"Emitir 50 boletos · {_money(right.amount_cents)}")
    start.click()

    _issued(page, product, right)
    # To bill the wrong file one, to leave the corrected one one, to cancel three, to bill one.
    assert _clicks(page) == 6


@pytest.fixture(scope="module")
def check_id(product: Product) -> str:
    """Return a check that has something of every kind to tell, and waits."""
    file = contract_file(400, series="VER", error_every=20, lost_zeros=30)
    rows = (
        file.content + b"VER/00000;;;;;\r\n" + b"VER/X;52998224725;Ana;a@b.co;1.234;01/01/2020\r\n"
    )
    rows += b"VER/Y;52998224725;Ana;a@b.co;12,34;01/01/2020\r\n"
    answer = httpx.post(
        f"{product.api_url}/uploads/checks",
        files={"file": ("um nome de arquivo bastante comprido de dezembro.csv", rows, "text/csv")},
    )
    return answer.raise_for_status().json()["id"]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_every_view_of_a_check_is_usable_still_and_within_the_policy(
    page: Page, product: Product, check_id: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(WATCH)
    open_view(page, product, "envios", "waiting-check")
    check_view(page)
    open_view(page, product, f"envios/{check_id}/conferir", "check")
    check_view(page)
    for more in page.get_by_test_id("finding").locator("summary").all():
        more.click()
    check_view(page)
    open_view(page, product, f"envios/{NOT_THERE}/conferir", "check-is-gone")
    check_view(page)
    _refused(page, product)
    check_view(page)
    _real_mails(page, product, check_id)
    check_view(page)


def _refused(page: Page, product: Product) -> None:
    """Open a check of a file one of whose columns is not known."""
    text = "Proposta;CPF;Nome;E-mail;Valor;Vencimento\n1;52998224725;Ana;a@b.co;1,00;01/01/2031\n"
    answer = httpx.post(
        f"{product.api_url}/uploads/checks", files={"file": ("a.csv", text, "text/csv")}
    )
    check_id = answer.raise_for_status().json()["id"]
    open_view(page, product, f"envios/{check_id}/conferir", "check-refusal")


def _real_mails(page: Page, product: Product, check_id: str) -> None:
    """Open the question that is asked where mails are real; the API's answer stands in for that."""
    check = httpx.get(f"{product.api_url}/uploads/checks/{check_id}").json()
    page.route(
        f"**/uploads/checks/{check_id}", lambda route: route.fulfill(json={**check, "mail": "smtp"})
    )
    open_view(page, product, f"envios/{check_id}/conferir", "check")
    page.get_by_test_id("check-start").click()
    page.get_by_test_id("confirm-accept").wait_for()


def test_a_workbooks_sheet_and_a_column_are_chosen_by_keyboard(
    page: Page, product: Product, tmp_path: Path
) -> None:
    header = ["Nome", "CPF", "E-mail", "Valor", "Vencimento", "Contrato", "Proposta"]
    rows = [["Ana", "52998224725", "ana@example.com", 10.5, "2031-01-31", "TAB-1", "TAB-2"]]
    book = tmp_path / "pasta.xlsx"
    book.write_bytes(xlsx_of({"Janeiro": [header, *rows], "Fevereiro": [header, *rows, *rows]}))
    page.get_by_test_id("file-input").set_input_files(book)
    expect(page.get_by_test_id("check-records")).to_contain_text("1 linha")
    sheet = page.get_by_test_id("check-sheet")
    sheet.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("check-records")).to_contain_text("2 linhas")
    column = page.get_by_test_id("column-debtId")
    expect(column).to_be_enabled()
    column.select_option("Proposta")
    expect(page.get_by_test_id("first-rows")).to_contain_text("TAB-2")
    expect(page.get_by_text("escolhida por você")).to_be_visible()
    start = page.get_by_test_id("check-start")
    expect(start).to_be_enabled()
    start.focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("upload-summary").wait_for()
    assert httpx.get(f"{product.api_url}/billings/TAB-2").json()["amount_cents"] == 1050
