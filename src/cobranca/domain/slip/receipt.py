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
from cobranca.domain.slip.layout import CHARGES
from cobranca.domain.slip.sheet import (
    LABEL_SIZE,
    PADDING_MM,
    VALUE_SIZE,
    Cell,
    Sheet,
    Slot,
    points,
)
from cobranca.domain.slip.text import BOLD, REGULAR, Box

if TYPE_CHECKING:
    from cobranca.domain.slip.layout import FormFrame
    from cobranca.domain.slip.slip_data import FixedFacts

TOP_MM: Final = 288.0
_ROW_MM: Final = 7.5
_LETTER_MM: Final = 86.0
_QR_MM: Final = 44.0
# Room for the longest payload in use on one line: it must be copied in one go.
PIX_SIZE: Final = 6.5
_FACTS: Final = 5


def fact_width_mm(frame: FormFrame) -> float:
    """Give the width of one of the cells of the row of numbers and dates."""
    return (frame.right - frame.left) / _FACTS


def charge_step_mm(frame: FormFrame) -> float:
    """Give the width of one of the cells of the row of amounts."""
    return (frame.right - frame.left) / (CHARGES + 1)


def draw_receipt(sheet: Sheet, template: FixedFacts, frame: FormFrame, *, with_qr: bool) -> None:
    """Lay out the receipt; it takes its sides from the form below it."""
    sheet.section("Recibo do pagador")
    sheet.paragraph()
    title = b"RECIBO DO PAGADOR"
    sheet.text_right(frame.right, TOP_MM + 0.8, title, BOLD, LABEL_SIZE + 1)
    if template.demonstration:
        _mark_demonstration(sheet, frame)
    top = TOP_MM - frame.header
    draw_header(sheet, template, frame, top)
    top = _draw_parties(sheet, template, frame, top)
    top = _draw_facts(sheet, template, frame, top)
    top = _draw_amounts(sheet, frame, top)
    _draw_letter(sheet, template, frame, top, with_qr=with_qr)


def _draw_parties(sheet: Sheet, template: FixedFacts, frame: FormFrame, top: float) -> float:
    bottom = top - frame.beneficiary
    draw_beneficiary(sheet, template, Cell(frame.left, frame.split, top, bottom))
    account = Cell(frame.split, frame.right, top, bottom)
    sheet.cell(account, "Agência / Código do beneficiário")
    sheet.value(account, template.branch_account_text, right=True)
    draw_payer(sheet, template, frame, bottom)
    return bottom - frame.payer


def _row(frame: FormFrame, top: float, width: float, cells: int) -> list[Cell]:
    left = frame.left
    return [
        Cell(left + i * width, left + (i + 1) * width, top, top - _ROW_MM) for i in range(cells)
    ]


def _draw_facts(sheet: Sheet, template: FixedFacts, frame: FormFrame, top: float) -> float:
    document, issued, wallet, our_number, due = _row(frame, top, fact_width_mm(frame), _FACTS)
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


def _draw_amounts(sheet: Sheet, frame: FormFrame, top: float) -> float:
    amount, *charges = _row(frame, top, charge_step_mm(frame), CHARGES + 1)
    sheet.shade(amount)
    sheet.cell(amount, "(=) Valor do documento", first=True)
    sheet.value_slot(amount, Slot.AMOUNT, font=BOLD, right=True)
    for index, (cell, label) in enumerate(zip(charges, CHARGE_LABELS, strict=True)):
        sheet.cell(cell, label)
        if index == 0:
            sheet.value_slot(cell, Slot.CHARGES_ACROSS, right=True)
    return amount.bottom


def _draw_letter(
    sheet: Sheet, template: FixedFacts, frame: FormFrame, top: float, *, with_qr: bool
) -> None:
    """Draw what the beneficiary says to the payer, the Pix, and the place of the bank's stamp."""
    bottom = top - _LETTER_MM
    letter = Cell(frame.left, frame.right, top, bottom)
    sheet.cell(letter, "Demonstrativo / Instruções", first=True)
    draw_instruction_lines(sheet, template, frame, top - 6.5, with_qr=with_qr)
    if with_qr:
        _draw_pix(sheet, frame, bottom)
    sheet.paragraph()
    label = "Autenticação mecânica".encode("cp1252")
    sheet.text_right(frame.right, bottom - 2.8, label, REGULAR, LABEL_SIZE)


def _draw_pix(sheet: Sheet, frame: FormFrame, bottom: float) -> None:
    x, y = frame.right - _QR_MM - 4, bottom + _LETTER_MM - _QR_MM - 11
    sheet.paragraph()
    sheet.text(x, y + _QR_MM + 4, b"Pague com Pix", BOLD, VALUE_SIZE)
    sheet.qr(x, y, _QR_MM)
    sheet.paragraph()
    sheet.text(frame.left + PADDING_MM, bottom + 4.2, b"Pix copia e cola", REGULAR, LABEL_SIZE)
    sheet.slot(frame.left + PADDING_MM, bottom + 1.2, Slot.PIX, REGULAR, PIX_SIZE)


def draw_cut(sheet: Sheet, y: float) -> None:
    """Draw the line between the receipt and the form, over the whole width of the paper."""
    sheet.dashes(0, y, 210, y)
    sheet.paragraph()
    label = b"Corte na linha pontilhada"
    sheet.text_right(202, y + 0.8, label, REGULAR, LABEL_SIZE - 0.5)


def pix_box(frame: FormFrame) -> Box:
    """Give the room of the payload: it is made smaller, never cut."""
    width = points(frame.right - frame.left - 2 * PADDING_MM)
    return Box(size=PIX_SIZE, size_min=0.5, width=width)


def _mark_demonstration(sheet: Sheet, frame: FormFrame) -> None:
    """Say plainly that the receipt is worth nothing."""
    sheet.paragraph()
    text = f"{MARK} / {MARK_WORTH}"
    box = Box(font=BOLD, size=10, size_min=6, width=points(frame.right - frame.left - 40))
    sheet.fitted(frame.left, TOP_MM + 0.8, text, box)
    middle = frame.left + 69
    tilt = (0.951, 0.309)
    sheet.watermark(middle, 190, MARK.encode("cp1252"), 26, tilt)
    sheet.watermark(middle + 12, 173, MARK_WORTH.encode("cp1252"), 26, tilt)
