"""The compensation form: the part that a bank reads. Banks agree on its fields and their order.

+--------------+-------+------------------------------------------+
| bank         | 341-7 |                    digitable line        |
+--------------+-------+-------------------------+----------------+
| where to pay                                   | due date       |
| beneficiary                                    | branch/account |
| date | number | kind | acceptance | processed   | our number     |
| use  | wallet | currency | quantity | value     | face value     |
| instructions                          (QR)     | five charges   |
+------------------------------------------------+----------------+
| payer, guarantor                                                |
+-----------------------------------------------------------------+
  barcode 103 x 13 mm, its foot 12 mm above the paper's edge
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cobranca.domain.slip import itf
from cobranca.domain.slip.common_fields import (
    MARK,
    MARK_WORTH,
    draw_beneficiary,
    draw_charges,
    draw_header,
    draw_instruction_lines,
    draw_payer,
)
from cobranca.domain.slip.layout import BARS_FOOT_MM
from cobranca.domain.slip.sheet import (
    LABEL_SIZE,
    PADDING_MM,
    POINTS_PER_MM,
    Cell,
    Sheet,
    Slot,
    points,
)
from cobranca.domain.slip.text import BOLD, REGULAR, Box, width_units

if TYPE_CHECKING:
    from cobranca.domain.slip.layout import FormFrame
    from cobranca.domain.slip.slip_data import FixedFacts

_MARK_SIZE: Final = 26


def draw_form(sheet: Sheet, template: FixedFacts, frame: FormFrame, *, with_qr: bool) -> None:
    """Lay out the whole form."""
    sheet.section("Ficha de compensação")
    if template.demonstration:
        _mark_demonstration(sheet, frame, with_qr=with_qr)
    draw_header(sheet, template, frame, frame.top - frame.header)
    top = _draw_rows(sheet, template, frame)
    _draw_instructions(sheet, template, frame, top, with_qr=with_qr)
    draw_charges(sheet, frame.split, frame.right, top, frame.charge)
    draw_payer(sheet, template, frame, frame.payer_top)
    _draw_foot(sheet, frame)


def _draw_rows(sheet: Sheet, template: FixedFacts, frame: FormFrame) -> float:
    """Draw the four rows between the header and the instructions; give their lower end."""
    left, split, right = frame.left, frame.split, frame.right
    top = frame.top - frame.header
    bottom = top - frame.row
    place, due = Cell(left, split, top, bottom), Cell(split, right, top, bottom)
    sheet.shade(due)
    sheet.cell(place, "Local de pagamento", first=True)
    sheet.value(place, template.payment_place)
    sheet.cell(due, "Vencimento")
    sheet.value_slot(due, Slot.DUE_DATE, font=BOLD, right=True)

    top, bottom = bottom, bottom - frame.beneficiary
    draw_beneficiary(sheet, template, Cell(left, split, top, bottom))
    account = Cell(split, right, top, bottom)
    sheet.cell(account, "Agência / Código do beneficiário")
    sheet.value(account, template.branch_account_text, right=True)

    top, bottom = bottom, bottom - frame.row
    _draw_document_row(sheet, template, frame, top)
    _draw_value_row(sheet, template, frame, bottom)
    return bottom - frame.row


def _columns(frame: FormFrame, top: float, shares: tuple[float, ...]) -> list[Cell]:
    """Cut a row at the left of the column into cells, by shares of its width."""
    sides = [frame.left]
    for share in shares:
        sides.append(sides[-1] + (frame.split - frame.left) * share)
    sides[-1] = frame.split
    bottom = top - frame.row
    return [Cell(a, b, top, bottom) for a, b in pairwise(sides)]


def _draw_document_row(sheet: Sheet, template: FixedFacts, frame: FormFrame, top: float) -> None:
    date, number, kind, acceptance, processed = _columns(frame, top, (0.19, 0.30, 0.14, 0.10, 0.27))
    sheet.cell(date, "Data do documento", first=True)
    sheet.value_slot(date, Slot.ISSUED)
    sheet.cell(number, "Nº do documento")
    sheet.value_slot(number, Slot.DOCUMENT_NUMBER)
    sheet.cell(kind, "Espécie doc.")
    sheet.value(kind, template.document_kind)
    sheet.cell(acceptance, "Aceite")
    sheet.value(acceptance, template.acceptance)
    sheet.cell(processed, "Data do processamento")
    sheet.value_slot(processed, Slot.ISSUED)
    our_number = Cell(frame.split, frame.right, top, top - frame.row)
    sheet.cell(our_number, "Nosso número")
    sheet.value_slot(our_number, Slot.OUR_NUMBER, right=True)


def _draw_value_row(sheet: Sheet, template: FixedFacts, frame: FormFrame, top: float) -> None:
    use, wallet, currency, quantity, value = _columns(frame, top, (0.19, 0.15, 0.15, 0.24, 0.27))
    sheet.cell(use, "Uso do banco", first=True)
    sheet.cell(wallet, "Carteira")
    sheet.value(wallet, template.wallet)
    sheet.cell(currency, "Espécie")
    sheet.value(currency, template.currency)
    sheet.cell(quantity, "Quantidade")
    sheet.cell(value, "(x) Valor")
    amount = Cell(frame.split, frame.right, top, top - frame.row)
    sheet.shade(amount)
    sheet.cell(amount, "(=) Valor do documento")
    sheet.value_slot(amount, Slot.AMOUNT, font=BOLD, right=True)


def _draw_instructions(
    sheet: Sheet, template: FixedFacts, frame: FormFrame, top: float, *, with_qr: bool
) -> None:
    label = "Instruções (texto de responsabilidade do beneficiário)"
    sheet.cell(Cell(frame.left, frame.split, top, frame.payer_top), label, first=True)
    draw_instruction_lines(sheet, template, frame, top - 5.6, with_qr=with_qr)
    if with_qr:
        side = frame.qr_side
        x = frame.split - frame.qr_gap - side
        sheet.qr(x, frame.payer_top + frame.qr_gap, side)
        caption = b"Pague com Pix"
        half = width_units(caption, BOLD) * LABEL_SIZE / 2000 / POINTS_PER_MM
        sheet.text(x + side / 2 - half, top - 2.3, caption, BOLD, LABEL_SIZE)


def _draw_foot(sheet: Sheet, frame: FormFrame) -> None:
    """Draw the barcode with 5 mm of white at both sides, and name the form beside it."""
    foot = frame.foot + BARS_FOOT_MM
    sheet.bars(frame.left + itf.QUIET_MM, foot)
    sheet.paragraph()
    stamp = "Autenticação mecânica".encode("cp1252")
    name = "FICHA DE COMPENSAÇÃO".encode("cp1252")
    y = frame.payer_foot - 2.6
    sheet.text_right(frame.right, y, name, BOLD, LABEL_SIZE + 0.5)
    sheet.text_right(frame.right, y - 2.7, stamp, REGULAR, LABEL_SIZE)


def _mark_demonstration(sheet: Sheet, frame: FormFrame, *, with_qr: bool) -> None:
    """Say plainly that the form is worth nothing, away from the line, the bars and the QR."""
    right = frame.split - (frame.qr_side + 2 * frame.qr_gap if with_qr else 0)
    middle = (frame.left + right) / 2
    height = (frame.instructions_top + frame.payer_top) / 2
    size = _MARK_SIZE * (right - frame.left) / 146
    sheet.watermark(middle, height - 2, MARK.encode("cp1252"), size)
    sheet.watermark(middle, height - 11.5, MARK_WORTH.encode("cp1252"), size)
    sheet.paragraph()
    bars_right = frame.left + 2 * itf.QUIET_MM + itf.WIDTH_MM
    box = Box(font=BOLD, size=12, size_min=6, width=points(frame.right - bars_right - PADDING_MM))
    y = frame.foot + BARS_FOOT_MM
    sheet.fitted(frame.right, y + 4, MARK, box, right=True)
    sheet.fitted(frame.right, y - 0.5, MARK_WORTH, box, right=True)
