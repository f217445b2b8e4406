"""The slip template of a batch: lays its pages out once, then prints slips as fast as they come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cobranca.domain.slip import carne, receipt
from cobranca.domain.slip.instructions import MESSAGE_LINES_MIN, PageKind
from cobranca.domain.slip.page_template import (
    A4_LAYOUT,
    PageTemplate,
    make_a4_page,
    make_carne_page,
)
from cobranca.domain.slip.pdf_objects import qr_object
from cobranca.domain.slip.print_file import PrintedPage, write_print_file
from cobranca.domain.slip.qr import qr_bits
from cobranca.domain.slip.single_slip_file import QR_OBJECT_NUMBER
from cobranca.domain.slip.slip_data import SlipData, TemplateData

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cobranca.domain.slip.layout import FormLayout

_WITHOUT_QR, _WITH_QR = PageKind(with_qr=False), PageKind(with_qr=True)
_Kinds = tuple[PageKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipTemplate(TemplateData):
    """What is printed on every slip of a batch, laid out once; then only slots are filled.

    Its fields are those of `TemplateData`.
    """

    #: The kinds of pages that were needed so far.
    _a4: dict[PageKind, PageTemplate] = field(
        init=False, repr=False, compare=False, default_factory=dict[PageKind, PageTemplate]
    )
    _carne: dict[_Kinds, PageTemplate] = field(
        init=False, repr=False, compare=False, default_factory=dict[_Kinds, PageTemplate]
    )
    #: Whether some layout has little room left under the instructions.
    _is_crowded: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a bank code that could not be printed in its box."""
        self.check()
        rooms = (
            layout.instruction_room(with_qr=with_qr)
            for layout in (A4_LAYOUT, carne.LAYOUT)
            for with_qr in (False, True)
        )
        crowded = any(
            room.count(self.instructions) > room.lines_max - MESSAGE_LINES_MIN for room in rooms
        )
        object.__setattr__(self, "_is_crowded", crowded)

    def render(self, slip: SlipData) -> bytes:
        """Give one slip as a PDF: an A4 page, the payer's receipt above the form."""
        page, payload = self._a4_page(slip), slip.pix_payload
        if payload is None:
            return page.file(0).around(page.content((slip,)))
        qr = qr_object(QR_OBJECT_NUMBER, *qr_bits(payload))
        return page.file(len(qr)).around(page.content((slip,)), qr)

    def render_many(self, slips: Iterable[SlipData]) -> list[bytes]:
        """Give a PDF for each slip, in order."""
        return list(map(self.render, slips))

    def render_print_file(self, slips: Iterable[SlipData]) -> bytes:
        """Give one PDF with a page for each slip, for a print shop."""
        return b"".join(write_print_file(self.pages(slips), tagged=False))

    def pages(self, slips: Iterable[SlipData]) -> Iterator[PrintedPage]:
        """Give a page for each slip, for a file that is written piece by piece."""
        return (_printed(self._a4_page(slip), (slip,)) for slip in slips)

    def render_carne(self, slips: Sequence[SlipData]) -> bytes:
        """Give one PDF with three slips a page: a stub and a form each."""
        return b"".join(write_print_file(self.carne_pages(slips), tagged=True))

    def carne_pages(self, slips: Sequence[SlipData]) -> Iterator[PrintedPage]:
        """Give a page for every three slips, for a file that is written piece by piece."""
        size = carne.SLIPS_A_PAGE
        groups = (tuple(slips[i : i + size]) for i in range(0, len(slips), size))
        return (_printed(self._carne_page(group), group) for group in groups)

    def check_room(self, slip: SlipData, *, in_carne: bool = False) -> None:
        """Refuse instructions and messages that the paper has no room for; they would be cut.

        Raises:
            InvalidField: TEXT_TOO_LONG, on `instructions` or `messages`.
        """
        with_qr = slip.pix_payload is not None
        if in_carne:
            room = carne.LAYOUT.instruction_room(with_qr=with_qr)
        else:
            room = receipt.instruction_room(A4_LAYOUT, with_qr=with_qr)
        room.check(self.instructions, "instructions")
        room.check(slip.messages, "messages", kept_free=room.count(self.instructions))

    def _a4_page(self, slip: SlipData) -> PageTemplate:
        kind = self._kind(slip, A4_LAYOUT)
        page = self._a4.get(kind)
        if page is None:
            page = self._a4[kind] = make_a4_page(self, kind)
        return page

    def _carne_page(self, slips: Sequence[SlipData]) -> PageTemplate:
        kinds = tuple(self._kind(slip, carne.LAYOUT) for slip in slips)
        page = self._carne.get(kinds)
        if page is None:
            page = self._carne[kinds] = make_carne_page(self, kinds)
        return page

    def _kind(self, slip: SlipData, layout: FormLayout) -> PageKind:
        with_qr = slip.pix_payload is not None
        if not slip.messages or not self._is_crowded:
            return _WITH_QR if with_qr else _WITHOUT_QR
        room = layout.instruction_room(with_qr=with_qr)
        return PageKind(with_qr, room.message_lines(self.instructions, slip.messages))


def check_instructions(instructions: Sequence[str]) -> None:
    """Refuse instructions that a receipt with a QR has no room for, beside a slip's own lines.

    Raises:
        InvalidField: TEXT_TOO_LONG.
    """
    room = receipt.instruction_room(A4_LAYOUT, with_qr=True)
    room.check(instructions, "instructions", kept_free=MESSAGE_LINES_MIN)


def _printed(page: PageTemplate, slips: Sequence[SlipData]) -> PrintedPage:
    images = tuple(
        (index, *qr_bits(slip.pix_payload))
        for index, slip in enumerate(slips)
        if slip.pix_payload is not None
    )
    return PrintedPage(page, page.content(slips), images)
