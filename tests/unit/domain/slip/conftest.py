"""Samples of slips, and eyes: a page as pixels, as text, as codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

import pypdfium2
import pytest
import zxingcpp

from cobranca.domain.pix import PAYLOAD_MAX, crc16
from cobranca.domain.slip import SlipBeneficiary, SlipData, SlipTemplate

if TYPE_CHECKING:
    import numpy as np


def pix_of(*, more: int = 0, charge: str = "5a6b7c8d") -> str:
    """Write a dynamic code without an amount, `more` characters longer than the shortest."""
    url = f"pix.exemplo.com.br/qr/v2/cobv/{charge}-1234-4321-aaaa-bbbbccccdddd" + "A" * (more % 5)
    account = f"0014br.gov.bcb.pix25{len(url)}{url}"
    text = f"00020101021226{len(account)}{account}5204000053039865802BR"
    text += "5925EMPRESA FICTICIA DE EXEMP6009SAO PAULO62070503***"
    for identifier, first in enumerate(range(0, more - more % 5, 95), start=80):
        value = "A" * (min(95, more - more % 5 - first) - 4)
        text += f"{identifier}{len(value):02d}{value}"
    return text + "6304" + crc16(text + "6304")


PIX = pix_of()
PIX_LONGEST = pix_of(more=PAYLOAD_MAX - len(PIX))


class MakeSlip(Protocol):
    """Make a slip whose line belongs to its barcode; name only what matters to the test."""

    def __call__(self, index: int = 0, *, bank: str = "341", **facts: object) -> SlipData: ...


class MakeTemplate(Protocol):
    """Make a template; name only what matters to the test."""

    def __call__(self, **facts: object) -> SlipTemplate: ...


def _line_of(barcode: str) -> str:
    # The three check digits are not the slip's concern: any digit stands for them here.
    return (
        f"{barcode[:4]}{barcode[19:24]}0{barcode[24:34]}1{barcode[34:44]}2"
        f"{barcode[4]}{barcode[5:19]}"
    )


_SLIP = SlipData(
    digitable_line=_line_of("3419112340000123456" + "0" * 25),
    barcode="3419112340000123456" + "0" * 25,
    our_number="109/12345678-7",
    document_number="FAT-0001",
    amount_cents=123456,
    due_date=date(2026, 11, 10),
    issued=date(2026, 10, 10),
    payer_name="José Antônio da Conceição",
    payer_tax_id="12345678901",
    payer_address=("Rua das Acácias, 123, apto 45", "13010-000 Campinas - SP"),
    messages=("Multa de 2,00% após o vencimento.", "Juros de 1,00% ao mês."),
)
_TEMPLATE = SlipTemplate(
    beneficiary=SlipBeneficiary(
        name="Escola Exemplo Ltda", tax_id="12345678000195", address="Av. Paulista, 1000"
    ),
    bank_code="341",
    bank_digit="7",
    bank_name="Banco Itaú S.A.",
    branch_account_text="0057 / 12345-7",
    wallet="109",
    instructions=("Não receber após 30 dias do vencimento.",),
)


@pytest.fixture(scope="session")
def make_slip() -> MakeSlip:
    def make(index: int = 0, *, bank: str = "341", **facts: object) -> SlipData:
        # A free field with every digit pair somewhere, different for each index.
        free_field = f"{(index + 1) * 7919 * 104729 * 1299709 * 15485863 % 10**25:025d}"
        amount_cents = facts.setdefault("amount_cents", 123456 + index)
        barcode = f"{bank}911234{amount_cents:010d}{free_field}"
        numbers = {"barcode": barcode, "digitable_line": _line_of(barcode)}
        return replace(_SLIP, **(numbers | facts))

    return make


@pytest.fixture(scope="session")
def make_template() -> MakeTemplate:
    def make(**facts: object) -> SlipTemplate:
        return replace(_TEMPLATE, **facts)

    return make


def pixels(pdf: bytes, dpi: int, page: int = 0) -> np.ndarray:
    """Render a page in grey; rows from the top."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[page].render(scale=dpi / 72, grayscale=True)
        return bitmap.to_numpy().reshape(bitmap.height, bitmap.width).copy()
    finally:
        document.close()


def codes(image: np.ndarray, kind: zxingcpp.BarcodeFormat) -> list[str]:
    """Read every code of one kind from pixels, from the top down."""
    found = zxingcpp.read_barcodes(image, formats=kind)
    return [code.text for code in sorted(found, key=lambda code: code.position.top_left.y)]


def text_of(pdf: bytes, page: int = 0) -> str:
    """Extract a page's text as pdfium does when a person selects all."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].get_textpage().get_text_bounded()
    finally:
        document.close()


def places(pdf: bytes, text: str) -> list[tuple[float, float]]:
    """Find a text: where each finding ends, in millimetres from the page's lower left corner."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0].get_textpage()
        search, found = page.search(text, match_case=True), []
        while (place := search.get_next()) is not None:
            _, bottom, right, _ = page.get_charbox(place[0] + place[1] - 1, loose=True)
            found.append((right * 25.4 / 72, bottom * 25.4 / 72))
        return found
    finally:
        document.close()


class Eyes:
    """The readers above, for tests."""

    pix = PIX
    pix_longest = PIX_LONGEST
    pix_of = staticmethod(pix_of)
    pixels = staticmethod(pixels)
    codes = staticmethod(codes)
    text_of = staticmethod(text_of)
    places = staticmethod(places)


@pytest.fixture(scope="session")
def eyes() -> type[Eyes]:
    return Eyes
