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
from cobranca.domain.slip.layout import BARS_FOOT_MM, FormLayout
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
    from cobranca.domain.slip.instructions import PageKind
    from cobranca.domain.slip.slip_data import TemplateData

_MARK_SIZE: Final = 26


def draw_form(sheet: Sheet, template: TemplateData, layout: FormLayout, kind: PageKind) -> None:
    """Lay out the whole form."""
    with_qr = kind.with_qr
    sheet.section("Ficha de compensação")
    if template.demonstration:
        _mark_demonstration(sheet, layout, with_qr=with_qr)
    draw_header(sheet, template, layout, layout.top - layout.header)
    top = _draw_rows(sheet, template, layout)
    _draw_instructions(sheet, layout, top, form_lines(template, layout, kind), with_qr=with_qr)
    draw_charges(sheet, layout.split, layout.right, top, layout.charge)
    draw_payer(sheet, template, layout, layout.payer_top)
    _draw_foot(sheet, layout)


def _draw_rows(sheet: Sheet, template: TemplateData, layout: FormLayout) -> float:
    """Draw the four rows between the header and the instructions; give their lower end."""
    left, split, right = layout.left, layout.split, layout.right
    top = layout.top - layout.header
    bottom = top - layout.row
    place, due = Cell(left, split, top, bottom), Cell(split, right, top, bottom)
    sheet.shade(due)
    sheet.cell(place, "Local de pagamento", first=True)
    sheet.value(place, template.payment_place)
    sheet.cell(due, "Vencimento")
    sheet.value_slot(due, Slot.DUE_DATE, font=BOLD, right=True)

    top, bottom = bottom, bottom - layout.beneficiary
    draw_beneficiary(sheet, template, Cell(left, split, top, bottom))
    account = Cell(split, right, top, bottom)
    sheet.cell(account, "Agência / Código do beneficiário")
    sheet.value(account, template.branch_account_text, right=True)

    top, bottom = bottom, bottom - layout.row
    _draw_document_row(sheet, template, layout, top)
    _draw_value_row(sheet, template, layout, bottom)
    return bottom - layout.row


def _columns(layout: FormLayout, top: float, shares: tuple[float, ...]) -> list[Cell]:
    """Cut a row at the left of the column into cells, by shares of its width."""
    sides = [layout.left]
    for share in shares:
        sides.append(sides[-1] + (layout.split - layout.left) * share)
    sides[-1] = layout.split
    bottom = top - layout.row
    return [Cell(a, b, top, bottom) for a, b in pairwise(sides)]


def _draw_document_row(
    sheet: Sheet, template: TemplateData, layout: FormLayout, top: float
) -> None:
    date, number, kind, acceptance, processed = _columns(
        layout, top, (0.19, 0.30, 0.14, 0.10, 0.27)
    )
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
    our_number = Cell(layout.split, layout.right, top, top - layout.row)
    sheet.cell(our_number, "Nosso número")
    sheet.value_slot(our_number, Slot.OUR_NUMBER, right=True)


def _draw_value_row(sheet: Sheet, template: TemplateData, layout: FormLayout, top: float) -> None:
    use, wallet, currency, quantity, value = _columns(layout, top, (0.19, 0.15, 0.15, 0.24, 0.27))
    sheet.cell(use, "Uso do banco", first=True)
    sheet.cell(wallet, "Carteira")
    sheet.value(wallet, template.wallet)
    sheet.cell(currency, "Espécie")
    sheet.value(currency, template.currency)
    sheet.cell(quantity, "Quantidade")
    sheet.cell(value, "(x) Valor")
    amount = Cell(layout.split, layout.right, top, top - layout.row)
    sheet.shade(amount)
    sheet.cell(amount, "(=) Valor do documento")
    sheet.value_slot(amount, Slot.AMOUNT, font=BOLD, right=True)


def form_lines(template: TemplateData, layout: FormLayout, kind: PageKind) -> list[bytes]:
    """Break the template's instructions into the lines that the form prints."""
    room = layout.instruction_room(with_qr=kind.with_qr)
    return room.lines(template.instructions, kept_free=kind.message_lines)


def _draw_instructions(
    sheet: Sheet, layout: FormLayout, top: float, lines: list[bytes], *, with_qr: bool
) -> None:
    label = "Instruções (texto de responsabilidade do beneficiário)"
    sheet.cell(Cell(layout.left, layout.split, top, layout.payer_top), label, first=True)
    draw_instruction_lines(sheet, layout, top - 5.6, lines, Slot.MESSAGES)
    if with_qr:
        side = layout.qr_side
        x = layout.split - layout.qr_gap - side
        sheet.qr(x, layout.payer_top + layout.qr_gap, side)
        caption = b"Pague com Pix"
        half = width_units(caption, BOLD) * LABEL_SIZE / 2000 / POINTS_PER_MM
        sheet.text(x + side / 2 - half, top - 2.3, caption, BOLD, LABEL_SIZE)


def _draw_foot(sheet: Sheet, layout: FormLayout) -> None:
    """Draw the barcode with 5 mm of white at both sides, and name the form beside it."""
    foot = layout.foot + BARS_FOOT_MM
    sheet.bars(layout.left + itf.QUIET_MM, foot)
    sheet.paragraph()
    stamp = "Autenticação mecânica".encode("cp1252")
    name = "FICHA DE COMPENSAÇÃO".encode("cp1252")
    y = layout.payer_foot - 2.6
    sheet.text_right(layout.right, y, name, BOLD, LABEL_SIZE + 0.5)
    sheet.text_right(layout.right, y - 2.7, stamp, REGULAR, LABEL_SIZE)


def _mark_demonstration(sheet: Sheet, layout: FormLayout, *, with_qr: bool) -> None:
    """Say plainly that the form is worth nothing, away from the line, the bars and the QR."""
    right = layout.split - (layout.qr_side + 2 * layout.qr_gap if with_qr else 0)
    middle = (layout.left + right) / 2
    height = (layout.instructions_top + layout.payer_top) / 2
    size = _MARK_SIZE * (right - layout.left) / 146
    sheet.watermark(middle, height - 2, MARK.encode("cp1252"), size)
    sheet.watermark(middle, height - 11.5, MARK_WORTH.encode("cp1252"), size)
    sheet.paragraph()
    bars_right = layout.left + 2 * itf.QUIET_MM + itf.WIDTH_MM
    box = Box(font=BOLD, size=12, size_min=6, width=points(layout.right - bars_right - PADDING_MM))
    y = layout.foot + BARS_FOOT_MM
    sheet.fitted(layout.right, y + 4, MARK, box, right=True)
    sheet.fitted(layout.right, y - 0.5, MARK_WORTH, box, right=True)
