"""A person registers boletos at the bank, and lets what it returns fall on the page."""

from __future__ import annotations

import re
import tempfile
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from cobranca.domain.cnab.returns import read_return
from tests.support.browser import (
    COUNT_CLICKS,
    SIZES,
    TIMEOUT_MS,
    WATCH,
    check_view,
    drop,
    open_view,
)
from tests.support.product import Product, wait_for
from tests.support.remittances import HEADER, debt
from tests.support.returns import Line, file_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ROWS = 20
CENTS = 100_000
#: Of no boleto that the test bills.
UNKNOWN = 77_777_777


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """Run the product with an account that can be registered with."""
    with tempfile.TemporaryDirectory(prefix="cobranca-bank-") as folder:
        Path(folder).chmod(0o711)
        with Product(Path(folder) / "data", COBRANCA_REMITTANCE__LAYOUT="341-400") as product:
            yield product


def _debts(name: str, rows: int) -> bytes:
    codes = [f"{name}-{number:02d}" for number in range(1, rows + 1)]
    return (HEADER + "".join(debt(amount="1.000,00", debt_id=code) for code in codes)).encode()


def _our_numbers(product: Product, upload_id: str) -> list[int]:
    """Return an upload's our numbers in the order of its lines, as a return file has them."""
    product.wait_until_ended(upload_id)
    numbers: list[int] = []
    for billing in _billings(product, upload_id):
        detail = httpx.get(f"{product.api_url}/billings/{billing['debt_id']}").json()
        (number,) = re.findall(r"(\d{8})-?\d?$", detail["our_number"])
        numbers.append(int(number))
    return numbers


def _billings(product: Product, upload_id: str) -> list[dict[str, Any]]:
    params = {"upload_id": upload_id, "limit": 200}
    return httpx.get(f"{product.api_url}/billings", params=params).json()["records"]


def _register_all(product: Product) -> None:
    """Register what other tests have left, so that a count is of this one's."""
    order = httpx.post(f"{product.api_url}/remittances", json={"all": True}).raise_for_status()
    path = f"{product.api_url}/remittances/orders/{order.json()['id']}"
    wait_for(lambda: httpx.get(path).json()["state"] == "DONE", 60, "the order to end")


def _statuses(product: Product, upload_id: str) -> list[str]:
    return [billing["status"] for billing in _billings(product, upload_id)]


def test_boletos_are_registered_and_paid_in_few_clicks(page: Page, product: Product) -> None:
    _register_all(product)
    drop(page, "carteira.csv", _debts("walk", ROWS))
    page.get_by_test_id("check-start").click()
    page.get_by_test_id("upload-summary").wait_for()
    upload_id = page.url.split("/envios/")[1].split("?")[0]
    numbers = _our_numbers(product, upload_id)
    page.evaluate(COUNT_CLICKS)

    page.get_by_test_id("nav-bank").click()
    expect(page.get_by_test_id("register")).to_have_text("Registrar 20 boletos · R$\u00a020.000,00")
    page.get_by_test_id("register").click()
    expect(page.get_by_test_id("order-told")).to_contain_text("20 boletos entraram em remessa")
    row = page.get_by_test_id("remittance-row").filter(has_text="20.000,00")
    expect(row).to_have_count(1)
    with page.expect_download() as download:
        row.get_by_test_id("remittance-download").click()
    remittance = download.value.path().read_bytes()
    assert download.value.suggested_filename in row.inner_text()
    lines = remittance.splitlines()
    assert [line[:1] for line in lines] == [b"0", *[b"1"] * ROWS, b"9"]
    assert {int(line[62:70]) for line in lines[1:-1]} == set(numbers)
    # The place, one act, and the file.
    assert page.evaluate("clicks") == 3

    paid = [Line(number=number, cents=CENTS) for number in numbers[:19]]
    twice, unknown = Line(number=numbers[18], cents=CENTS), Line(number=UNKNOWN, cents=CENTS)
    content = file_of(*paid, twice, unknown)
    assert read_return(content).refusal is None
    drop(page, "dia.ret", content)
    page.get_by_test_id("return-summary").wait_for()
    expect(page.get_by_test_id("return-summary").get_by_test_id("return-verdict")).to_have_text(
        "Lançado"
    )
    expect(page.get_by_test_id("return-summary")).to_contain_text("1 em suspenso")
    statuses = _statuses(product, upload_id)
    assert (statuses.count("PAID"), statuses.count("OVERPAID")) == (18, 1)

    page.get_by_test_id("suspense-door").click()
    suspended = page.get_by_test_id("suspense-row").filter(has_text="1.000,00")
    suspended.get_by_test_id("suspense-match").click()
    page.get_by_test_id("suspense-debt").fill("walk-20")
    page.get_by_test_id("suspense-reason").fill("o pagador mostrou o comprovante")
    page.get_by_test_id("act-confirm").click()
    expect(page.get_by_test_id("suspense-told")).to_contain_text("lançados na cobrança walk-20")
    expect(suspended).to_have_count(0)
    # Nothing for the file that fell; the door to the suspense, and two to decide.
    assert page.evaluate("clicks") == 3 + 3
    assert _statuses(product, upload_id).count("PAID") == 19
    with page.expect_download() as download:
        page.get_by_test_id("receipts-export").click()
    assert download.value.path().read_text(encoding="utf-8-sig").startswith("Data do pagamento;")

    drop(page, "dia.ret", content)
    expect(page.get_by_test_id("return-summary").get_by_test_id("return-verdict")).to_have_text(
        "Já lançado antes"
    )
    drop(page, "quebrado.ret", content[:-402])
    expect(page.get_by_test_id("return-refusal")).to_contain_text("TRUNCATED")


def test_billing_is_settled_by_hand_and_that_is_undone(page: Page, product: Product) -> None:
    upload_id = product.upload(_debts("hand", 1), name="hand.csv")["upload_id"]
    product.wait_until_ended(upload_id)
    (billing,) = _billings(product, upload_id)
    open_view(page, product, f"cobrancas/{billing['debt_id']}", "settle")
    page.get_by_test_id("settle").click()
    page.get_by_test_id("settle-reason").fill("pagou em dinheiro")
    page.get_by_test_id("act-confirm").click()
    expect(page.get_by_test_id("ledger-balance")).to_contain_text("1.000,00 pagos")
    assert _statuses(product, upload_id) == ["PAID"]
    page.get_by_test_id("settle-undo").click()
    page.get_by_test_id("settle-reason").fill("era outra")
    page.get_by_test_id("act-confirm").click()
    page.get_by_test_id("settle").wait_for()
    assert _statuses(product, upload_id) != ["PAID"]


def test_refused_title_is_mended_in_place_and_sent_again(page: Page, product: Product) -> None:
    _register_all(product)
    upload_id = product.upload(_debts("mend", 2), name="mend.csv")["upload_id"]
    refused, registered = _our_numbers(product, upload_id)
    _register_all(product)
    told = file_of(
        Line(number=refused, cents=CENTS, occurrence="03", reasons="11"),
        Line(number=registered, cents=CENTS, occurrence="02"),
        sequence=301,
    )
    drop(page, "recusa.ret", told)
    page.get_by_test_id("return-summary").wait_for()

    page.get_by_test_id("nav-bank").click()
    row = page.get_by_test_id("refused-row").filter(has_text="mend-01")
    expect(row).to_contain_text("CEP")
    row.get_by_test_id("refused-mend").click()
    page.get_by_test_id("refused-postal_code").fill("13010-051")
    page.get_by_test_id("act-confirm").click()
    expect(page.get_by_test_id("refused-told")).to_contain_text("mend-01 vai na próxima remessa")
    page.get_by_test_id("register").click()
    expect(page.get_by_test_id("order-told")).to_contain_text("1 boleto entrou em remessa")
    expect(row.get_by_test_id("refused-sent")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_test_id("remittance-download").first.click()
    remittance = download.value.path().read_bytes()
    assert b"13010051" in remittance
    assert f"{refused:08d}".encode() in remittance
    assert sorted(_statuses(product, upload_id)) == ["REGISTERED", "REGISTRATION_REJECTED"]


def test_second_copy_is_told_saved_and_mailed_for_a_chosen_day(
    page: Page, product: Product
) -> None:
    page.add_init_script(WATCH)
    late = debt(amount="1.000,00", debt_id="again-1", terms="2%;1%;;").encode()
    upload_id = product.upload(HEADER.encode() + late, name="again.csv")["upload_id"]
    product.wait_until_ended(upload_id)
    (billing,) = _billings(product, upload_id)
    open_view(page, product, f"cobrancas/{billing['debt_id']}", "second-copy")
    page.get_by_test_id("second-copy").click()
    expect(page.get_by_test_id("second-copy-total")).to_contain_text("1.000,00")
    # Due on Sunday 10 March 2030; ten days later: 20.00, and a third of 10.00.
    page.get_by_test_id("second-copy-on").fill("2030-03-20")
    expect(page.get_by_test_id("second-copy-total")).to_contain_text("1.023,33")
    with page.expect_download() as download:
        page.get_by_test_id("second-copy-save").click()
    assert download.value.suggested_filename.startswith("segunda-via-2030-03-20")
    slip = download.value.path().read_bytes()
    assert slip.startswith(b"%PDF-")
    page.get_by_test_id("second-copy-mail").click()
    page.get_by_test_id("second-copy-email").fill("corrigida@example.com")
    check_view(page)
    page.get_by_test_id("second-copy-accept").click()
    expect(page.get_by_test_id("second-copy-sent")).to_contain_text(
        "A 2ª via para pagar em 20/03/2030 vai para corrigida@example.com."
    )
    product.wait_until_ended(upload_id)
    open_view(page, product, f"cobrancas/{billing['debt_id']}", "second-copy")
    expect(page.get_by_test_id("billing-detail")).to_contain_text("E-mail da 2ª via pedido")
    eml = httpx.get(f"{product.api_url}/mailbox/{billing['debt_id']}/eml").content
    mail = message_from_bytes(eml, policy=policy.default)
    assert str(mail["subject"]).startswith("2ª via do boleto de ")
    assert "corrigida@example.com" in str(mail["to"])
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == slip


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_bank_and_receipts_are_usable_still_and_within_the_policy(
    page: Page, product: Product, size: tuple[int, int]
) -> None:
    name = f"view{size[0]}"
    late = debt(due="10/03/2020", debt_id=f"{name}-late").encode()
    answer = product.upload(_debts(name, 3) + late, name=f"{name}.csv")
    numbers = _our_numbers(product, answer["upload_id"])
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(WATCH)
    open_view(page, product, "banco", "held-back")
    check_view(page)
    page.get_by_test_id("register").click()
    page.get_by_test_id("order-told").wait_for(timeout=TIMEOUT_MS)
    page.get_by_test_id("remittance-row").first.wait_for()
    check_view(page)
    paid = [Line(number=number, cents=CENTS) for number in numbers[:3]]
    content = file_of(*paid, Line(number=UNKNOWN - size[0], cents=777), sequence=size[0])
    open_view(page, product, "banco/retornos", "return-choose")
    drop(page, f"{name}.ret", content)
    page.get_by_test_id("return-record").first.wait_for()
    open_view(page, product, page.url.split("/", 3)[3], "return-record")
    check_view(page)
    open_view(page, product, "banco/retornos", "return-row")
    check_view(page)
    open_view(page, product, "recebimentos?days=366", "day-chart")
    page.get_by_text("Dinheiro em suspenso").first.wait_for()
    check_view(page)
