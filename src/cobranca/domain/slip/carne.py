"""The carnê: three slips a page, each a stub for the payer beside its compensation form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cobranca.domain.slip.common_fields import MARK, MARK_WORTH, draw_charges
from cobranca.domain.slip.compensation_form import draw_form
from cobranca.domain.slip.layout import FormLayout
from cobranca.domain.slip.sheet import (
    LABEL_SIZE,
    PADDING_MM,
    THICK,
    Cell,
    Sheet,
    Slot,
    points,
)
from cobranca.domain.slip.text import BOLD, REGULAR, Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.domain.slip.instructions import PageKind
    from cobranca.domain.slip.slip_data import TemplateData

SLIPS_A_PAGE: Final = 3
HEIGHT_MM: Final = 99.0
STUB_LEFT_MM: Final = 5.0
STUB_RIGHT_MM: Final = 38.0
_CUT_MM: Final = 41.0
_PAPER_MM: Final = 210.0
_ROW_MM: Final = 7.0

# 94 mm high: the printer's own margin is free at the top of the first slip too.
LAYOUT: Final = FormLayout(
    left=44,
    right=204,
    foot=0,
    column=40,
    payer=11.5,
    charge=4.9,
    row=5.8,
    beneficiary=7.9,
    header=6.2,
    line_scale=82,
    code_width=16,
    qr_gap=1.6,
)


def draw_carne_page(sheet: Sheet, template: TemplateData, kinds: Sequence[PageKind]) -> None:
    """Lay out a page of one to three slips from the top down; there is a kind for each."""
    for index, kind in enumerate(kinds):
        sheet.slip = index
        layout = replace(LAYOUT, foot=HEIGHT_MM * (SLIPS_A_PAGE - 1 - index))
        _draw_stub(sheet, template, layout)
        draw_form(sheet, template, layout, kind)
        if layout.foot:
            sheet.dashes(0, layout.foot, _PAPER_MM, layout.foot)
        sheet.dashes(_CUT_MM, layout.foot, _CUT_MM, layout.foot + HEIGHT_MM)


def _draw_stub(sheet: Sheet, template: TemplateData, layout: FormLayout) -> None:
    left, right = STUB_LEFT_MM, STUB_RIGHT_MM
    top = layout.top - layout.header
    sheet.section("Recibo do pagador")
    sheet.paragraph()
    sheet.rule(left, top, right, top, THICK)
    name = Box(font=BOLD, size=11, size_min=4.5, width=points(right - left - 13))
    sheet.fitted(left, top + 1.8, template.bank_name, name)
    code = f"{template.bank_code}-{template.bank_digit}".encode()
    sheet.text_right(right, top + 1.8, code, BOLD, 12)
    cells = [Cell(left, right, top - i * _ROW_MM, top - (i + 1) * _ROW_MM) for i in range(5)]
    due, account, our_number, document, amount = cells
    sheet.shade(due)
    sheet.cell(due, "Vencimento", first=True)
    sheet.value_slot(due, Slot.DUE_DATE, font=BOLD, right=True)
    sheet.cell(account, "Agência / Código do beneficiário", first=True)
    sheet.value(account, template.branch_account_text, right=True)
    sheet.cell(our_number, "Nosso número", first=True)
    sheet.value_slot(our_number, Slot.OUR_NUMBER, right=True)
    sheet.cell(document, "Nº do documento", first=True)
    sheet.value_slot(document, Slot.DOCUMENT_NUMBER)
    sheet.shade(amount)
    sheet.cell(amount, "(=) Valor do documento", first=True)
    sheet.value_slot(amount, Slot.AMOUNT, font=BOLD, right=True)
    draw_charges(sheet, left, right, amount.bottom, layout.charge)
    _draw_stub_foot(sheet, template, amount.bottom - 5 * layout.charge)


def _draw_stub_foot(sheet: Sheet, template: TemplateData, top: float) -> None:
    """Draw who pays whom."""
    x = STUB_LEFT_MM + PADDING_MM
    width = points(STUB_RIGHT_MM - STUB_LEFT_MM - 2 * PADDING_MM)
    beneficiary = Cell(STUB_LEFT_MM, STUB_RIGHT_MM, top, top - _ROW_MM)
    sheet.cell(beneficiary, "Beneficiário", first=True)
    small = Box(size=7, size_min=4.5, width=width)
    sheet.fitted(x, beneficiary.bottom + 1, template.beneficiary.name, small)
    payer = Cell(STUB_LEFT_MM, STUB_RIGHT_MM, beneficiary.bottom, beneficiary.bottom - _ROW_MM)
    sheet.cell(payer, "Pagador", first=True)
    sheet.slot(x, payer.bottom + 1, Slot.PAYER_SHORT, REGULAR, 7)
    sheet.paragraph()
    sheet.text(x, payer.bottom - 3, b"RECIBO DO PAGADOR", BOLD, LABEL_SIZE)
    if template.demonstration:
        mark = Box(font=BOLD, size=7, size_min=5, width=width)
        sheet.fitted(x, payer.bottom - 6, MARK, mark)
        sheet.fitted(x, payer.bottom - 9, MARK_WORTH, mark)
