"""The rows that the receipt and the form have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.domain.slip.instructions import SMALL_LEAD, SMALL_SIZE
from cobranca.domain.slip.layout import LINE_SIZE, FormLayout
from cobranca.domain.slip.sheet import (
    LABEL_SIZE,
    PADDING_MM,
    POINTS_PER_MM,
    THICK,
    VALUE_SIZE,
    Cell,
    Sheet,
    Slot,
    points,
)
from cobranca.domain.slip.text import BOLD, REGULAR, Box, to_winansi, width_units
from cobranca.domain.text_format import label_tax_id

if TYPE_CHECKING:
    from cobranca.domain.slip.slip_data import TemplateData

CHARGE_LABELS: Final = (
    "(-) Desconto / Abatimento",
    "(-) Outras deduções",
    "(+) Mora / Multa",
    "(+) Outros acréscimos",
    "(=) Valor cobrado",
)
MARK: Final = "DEMONSTRAÇÃO - NÃO PAGUE"
MARK_WORTH: Final = "SEM VALOR"
PAYER_INDENT_MM: Final = 18.0
_NAME_DROP_MM: Final = 4.9
_LINE_PATTERN: Final = b"0" * 47 + b"." * 3 + b" " * 4


def draw_header(sheet: Sheet, template: TemplateData, layout: FormLayout, bottom: float) -> None:
    """Draw the bank's name and code, and the digitable line, above a thick rule."""
    line_points = width_units(_LINE_PATTERN, BOLD) * LINE_SIZE / 1000 * layout.line_scale / 100
    code_right = layout.right - line_points / POINTS_PER_MM - 1.5
    code_left = code_right - layout.code_width
    top = bottom + layout.header - 0.6
    sheet.rule(layout.left, bottom, layout.right, bottom, THICK)
    sheet.rule(code_left, bottom, code_left, top, THICK)
    sheet.rule(code_right, bottom, code_right, top, THICK)
    sheet.paragraph()
    name = Box(font=BOLD, size=13, size_min=5.5, width=points(code_left - layout.left - 1.5))
    sheet.fitted(layout.left, bottom + 1.8, template.bank_name, name)
    code, size = f"{template.bank_code}-{template.bank_digit}".encode(), layout.code_width
    half = width_units(code, BOLD) * size / 2000 / POINTS_PER_MM
    sheet.text((code_left + code_right) / 2 - half, bottom + 1.4, code, BOLD, size)
    sheet.paragraph()
    sheet.slot(layout.right, bottom + 1.8, Slot.LINE, BOLD, LINE_SIZE)


def draw_beneficiary(sheet: Sheet, template: TemplateData, cell: Cell) -> None:
    """Draw who is paid: name and tax id, and the address below."""
    beneficiary = template.beneficiary
    sheet.cell(cell, "Beneficiário", first=True)
    width = points(cell.width - 2 * PADDING_MM)
    box = Box(size=VALUE_SIZE, size_min=5.5, width=width)
    token = box.left(beneficiary.name, to_winansi(f" - {label_tax_id(beneficiary.tax_id)}"))
    y = cell.top - _NAME_DROP_MM if beneficiary.address else cell.bottom + 1
    sheet.token(cell.left + PADDING_MM, y, token, REGULAR, VALUE_SIZE)
    if beneficiary.address:
        small = Box(size=7, size_min=4.5, width=width)
        sheet.fitted(cell.left + PADDING_MM, cell.bottom + 0.8, beneficiary.address, small)


def draw_payer(sheet: Sheet, template: TemplateData, layout: FormLayout, top: float) -> None:
    """Draw who pays, in three lines, and who guarantees."""
    left, bottom = layout.left + PADDING_MM, top - layout.payer
    x, lead = layout.left + PAYER_INDENT_MM, (layout.payer - 3.1) / 3
    sheet.rule(layout.left, bottom, layout.right, bottom)
    sheet.paragraph()
    sheet.text(left, top - 2.9, b"Pagador", REGULAR, LABEL_SIZE)
    for index, slot in enumerate((Slot.PAYER, Slot.ADDRESS_1, Slot.ADDRESS_2)):
        sheet.slot(x, top - 2.9 - index * lead, slot, REGULAR, VALUE_SIZE)
    sheet.paragraph()
    sheet.text(left, bottom + 0.9, b"Sacador/Avalista", REGULAR, LABEL_SIZE)
    guarantor = template.guarantor
    if guarantor is not None:
        tail = f" - {label_tax_id(guarantor.tax_id)}" if guarantor.tax_id else ""
        box = Box(size=7, size_min=5, width=points(layout.right - x - 2 * PADDING_MM))
        token = box.left(guarantor.name, to_winansi(tail))
        sheet.token(x, bottom + 0.9, token, REGULAR, 7)


def draw_charges(sheet: Sheet, left: float, right: float, top: float, height: float) -> None:
    """Draw the five cells of what is taken off and added, one below another."""
    for index, label in enumerate(CHARGE_LABELS):
        upper = top - index * height
        cell = Cell(left, right, upper, upper - height)
        sheet.cell(cell, label)
        if index == 0:
            sheet.value_slot(cell, Slot.CHARGES_DOWN, right=True)


def draw_instruction_lines(
    sheet: Sheet, layout: FormLayout, baseline: float, lines: list[bytes], slot: Slot
) -> None:
    """Write the template's instructions, and leave the lines below them to the slip's own."""
    x, lead = layout.left + PADDING_MM, SMALL_LEAD / POINTS_PER_MM
    sheet.paragraph()
    for index, line in enumerate(lines):
        sheet.text(x, baseline - index * lead, line, REGULAR, SMALL_SIZE)
    sheet.slot(x, baseline - len(lines) * lead, slot, REGULAR, SMALL_SIZE)
