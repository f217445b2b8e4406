"""The payer's receipt: the upper part of an A4 slip, which the payer keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.domain.boleto.slip.form import (
    CHARGE_LABELS,
    MARK,
    MARK_WORTH,
    FormFrame,
    draw_beneficiary,
    draw_header,
    draw_instruction_lines,
    draw_payer,
)
from cobranca.domain.boleto.slip.sheet import (
    LABEL_SIZE,
    PADDING_MM,
    VALUE_SIZE,
    Sheet,
    Slot,
    points,
)
from cobranca.domain.boleto.slip.text import BOLD, REGULAR, Box

if TYPE_CHECKING:
    from cobranca.domain.boleto.slip.template import SlipTemplate

TOP_MM: Final = 289.0
_ROW_MM: Final = 7.0
_LETTER_MM: Final = 62.0
_QR_MM: Final = 42.0
# Room for the longest payload in use on one line: it must be copied in one go.
PIX_SIZE: Final = 6.5
_CHARGES: Final = 6


def charge_step_mm(frame: FormFrame) -> float:
    """Give the width of one of the six cells of the amounts' row."""
    return (frame.right - frame.left) / _CHARGES


def draw_receipt(sheet: Sheet, template: SlipTemplate, frame: FormFrame, *, with_qr: bool) -> None:
    """Lay out the receipt; it takes its sides from the form below it."""
    sheet.section("Recibo do pagador")
    sheet.paragraph()
    title = "RECIBO DO PAGADOR".encode("cp1252")
    sheet.text_right(frame.right, TOP_MM + 0.6, title, BOLD, LABEL_SIZE + 1)
    if template.demonstration:
        _mark_demonstration(sheet, frame)
    top = TOP_MM - frame.header
    draw_header(sheet, template, frame, top)
    top = _draw_facts(sheet, template, frame, top)
    top = _draw_amounts(sheet, frame, top)
    _draw_letter(sheet, template, frame, top, with_qr=with_qr)


def _draw_facts(sheet: Sheet, template: SlipTemplate, frame: FormFrame, top: float) -> float:
    left, split, right = frame.left, frame.split, frame.right
    bottom = top - frame.beneficiary
    draw_beneficiary(sheet, template, left, split, top, bottom)
    sheet.cell(split, right, top, bottom, "Agência / Código do beneficiário")
    sheet.value_right(split, right, bottom, template.branch_account_text)
    top, bottom = bottom, bottom - frame.payer
    draw_payer(sheet, template, frame, top, bottom)
    top, bottom = bottom, bottom - _ROW_MM
    width = (right - left) / 5
    x = [left + i * width for i in range(6)]
    sheet.cell(x[0], x[1], top, bottom, "Nº do documento", first=True)
    sheet.value_slot(x[0], bottom, Slot.DOCUMENT_NUMBER)
    sheet.cell(x[1], x[2], top, bottom, "Data do documento")
    sheet.value_slot(x[1], bottom, Slot.ISSUED)
    sheet.cell(x[2], x[3], top, bottom, "Carteira / Espécie doc.")
    sheet.value(x[2], x[3], bottom, f"{template.wallet} / {template.document_kind}")
    sheet.cell(x[3], x[4], top, bottom, "Nosso número")
    sheet.value_slot(x[4], bottom, Slot.OUR_NUMBER, right=True)
    sheet.shade(x[4], bottom, right, top)
    sheet.cell(x[4], right, top, bottom, "Vencimento")
    sheet.value_slot(right, bottom, Slot.DUE_DATE, font=BOLD, right=True)
    return bottom


def _draw_amounts(sheet: Sheet, frame: FormFrame, top: float) -> float:
    bottom = top - _ROW_MM
    step = charge_step_mm(frame)
    x = [frame.left + i * step for i in range(_CHARGES + 1)]
    sheet.shade(x[0], bottom, x[1], top)
    sheet.cell(x[0], x[1], top, bottom, "(=) Valor do documento", first=True)
    sheet.value_slot(x[1], bottom, Slot.AMOUNT, font=BOLD, right=True)
    for index, label in enumerate(CHARGE_LABELS, start=1):
        sheet.cell(x[index], x[index + 1], top, bottom, label)
        if index == 1:
            sheet.value_slot(x[2], bottom, Slot.CHARGES_ACROSS, right=True)
    return bottom


def _draw_letter(
    sheet: Sheet, template: SlipTemplate, frame: FormFrame, top: float, *, with_qr: bool
) -> None:
    """Draw what the beneficiary says to the payer, the Pix, and the place of the bank's stamp."""
    bottom = top - _LETTER_MM
    sheet.cell(frame.left, frame.right, top, bottom, "Demonstrativo / Instruções", first=True)
    draw_instruction_lines(sheet, template, frame, top - 6.5, with_qr=with_qr)
    if with_qr:
        _draw_pix(sheet, frame, top, bottom)
    sheet.paragraph()
    label = "Autenticação mecânica".encode("cp1252")
    sheet.text_right(frame.right, bottom - 2.8, label, REGULAR, LABEL_SIZE)


def _draw_pix(sheet: Sheet, frame: FormFrame, top: float, bottom: float) -> None:
    x = frame.right - _QR_MM - 6
    y = bottom + 10
    sheet.paragraph()
    sheet.text(x, y + _QR_MM + 3.5, b"Pague com Pix", BOLD, VALUE_SIZE)
    sheet.qr(x, y, _QR_MM)
    sheet.paragraph()
    sheet.text(frame.left + PADDING_MM, bottom + 4.2, b"Pix copia e cola", REGULAR, LABEL_SIZE)
    sheet.slot(frame.left + PADDING_MM, bottom + 1.2, Slot.PIX, REGULAR, PIX_SIZE)


def draw_cut(sheet: Sheet, y: float, left: float = 0, right: float = 210) -> None:
    """Draw the line between the receipt and the form."""
    sheet.dashes(left, y, right, y)
    sheet.paragraph()
    label = b"Corte na linha pontilhada"
    sheet.text_right(right - 8, y + 0.7, label, REGULAR, LABEL_SIZE - 0.5)


def pix_box(frame: FormFrame) -> Box:
    """Give the room of the payload: it is made smaller, never cut."""
    width = points(frame.right - frame.left - 2 * PADDING_MM)
    return Box(size=PIX_SIZE, size_min=0.5, width=width)


def _mark_demonstration(sheet: Sheet, frame: FormFrame) -> None:
    """Say plainly that the receipt is worth nothing."""
    sheet.paragraph()
    text = f"{MARK} / {MARK_WORTH}"
    box = Box(font=BOLD, size=10, size_min=6, width=points(frame.right - frame.left - 40))
    sheet.fitted(frame.left, TOP_MM + 0.6, text, box)
    middle = (frame.left + frame.right) / 2 - 6
    tilt = (0.951, 0.309)
    sheet.watermark(middle - 12, 222, MARK.encode("cp1252"), 30, tilt)
    sheet.watermark(middle + 8, 203, MARK_WORTH.encode("cp1252"), 30, tilt)
