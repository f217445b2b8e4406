"""A page template: one kind of page, laid out once, whose slots each slip fills."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from cobranca.domain.slip import carne, receipt
from cobranca.domain.slip.common_fields import PAYER_INDENT_MM
from cobranca.domain.slip.compensation_form import draw_form, form_lines
from cobranca.domain.slip.layout import FormLayout
from cobranca.domain.slip.pdf_objects import pack
from cobranca.domain.slip.sheet import PADDING_MM, VALUE_SIZE, Sheet, Slot, points
from cobranca.domain.slip.single_slip_file import SingleSlipFile, lay_out_file
from cobranca.domain.slip.slot_values import MessageRoom, SlotBoxes, value_box
from cobranca.domain.slip.text import Box

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cobranca.domain.slip.instructions import PageKind
    from cobranca.domain.slip.slip_data import SlipData, TemplateData

A4_LAYOUT: Final = FormLayout(
    left=8,
    right=202,
    foot=0,
    column=48,
    payer=13.5,
    charge=6,
    row=6.5,
    beneficiary=9,
    header=8,
    overflow=" … continua no recibo do pagador".encode("cp1252"),
)
# Level 1 would save 8 of 50 microseconds and add 120 bytes to each of a million stored slips.
_LEVEL: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class PageTemplate:
    """One kind of page, ready to print: its sheet, and the boxes of its slots, slip by slip."""

    sheet: Sheet
    boxes: tuple[SlotBoxes, ...]
    packed: bytes
    skeleton: bytes
    pick: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]
    files: dict[int, SingleSlipFile] = field(default_factory=dict[int, SingleSlipFile])

    def content(self, slips: Sequence[SlipData]) -> bytes:
        """Give the compressed variable part of a page."""
        values = self.boxes[0].values_of(slips[0])
        for boxes, slip in zip(self.boxes[1:], slips[1:], strict=True):
            values += boxes.values_of(slip)
        return zlib.compress(self.skeleton % self.pick(values), _LEVEL)

    def file(self, qr_bytes: int) -> SingleSlipFile:
        """Give the file around the page, for a QR object of this length."""
        file = self.files.get(qr_bytes)
        if file is None:
            sheet = self.sheet
            file = lay_out_file(self.packed, sheet.sections, sheet.marks, qr_bytes)
            self.files[qr_bytes] = file
        return file


def make_a4_page(template: TemplateData, kind: PageKind) -> PageTemplate:
    """Lay out a receipt above a form."""
    layout, sheet = A4_LAYOUT, Sheet()
    receipt.draw_receipt(sheet, template, layout, with_qr=kind.with_qr)
    receipt.draw_cut(sheet, layout.top + 2)
    draw_form(sheet, template, layout, kind)
    cell = value_box(receipt.number_width_mm(layout) - 2 * PADDING_MM)
    across = points(receipt.charge_step_mm(layout))
    room = receipt.instruction_room(layout, with_qr=kind.with_qr)
    taken = len(receipt.receipt_lines(template, layout, with_qr=kind.with_qr))
    in_receipt = MessageRoom(room, taken)
    return _make_page(sheet, _slot_boxes(template, layout, kind, cell, across, in_receipt))


def make_carne_page(template: TemplateData, kinds: Sequence[PageKind]) -> PageTemplate:
    """Lay out a page of one to three slips, each of a kind."""
    sheet = Sheet()
    carne.draw_carne_page(sheet, template, kinds)
    cell = value_box(carne.STUB_RIGHT_MM - carne.STUB_LEFT_MM - 2 * PADDING_MM)
    boxes = [_slot_boxes(template, carne.LAYOUT, kind, cell, 0, None) for kind in kinds]
    return _make_page(sheet, *boxes)


def _make_page(sheet: Sheet, *boxes: SlotBoxes) -> PageTemplate:
    places = [slip * len(Slot) + slot for slip, slot in sheet.slots_in_order()]
    fixed = pack(sheet.fixed_stream())
    return PageTemplate(sheet, boxes, fixed, sheet.skeleton(), itemgetter(*places))


def _slot_boxes(
    template: TemplateData,
    layout: FormLayout,
    kind: PageKind,
    cell: Box,
    across: float,
    in_receipt: MessageRoom | None,
) -> SlotBoxes:
    width = points(layout.right - layout.left - PAYER_INDENT_MM - 2 * PADDING_MM)
    room = layout.instruction_room(with_qr=kind.with_qr)
    return SlotBoxes(
        our_number=cell,
        document_number=cell,
        payer=Box(size=VALUE_SIZE, size_min=5.5, width=width),
        payer_short=Box(size=7, size_min=4.5, width=cell.width),
        in_form=MessageRoom(room, len(form_lines(template, layout, kind))),
        in_receipt=in_receipt,
        pix=receipt.pix_box(layout),
        charge_down=points(layout.charge),
        charge_across=across,
        line_scale=layout.line_scale,
    )
