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

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cobranca.domain.boleto.slip import itf
from cobranca.domain.boleto.slip.sheet import (
    LABEL_SIZE,
    PADDING_MM,
    POINTS_PER_MM,
    THICK,
    VALUE_SIZE,
    Sheet,
    Slot,
    points,
)
from cobranca.domain.boleto.slip.text import BOLD, REGULAR, Box, width_units
from cobranca.domain.boleto.slip.wording import tax_id_label

if TYPE_CHECKING:
    from cobranca.domain.boleto.slip.template import SlipTemplate

# Digits 3.5 mm high, the lower end of what banks ask for, in bold.
LINE_SIZE: Final = 14.2
SMALL_SIZE: Final = 7.5
SMALL_LEAD: Final = 9.0
PAYER_LEAD_MM: Final = 3.0
BARS_FOOT_MM: Final = 12.0
_QR_GAP_MM: Final = 2.3

CHARGE_LABELS: Final = (
    "(-) Desconto / Abatimento",
    "(-) Outras deduções",
    "(+) Mora / Multa",
    "(+) Outros acréscimos",
    "(=) Valor cobrado",
)
PLACE: Final = "Pagável preferencialmente em qualquer banco até o vencimento"
MARK: Final = "DEMONSTRAÇÃO - NÃO PAGUE"
MARK_WORTH: Final = "SEM VALOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFrame:
    """Where the form stands on the page and how high its rows are; millimetres.

    `foot` is the paper's lower edge; `line_scale` the width of the digitable line's characters in
    per cent (the height stays); `code_width` the room of the bank's code, and its size of type.
    """

    left: float
    right: float
    foot: float
    column: float
    payer: float
    charge: float
    row: float
    beneficiary: float
    header: float
    line_scale: int = 100
    code_width: float = 20.0

    @property
    def split(self) -> float:
        """Give the left side of the right-hand column."""
        return self.right - self.column

    @property
    def payer_foot(self) -> float:
        """Give the lower rule of the payer's block."""
        return self.foot + BARS_FOOT_MM + itf.HEIGHT_MM + 1.5

    @property
    def payer_top(self) -> float:
        """Give the upper rule of the payer's block."""
        return self.payer_foot + self.payer

    @property
    def instructions_top(self) -> float:
        """Give the upper rule of the instructions and the charges."""
        return self.payer_top + 5 * self.charge

    @property
    def top(self) -> float:
        """Give the upper end of the form."""
        return self.instructions_top + 3 * self.row + self.beneficiary + self.header

    @property
    def qr_side(self) -> float:
        """Give the QR's side: what the block leaves under a caption, inside a quiet zone."""
        return 5 * self.charge - 2 * _QR_GAP_MM - 1.7

    def instructions_box(self, *, with_qr: bool) -> Box:
        """Give the room of one line of instructions."""
        qr = self.qr_side + 2 * _QR_GAP_MM if with_qr else 0
        width = self.split - self.left - 2 * PADDING_MM - qr
        return Box(size=SMALL_SIZE, size_min=6, width=points(width))

    @property
    def instruction_lines(self) -> int:
        """Give how many lines of instructions there is room for."""
        return int((points(5 * self.charge) - 6.5 - 2.5) / SMALL_LEAD)


def draw_form(sheet: Sheet, template: SlipTemplate, frame: FormFrame, *, with_qr: bool) -> None:
    """Lay out the whole form."""
    sheet.section("Ficha de compensação")
    if template.demonstration:
        _mark_demonstration(sheet, frame)
    draw_header(sheet, template, frame, frame.top - frame.header)
    top = _draw_rows(sheet, template, frame)
    _draw_instructions(sheet, template, frame, top, with_qr=with_qr)
    _draw_charges(sheet, frame, top)
    draw_payer(sheet, template, frame, frame.payer_top, frame.payer_foot)
    _draw_foot(sheet, frame)


def draw_header(sheet: Sheet, template: SlipTemplate, frame: FormFrame, bottom: float) -> None:
    """Draw the bank's name and code, and the digitable line, above a thick rule."""
    line_width = width_units(b"0" * 47 + b"." * 3 + b" " * 4, BOLD) * LINE_SIZE / 1000
    line_mm = line_width * frame.line_scale / 100 / POINTS_PER_MM
    code_right = frame.right - line_mm - 1.5
    code_left = code_right - frame.code_width
    top = bottom + frame.header - 0.6
    sheet.rule(frame.left, bottom, frame.right, bottom, THICK)
    sheet.rule(code_left, bottom, code_left, top, THICK)
    sheet.rule(code_right, bottom, code_right, top, THICK)
    sheet.paragraph()
    name = Box(font=BOLD, size=13, size_min=7, width=points(code_left - frame.left - 1.5))
    sheet.fitted(frame.left, bottom + 1.8, template.bank_name, name)
    code = f"{template.bank_code}-{template.bank_digit}"
    middle = (code_left + code_right) / 2
    size = frame.code_width
    half = width_units(code.encode(), BOLD) * size / 2000 / POINTS_PER_MM
    sheet.text(middle - half, bottom + 1.3, code.encode(), BOLD, size)
    sheet.paragraph()
    sheet.slot(frame.right, bottom + 1.8, Slot.LINE, BOLD, LINE_SIZE)


def _draw_rows(sheet: Sheet, template: SlipTemplate, frame: FormFrame) -> float:
    """Draw the four rows between the header and the instructions; give their lower end."""
    left, split, right = frame.left, frame.split, frame.right
    top = frame.top - frame.header
    bottom = top - frame.row
    sheet.shade(split, bottom, right, top)
    sheet.cell(left, split, top, bottom, "Local de pagamento", first=True)
    sheet.value(left, split, bottom, template.payment_place)
    sheet.cell(split, right, top, bottom, "Vencimento")
    sheet.value_slot(right, bottom, Slot.DUE_DATE, font=BOLD, right=True)

    top, bottom = bottom, bottom - frame.beneficiary
    draw_beneficiary(sheet, template, left, split, top, bottom)
    sheet.cell(split, right, top, bottom, "Agência / Código do beneficiário")
    sheet.value_right(split, right, bottom, template.branch_account_text)

    top, bottom = bottom, bottom - frame.row
    _draw_document_row(sheet, template, frame, top, bottom)
    top, bottom = bottom, bottom - frame.row
    _draw_value_row(sheet, template, frame, top, bottom)
    return bottom


def draw_beneficiary(
    sheet: Sheet, template: SlipTemplate, x0: float, x1: float, top: float, bottom: float
) -> None:
    """Draw who is paid: name and tax id, and the address below."""
    beneficiary = template.beneficiary
    sheet.cell(x0, x1, top, bottom, "Beneficiário", first=True)
    width = points(x1 - x0 - 2 * PADDING_MM)
    box = Box(size=VALUE_SIZE, size_min=5.5, width=width)
    tail = f" - {tax_id_label(beneficiary.tax_id)}"
    drop = 4.9 if beneficiary.address else (top - bottom) - 1
    token = box.left(beneficiary.name, tail.encode("cp1252", "replace"))
    sheet.token(x0 + PADDING_MM, top - drop, token, REGULAR, VALUE_SIZE)
    if beneficiary.address:
        small = Box(size=6.5, size_min=4.5, width=width)
        sheet.fitted(x0 + PADDING_MM, bottom + 0.8, beneficiary.address, small)


def _columns(left: float, split: float, shares: tuple[float, ...]) -> list[float]:
    """Cut the room between two sides by shares of it; give the n + 1 sides."""
    sides = [left]
    for share in shares:
        sides.append(sides[-1] + (split - left) * share)
    return [*sides[:-1], split]


def _draw_document_row(
    sheet: Sheet, template: SlipTemplate, frame: FormFrame, top: float, bottom: float
) -> None:
    x = _columns(frame.left, frame.split, (0.19, 0.30, 0.14, 0.10, 0.27))
    sheet.cell(x[0], x[1], top, bottom, "Data do documento", first=True)
    sheet.value_slot(x[0], bottom, Slot.ISSUED)
    sheet.cell(x[1], x[2], top, bottom, "Nº do documento")
    sheet.value_slot(x[1], bottom, Slot.DOCUMENT_NUMBER)
    sheet.cell(x[2], x[3], top, bottom, "Espécie doc.")
    sheet.value(x[2], x[3], bottom, template.document_kind)
    sheet.cell(x[3], x[4], top, bottom, "Aceite")
    sheet.value(x[3], x[4], bottom, template.acceptance)
    sheet.cell(x[4], x[5], top, bottom, "Data do processamento")
    sheet.value_slot(x[4], bottom, Slot.ISSUED)
    sheet.cell(frame.split, frame.right, top, bottom, "Nosso número")
    sheet.value_slot(frame.right, bottom, Slot.OUR_NUMBER, right=True)


def _draw_value_row(
    sheet: Sheet, template: SlipTemplate, frame: FormFrame, top: float, bottom: float
) -> None:
    x = _columns(frame.left, frame.split, (0.19, 0.15, 0.15, 0.24, 0.27))
    sheet.cell(x[0], x[1], top, bottom, "Uso do banco", first=True)
    sheet.cell(x[1], x[2], top, bottom, "Carteira")
    sheet.value(x[1], x[2], bottom, template.wallet)
    sheet.cell(x[2], x[3], top, bottom, "Espécie")
    sheet.value(x[2], x[3], bottom, template.currency)
    sheet.cell(x[3], x[4], top, bottom, "Quantidade")
    sheet.cell(x[4], x[5], top, bottom, "(x) Valor")
    sheet.shade(frame.split, bottom, frame.right, top)
    sheet.cell(frame.split, frame.right, top, bottom, "(=) Valor do documento")
    sheet.value_slot(frame.right, bottom, Slot.AMOUNT, font=BOLD, right=True)


def _draw_instructions(
    sheet: Sheet, template: SlipTemplate, frame: FormFrame, top: float, *, with_qr: bool
) -> None:
    bottom = frame.payer_top
    label = "Instruções (texto de responsabilidade do beneficiário)"
    sheet.cell(frame.left, frame.split, top, bottom, label, first=True)
    draw_instruction_lines(sheet, template, frame, top - 5.6, with_qr=with_qr)
    if with_qr:
        side = frame.qr_side
        x = frame.split - _QR_GAP_MM - side
        sheet.qr(x, bottom + _QR_GAP_MM, side)
        caption = b"Pague com Pix"
        half = width_units(caption, BOLD) * LABEL_SIZE / 2000 / POINTS_PER_MM
        sheet.text(x + side / 2 - half, top - 2.4, caption, BOLD, LABEL_SIZE)


def draw_instruction_lines(
    sheet: Sheet, template: SlipTemplate, frame: FormFrame, baseline: float, *, with_qr: bool
) -> None:
    """Write the template's instructions, and leave the lines below them to the slip's own."""
    lines = instruction_lines(template, frame, with_qr=with_qr)
    x = frame.left + PADDING_MM
    sheet.paragraph()
    for index, line in enumerate(lines):
        drop = index * SMALL_LEAD / POINTS_PER_MM
        sheet.text(x, baseline - drop, line, REGULAR, SMALL_SIZE)
    drop = len(lines) * SMALL_LEAD / POINTS_PER_MM
    sheet.slot(x, baseline - drop, Slot.MESSAGES, REGULAR, SMALL_SIZE)


def instruction_lines(template: SlipTemplate, frame: FormFrame, *, with_qr: bool) -> list[bytes]:
    """Break the template's instructions into the lines that there is room for."""
    box = frame.instructions_box(with_qr=with_qr)
    lines = [line for text in template.instructions for line in box.wrap(text)]
    return lines[: frame.instruction_lines]


def _draw_charges(sheet: Sheet, frame: FormFrame, top: float) -> None:
    for index, label in enumerate(CHARGE_LABELS):
        upper = top - index * frame.charge
        sheet.cell(frame.split, frame.right, upper, upper - frame.charge, label)
        if index == 0:
            sheet.value_slot(frame.right, upper - frame.charge, Slot.CHARGES_DOWN, right=True)


def draw_payer(
    sheet: Sheet, template: SlipTemplate, frame: FormFrame, top: float, bottom: float
) -> None:
    """Draw who pays, in three lines, and who guarantees."""
    x = frame.left + 16
    sheet.rule(frame.left, bottom, frame.right, bottom)
    sheet.paragraph()
    sheet.text(frame.left + PADDING_MM, top - 2.9, b"Pagador", REGULAR, LABEL_SIZE)
    for index, slot in enumerate((Slot.PAYER, Slot.ADDRESS_1, Slot.ADDRESS_2)):
        sheet.slot(x, top - 2.9 - index * PAYER_LEAD_MM, slot, REGULAR, VALUE_SIZE)
    sheet.paragraph()
    label = "Sacador/Avalista".encode("cp1252")
    sheet.text(frame.left + PADDING_MM, bottom + 0.9, label, REGULAR, LABEL_SIZE)
    guarantor = template.guarantor
    if guarantor is not None:
        tail = f" - {tax_id_label(guarantor.tax_id)}" if guarantor.tax_id else ""
        box = Box(size=7, size_min=5, width=points(frame.split - x))
        token = box.left(guarantor.name, tail.encode("cp1252", "replace"))
        sheet.token(x + 2.5, bottom + 0.9, token, REGULAR, 7)


def _draw_foot(sheet: Sheet, frame: FormFrame) -> None:
    """Draw the barcode with 5 mm of white beside it, and name the form at the right."""
    sheet.bars(
        frame.left + itf.QUIET_MM,
        frame.foot + BARS_FOOT_MM,
        itf.WIDTH_MM,
        itf.HEIGHT_MM,
        itf.UNITS,
    )
    sheet.paragraph()
    name = "FICHA DE COMPENSAÇÃO".encode("cp1252")
    y = frame.payer_foot - 2.6
    sheet.text_right(frame.right, y, name, BOLD, LABEL_SIZE + 0.5)
    back = width_units(name, BOLD) * (LABEL_SIZE + 0.5) / 1000 / POINTS_PER_MM
    label = "Autenticação mecânica - ".encode("cp1252")
    sheet.text_right(frame.right - back, y, label, REGULAR, LABEL_SIZE)


def _mark_demonstration(sheet: Sheet, frame: FormFrame) -> None:
    """Say plainly that the form is worth nothing, away from the line and the bars."""
    middle = (frame.left + frame.split) / 2
    height = (frame.instructions_top + frame.payer_top) / 2
    size = 26 * (frame.split - frame.left) / 146
    sheet.watermark(middle, height + 0.5, MARK.encode("cp1252"), size)
    sheet.watermark(middle, height - 9.5, MARK_WORTH.encode("cp1252"), size)
    sheet.paragraph()
    bars_right = frame.left + 2 * itf.QUIET_MM + itf.WIDTH_MM
    width = points(frame.right - bars_right)
    box = Box(font=BOLD, size=12, size_min=6, width=width)
    y = frame.foot + BARS_FOOT_MM
    sheet.fitted(frame.right, y + 4.5, MARK, box, right=True)
    sheet.fitted(frame.right, y, MARK_WORTH, box, right=True)
