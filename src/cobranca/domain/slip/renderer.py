"""The press: lays a template out once, then prints slips as fast as they come."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from cobranca.domain.slip import carne, receipt
from cobranca.domain.slip.common_fields import PAYER_INDENT_MM, template_lines
from cobranca.domain.slip.compensation_form import draw_form
from cobranca.domain.slip.layout import FormFrame
from cobranca.domain.slip.pdf_objects import pack, qr_object
from cobranca.domain.slip.print_file import BookPage, book_chunks
from cobranca.domain.slip.qr import qr_bits
from cobranca.domain.slip.sheet import PADDING_MM, VALUE_SIZE, Sheet, Slot, points
from cobranca.domain.slip.single_slip_file import QR_OBJECT_NUMBER, Shell, make_shell
from cobranca.domain.slip.slot_values import Filler, value_box
from cobranca.domain.slip.tagged_file import write_booklet
from cobranca.domain.slip.text import Box

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cobranca.domain.slip.slip_data import FixedFacts, SlipData

A4_FRAME: Final = FormFrame(
    left=8, right=202, foot=0, column=48, payer=13.5, charge=6, row=6.5, beneficiary=9, header=8
)
# Level 1 would save 8 of 50 microseconds and add 120 bytes to each of a million stored slips.
_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class Plate:
    """One kind of page, ready to print: its sheet, and who fills its slots."""

    sheet: Sheet
    fillers: tuple[Filler, ...]
    packed: bytes
    skeleton: bytes
    pick: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]
    shells: dict[int, Shell] = field(default_factory=dict[int, Shell])

    def content(self, slips: Sequence[SlipData]) -> bytes:
        """Give the compressed variable part of a page."""
        tokens = self.fillers[0].fill(slips[0])
        for filler, slip in zip(self.fillers[1:], slips[1:], strict=True):
            tokens += filler.fill(slip)
        return zlib.compress(self.skeleton % self.pick(tokens), _LEVEL)

    def shell(self, qr_bytes: int) -> Shell:
        """Give the file around the page, for a QR object of this length."""
        shell = self.shells.get(qr_bytes)
        if shell is None:
            sheet = self.sheet
            shell = make_shell(self.packed, sheet.sections, sheet.marks, qr_bytes)
            self.shells[qr_bytes] = shell
        return shell


def _make_plate(sheet: Sheet, *fillers: Filler) -> Plate:
    places = [slip * len(Slot) + slot for slip, slot in sheet.slots_in_order()]
    return Plate(sheet, fillers, pack(sheet.fixed_stream()), sheet.skeleton(), itemgetter(*places))


def make_a4_plate(template: FixedFacts, *, with_qr: bool) -> Plate:
    """Lay out a receipt above a form."""
    frame, sheet = A4_FRAME, Sheet()
    receipt.draw_receipt(sheet, template, frame, with_qr=with_qr)
    receipt.draw_cut(sheet, frame.top + 2)
    draw_form(sheet, template, frame, with_qr=with_qr)
    cell = value_box(receipt.fact_width_mm(frame) - 2 * PADDING_MM)
    across = points(receipt.charge_step_mm(frame))
    return _make_plate(sheet, _filler(template, frame, cell, across, with_qr=with_qr))


def make_carne_plate(template: FixedFacts, with_qr: tuple[bool, ...]) -> Plate:
    """Lay out a page of one to three slips, each with or without a QR."""
    sheet = Sheet()
    carne.draw_carne_page(sheet, template, with_qr)
    cell = value_box(carne.STUB_RIGHT_MM - carne.STUB_LEFT_MM - 2 * PADDING_MM)
    fillers = [_filler(template, carne.FRAME, cell, 0, with_qr=qr) for qr in with_qr]
    return _make_plate(sheet, *fillers)


def _filler(
    template: FixedFacts, frame: FormFrame, cell: Box, across: float, *, with_qr: bool
) -> Filler:
    taken = len(template_lines(template, frame, with_qr=with_qr))
    width = points(frame.right - frame.left - PAYER_INDENT_MM - 2 * PADDING_MM)
    return Filler(
        our_number=cell,
        document_number=cell,
        payer=Box(size=VALUE_SIZE, size_min=5.5, width=width),
        payer_short=Box(size=7, size_min=4.5, width=cell.width),
        message=frame.instructions_box(with_qr=with_qr),
        message_lines=frame.instruction_lines - taken,
        pix=receipt.pix_box(frame),
        charge_down=points(frame.charge),
        charge_across=across,
        line_scale=frame.line_scale,
    )


class Press:
    """The plates of one template, made when they are first needed."""

    def __init__(self, template: FixedFacts) -> None:
        """Keep the template; nothing is laid out yet."""
        self._template = template
        self._a4: dict[bool, Plate] = {}
        self._carne: dict[tuple[bool, ...], Plate] = {}

    def _a4_plate(self, *, with_qr: bool) -> Plate:
        plate = self._a4.get(with_qr)
        if plate is None:
            plate = self._a4[with_qr] = make_a4_plate(self._template, with_qr=with_qr)
        return plate

    def _carne_plate(self, with_qr: tuple[bool, ...]) -> Plate:
        plate = self._carne.get(with_qr)
        if plate is None:
            plate = self._carne[with_qr] = make_carne_plate(self._template, with_qr)
        return plate

    def render(self, slip: SlipData) -> bytes:
        """Print one slip as a file."""
        payload = slip.pix_payload
        if payload is None:
            plate = self._a4_plate(with_qr=False)
            return plate.shell(0).wrap(plate.content((slip,)))
        plate = self._a4_plate(with_qr=True)
        qr = qr_object(QR_OBJECT_NUMBER, *qr_bits(payload))
        return plate.shell(len(qr)).wrap(plate.content((slip,)), qr)

    def book(self, slips: Iterable[SlipData]) -> Iterator[bytes]:
        """Print one file with a page a slip."""
        plates = [self._a4_plate(with_qr=False), self._a4_plate(with_qr=True)]

        def pages() -> Iterator[BookPage]:
            for slip in slips:
                kind = slip.pix_payload is not None
                yield BookPage(kind, plates[kind].content((slip,)), _images((slip,)))

        return book_chunks([plate.packed for plate in plates], pages())

    def carne(self, slips: Sequence[SlipData]) -> bytes:
        """Print one file with three slips a page."""
        size = carne.SLIPS_A_PAGE
        groups = [tuple(slips[i : i + size]) for i in range(0, len(slips), size)]
        kinds = [tuple(slip.pix_payload is not None for slip in group) for group in groups]
        plates = {kind: self._carne_plate(kind) for kind in kinds}
        fixed = {kind: index for index, kind in enumerate(plates)}
        pages = (
            BookPage(fixed[kind], plates[kind].content(group), _images(group))
            for kind, group in zip(kinds, groups, strict=True)
        )
        return write_booklet([(plate.packed, plate.sheet) for plate in plates.values()], pages)


def _images(slips: Sequence[SlipData]) -> tuple[tuple[int, int, bytes], ...]:
    return tuple(
        (index, *qr_bits(slip.pix_payload))
        for index, slip in enumerate(slips)
        if slip.pix_payload is not None
    )
