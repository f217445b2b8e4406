"""The carnê: three slips a page, each a stub for the payer beside its compensation form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cobranca.domain.boleto.slip.form import (
    CHARGE_LABELS,
    MARK,
    MARK_WORTH,
    FormFrame,
    draw_form,
)
from cobranca.domain.boleto.slip.sheet import (
    LABEL_SIZE,
    PADDING_MM,
    Sheet,
    Slot,
    points,
)
from cobranca.domain.boleto.slip.text import BOLD, REGULAR, Box

if TYPE_CHECKING:
    from cobranca.domain.boleto.slip.template import SlipTemplate

SLIPS_A_PAGE: Final = 3
HEIGHT_MM: Final = 99.0
STUB_LEFT_MM: Final = 5.0
STUB_RIGHT_MM: Final = 38.0
_CUT_MM: Final = 41.0
_ROW_MM: Final = 7.0
_PARTY_MM: Final = 7.0

FRAME: Final = FormFrame(
    left=44,
    right=204,
    foot=0,
    column=40,
    payer=12,
    charge=5.2,
    row=6,
    beneficiary=7.5,
    header=7,
    line_scale=82,
    code_width=17,
)


def draw_carne_page(sheet: Sheet, template: SlipTemplate, slips: int, *, with_qr: bool) -> None:
    """Lay out a page of one to three slips, from the top down."""
    for index in range(slips):
        sheet.slip = index
        foot = HEIGHT_MM * (SLIPS_A_PAGE - 1 - index)
        _draw_stub(sheet, template, replace(FRAME, foot=foot))
        draw_form(sheet, template, replace(FRAME, foot=foot), with_qr=with_qr)
        if foot or slips < SLIPS_A_PAGE:
            sheet.dashes(0, foot, 210, foot)
        sheet.dashes(_CUT_MM, foot, _CUT_MM, foot + HEIGHT_MM)


def _draw_stub(sheet: Sheet, template: SlipTemplate, frame: FormFrame) -> None:
    left, right = STUB_LEFT_MM, STUB_RIGHT_MM
    top = frame.top - frame.header
    sheet.section("Recibo do pagador")
    sheet.paragraph()
    sheet.rule(left, top, right, top, 1.4)
    name = Box(font=BOLD, size=11, size_min=6, width=points(right - left - 14))
    sheet.fitted(left, top + 1.8, template.bank_name, name)
    code = f"{template.bank_code}-{template.bank_digit}"
    sheet.text_right(right, top + 1.8, code.encode(), BOLD, 12)
    for label, slot, font in (
        ("Vencimento", Slot.DUE_DATE, BOLD),
        ("Agência / Código do beneficiário", None, REGULAR),
        ("Nosso número", Slot.OUR_NUMBER, REGULAR),
        ("Nº do documento", Slot.DOCUMENT_NUMBER, REGULAR),
        ("(=) Valor do documento", Slot.AMOUNT, BOLD),
    ):
        bottom = top - _ROW_MM
        if font is BOLD:
            sheet.shade(left, bottom, right, top)
        sheet.cell(left, right, top, bottom, label, first=True)
        if slot is None:
            sheet.value_right(left, right, bottom, template.branch_account_text)
        elif slot is Slot.DOCUMENT_NUMBER:
            sheet.value_slot(left, bottom, slot)
        else:
            sheet.value_slot(right, bottom, slot, font=font, right=True)
        top = bottom
    _draw_stub_foot(sheet, template, frame, top)


def _draw_stub_foot(sheet: Sheet, template: SlipTemplate, frame: FormFrame, top: float) -> None:
    """Draw the charges, and who pays whom."""
    left, right = STUB_LEFT_MM, STUB_RIGHT_MM
    for index, label in enumerate(CHARGE_LABELS):
        bottom = top - frame.charge
        sheet.cell(left, right, top, bottom, label, first=True)
        if index == 0:
            sheet.value_slot(right, bottom, Slot.CHARGES_DOWN, right=True)
        top = bottom
    bottom = top - _PARTY_MM
    sheet.cell(left, right, top, bottom, "Beneficiário", first=True)
    small = Box(size=7, size_min=4.5, width=points(right - left - 2 * PADDING_MM))
    sheet.fitted(left + PADDING_MM, bottom + 1, template.beneficiary.name, small)
    top, bottom = bottom, bottom - _PARTY_MM
    sheet.cell(left, right, top, bottom, "Pagador", first=True)
    sheet.slot(left + PADDING_MM, bottom + 1, Slot.PAYER_SHORT, REGULAR, 7)
    sheet.paragraph()
    title = "RECIBO DO PAGADOR".encode("cp1252")
    sheet.text(left + PADDING_MM, bottom - 3, title, BOLD, LABEL_SIZE)
    if template.demonstration:
        mark = Box(font=BOLD, size=7, size_min=5, width=points(right - left - 2 * PADDING_MM))
        sheet.fitted(left + PADDING_MM, bottom - 6, MARK, mark)
        sheet.fitted(left + PADDING_MM, bottom - 9, MARK_WORTH, mark)
