"""Nothing on the page jumps, whichever answer of the API comes late, in a real Chromium."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.support.browser import SIZES
from tests.support.full_installation import fill, full_views
from tests.support.late_answers import View, faults, moved, watch
from tests.support.product import Product
from tests.support.remittances import HEADER, debt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import FilePayload, Page

pytestmark = [pytest.mark.stack, pytest.mark.browser]

#: By hand: COBRANCA_TEST_WIDTHS=390,768,1440.
WIDTHS = [int(width) for width in os.environ.get("COBRANCA_TEST_WIDTHS", "768").split(",")]
EMPTY = [
    View(address="", shows="file-drop", is_thorough=True),
    View(address="envios", shows="empty"),
    View(address="cobrancas", shows="empty"),
    View(address="emails", shows="empty"),
    View(address="emails?state=BLOCKED", shows="empty"),
    View(address="caixa-de-saida", shows="empty"),
    View(address="banco", shows="bank-unset"),
    View(address="banco/retornos", shows="empty"),
    View(address="recebimentos", shows="suspense-empty"),
]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Run the product with an account that can be registered with, and of everything some."""
    folder = tmp_path_factory.mktemp("full")
    with Product(folder / "data", COBRANCA_REMITTANCE__LAYOUT="341-400") as product:
        fill(product)
        yield product


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_jumps_where_nothing_has_come(page: Page, product: Product, width: int) -> None:
    assert _all_faults(page, product, EMPTY, width) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_jumps_where_much_has_come(page: Page, full: Product, width: int) -> None:
    assert _all_faults(page, full, full_views(full), width) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_jumps_when_a_file_is_sent(page: Page, full: Product, width: int) -> None:
    page.set_viewport_size({"width": width, "height": dict(SIZES)[width]})
    watch(page, full)
    page.goto(f"{full.ui_url}/envios")
    page.get_by_test_id("upload-row").first.wait_for()
    content = (HEADER + debt() + "broken\n").encode()
    file: FilePayload = {"name": "nova.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_test_id("file-input").set_input_files(file)
    assert moved(page, "check-start") == []


def _all_faults(page: Page, product: Product, views: list[View], width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": dict(SIZES)[width]})
    watch(page, product)
    return [fault for view in views for fault in faults(page, view)]
