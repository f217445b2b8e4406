"""The payer's receipt: the upper part of an A4 slip, which the payer keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.domain.slip.common_fields import (
    CHARGE_LABELS,
    MARK,
    MARK_WORTH,
    draw_beneficiary,
    draw_header,
    draw_instruction_lines,
    draw_payer,
)
from cobranca.domain.slip.instructions import SMALL_LEAD, SMALL_SIZE, InstructionRoom
from cobranca.domain.slip.layout import CHARGES, FormLayout
from cobranca.domain.slip.sheet import (
    LABEL_SIZE,
    PADDING_MM,
    VALUE_SIZE,
    Cell,
    Sheet,
    Slot,
    points,
)
from cobranca.domain.slip.text import BOLD, ELLIPSIS, REGULAR, Box

if TYPE_CHECKING:
    from cobranca.domain.slip.slip_data import TemplateData

TOP_MM: Final = 288.0
_ROW_MM: Final = 7.5
_LETTER_MM: Final = 86.0
_QR_MM: Final = 44.0
_QR_GAP_MM: Final = 4.0
# From the letter's upper rule to the first line of instructions, and from the last one, at least,
# to the lower rule or to the Pix text above it.
_LINES_DROP_MM: Final = 6.5
_LINES_RISE_MM: Final = 1.5
_PIX_RISE_MM: Final = 7.5
# Room for the longest payload in use on one line: it must be copied in one go.
PIX_SIZE: Final = 6.5
_NUMBERS: Final = 5


def number_width_mm(layout: FormLayout) -> float:
    """Give the width of one of the cells of the row of numbers and dates."""
    return (layout.right - layout.left) / _NUMBERS


def charge_step_mm(layout: FormLayout) -> float:
    """Give the width of one of the cells of the row of amounts."""
    return (layout.right - layout.left) / (CHARGES + 1)


def draw_receipt(
    sheet: Sheet, template: TemplateData, layout: FormLayout, *, with_qr: bool
) -> None:
    """Lay out the receipt; it takes its sides from the form below it."""
    sheet.section("Recibo do pagador")
    sheet.paragraph()
    title = b"RECIBO DO PAGADOR"
    sheet.text_right(layout.right, TOP_MM + 0.8, title, BOLD, LABEL_SIZE + 1)
    if template.demonstration:
        _mark_demonstration(sheet, layout)
    top = TOP_MM - layout.header
    draw_header(sheet, template, layout, top)
    top = _draw_parties(sheet, template, layout, top)
    top = _draw_numbers(sheet, template, layout, top)
    top = _draw_amounts(sheet, layout, top)
    _draw_letter(sheet, template, layout, top, with_qr=with_qr)


def _draw_parties(sheet: Sheet, template: TemplateData, layout: FormLayout, top: float) -> float:
    bottom = top - layout.beneficiary
    draw_beneficiary(sheet, template, Cell(layout.left, layout.split, top, bottom))
    account = Cell(layout.split, layout.right, top, bottom)
    sheet.cell(account, "Agência / Código do beneficiário")
    sheet.value(account, template.branch_account_text, right=True)
    draw_payer(sheet, template, layout, bottom)
    return bottom - layout.payer


def _row(layout: FormLayout, top: float, width: float, cells: int) -> list[Cell]:
    left = layout.left
    return [
        Cell(left + i * width, left + (i + 1) * width, top, top - _ROW_MM) for i in range(cells)
    ]


def _draw_numbers(sheet: Sheet, template: TemplateData, layout: FormLayout, top: float) -> float:
    document, issued, wallet, our_number, due = _row(layout, top, number_width_mm(layout), _NUMBERS)
    sheet.cell(document, "Nº do documento", first=True)
    sheet.value_slot(document, Slot.DOCUMENT_NUMBER)
    sheet.cell(issued, "Data do documento")
    sheet.value_slot(issued, Slot.ISSUED)
    sheet.cell(wallet, "Carteira / Espécie doc.")
    sheet.value(wallet, f"{template.wallet} / {template.document_kind}")
    sheet.cell(our_number, "Nosso número")
    sheet.value_slot(our_number, Slot.OUR_NUMBER, right=True)
    sheet.shade(due)
    sheet.cell(due, "Vencimento")
    sheet.value_slot(due, Slot.DUE_DATE, font=BOLD, right=True)
    return due.bottom


def _draw_amounts(sheet: Sheet, layout: FormLayout, top: float) -> float:
    amount, *charges = _row(layout, top, charge_step_mm(layout), CHARGES + 1)
    sheet.shade(amount)
    sheet.cell(amount, "(=) Valor do documento", first=True)
    sheet.value_slot(amount, Slot.AMOUNT, font=BOLD, right=True)
    for index, (cell, label) in enumerate(zip(charges, CHARGE_LABELS, strict=True)):
        sheet.cell(cell, label)
        if index == 0:
            sheet.value_slot(cell, Slot.CHARGES_ACROSS, right=True)
    return amount.bottom


def _draw_letter(
    sheet: Sheet, template: TemplateData, layout: FormLayout, top: float, *, with_qr: bool
) -> None:
    """Draw what the beneficiary says to the payer, the Pix, and the place of the bank's stamp."""
    bottom = top - _LETTER_MM
    letter = Cell(layout.left, layout.right, top, bottom)
    sheet.cell(letter, "Demonstrativo / Instruções", first=True)
    lines = receipt_lines(template, layout, with_qr=with_qr)
    draw_instruction_lines(sheet, layout, top - _LINES_DROP_MM, lines, Slot.RECEIPT_MESSAGES)
    if with_qr:
        _draw_pix(sheet, layout, bottom)
    sheet.paragraph()
    label = "Autenticação mecânica".encode("cp1252")
    sheet.text_right(layout.right, bottom - 2.8, label, REGULAR, LABEL_SIZE)


def _draw_pix(sheet: Sheet, layout: FormLayout, bottom: float) -> None:
    x, y = layout.right - _QR_MM - _QR_GAP_MM, bottom + _LETTER_MM - _QR_MM - 11
    sheet.paragraph()
    sheet.text(x, y + _QR_MM + 4, b"Pague com Pix", BOLD, VALUE_SIZE)
    sheet.qr(x, y, _QR_MM)
    sheet.paragraph()
    sheet.text(layout.left + PADDING_MM, bottom + 4.2, b"Pix copia e cola", REGULAR, LABEL_SIZE)
    sheet.slot(layout.left + PADDING_MM, bottom + 1.2, Slot.PIX, REGULAR, PIX_SIZE)


def draw_cut(sheet: Sheet, y: float) -> None:
    """Draw the line between the receipt and the form, over the whole width of the paper."""
    sheet.dashes(0, y, 210, y)
    sheet.paragraph()
    label = b"Corte na linha pontilhada"
    sheet.text_right(202, y + 0.8, label, REGULAR, LABEL_SIZE - 0.5)


def instruction_room(layout: FormLayout, *, with_qr: bool) -> InstructionRoom:
    """Give the room of the instructions: the letter, beside the QR and above the Pix text."""
    width = layout.right - layout.left - 2 * PADDING_MM
    width -= _QR_MM + 2 * _QR_GAP_MM if with_qr else 0
    height = _LETTER_MM - _LINES_DROP_MM - (_PIX_RISE_MM if with_qr else _LINES_RISE_MM)
    return InstructionRoom(
        box=Box(size=SMALL_SIZE, size_min=6, width=points(width)),
        lines_max=int(points(height) / SMALL_LEAD) + 1,
        overflow=ELLIPSIS,
    )


def receipt_lines(template: TemplateData, layout: FormLayout, *, with_qr: bool) -> list[bytes]:
    """Break the template's instructions into the lines that the receipt prints."""
    return instruction_room(layout, with_qr=with_qr).lines(template.instructions)


def pix_box(layout: FormLayout) -> Box:
    """Give the room of the payload: it is made smaller, never cut."""
    width = points(layout.right - layout.left - 2 * PADDING_MM)
    return Box(size=PIX_SIZE, size_min=0.5, width=width)


def _mark_demonstration(sheet: Sheet, layout: FormLayout) -> None:
    """Say plainly that the receipt is worth nothing."""
    sheet.paragraph()
    text = f"{MARK} / {MARK_WORTH}"
    box = Box(font=BOLD, size=10, size_min=6, width=points(layout.right - layout.left - 40))
    sheet.fitted(layout.left, TOP_MM + 0.8, text, box)
    middle = layout.left + 69
    tilt = (0.951, 0.309)
    sheet.watermark(middle, 190, MARK.encode("cp1252"), 26, tilt)
    sheet.watermark(middle + 12, 173, MARK_WORTH.encode("cp1252"), 26, tilt)
