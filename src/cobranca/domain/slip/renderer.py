"""The renderer: lays the pages of a template out once, then prints slips as fast as they come."""

from __future__ import annotations

from functools import cached_property
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cobranca.domain.slip.layout import FormLayout
    from cobranca.domain.slip.slip_data import SlipData, TemplateData


_WITHOUT_QR, _WITH_QR = PageKind(with_qr=False), PageKind(with_qr=True)


class Renderer:
    """The page templates of one slip template, made when they are first needed."""

    def __init__(self, template: TemplateData) -> None:
        """Keep the template; nothing is laid out yet."""
        self._template = template
        self._a4: dict[PageKind, PageTemplate] = {}
        self._carne: dict[tuple[PageKind, ...], PageTemplate] = {}

    def render(self, slip: SlipData) -> bytes:
        """Print one slip as a file."""
        page, payload = self._a4_page(slip), slip.pix_payload
        if payload is None:
            return page.file(0).around(page.content((slip,)))
        qr = qr_object(QR_OBJECT_NUMBER, *qr_bits(payload))
        return page.file(len(qr)).around(page.content((slip,)), qr)

    def print_file(self, slips: Iterable[SlipData]) -> Iterator[bytes]:
        """Print one file with a page a slip, piece by piece."""
        pages = (_printed(self._a4_page(slip), (slip,)) for slip in slips)
        return write_print_file(pages, tagged=False)

    def carne(self, slips: Sequence[SlipData]) -> Iterator[bytes]:
        """Print one file with three slips a page, piece by piece."""
        size = carne.SLIPS_A_PAGE
        groups = (tuple(slips[i : i + size]) for i in range(0, len(slips), size))
        pages = (_printed(self._carne_page(group), group) for group in groups)
        return write_print_file(pages, tagged=True)

    def _a4_page(self, slip: SlipData) -> PageTemplate:
        kind = self._kind(slip, A4_LAYOUT)
        page = self._a4.get(kind)
        if page is None:
            page = self._a4[kind] = make_a4_page(self._template, kind)
        return page

    def _carne_page(self, slips: Sequence[SlipData]) -> PageTemplate:
        kinds = tuple(self._kind(slip, carne.LAYOUT) for slip in slips)
        page = self._carne.get(kinds)
        if page is None:
            page = self._carne[kinds] = make_carne_page(self._template, kinds)
        return page

    def _kind(self, slip: SlipData, layout: FormLayout) -> PageKind:
        with_qr = slip.pix_payload is not None
        if not slip.messages or not self._is_crowded:
            return _WITH_QR if with_qr else _WITHOUT_QR
        room = layout.instruction_room(with_qr=with_qr)
        return PageKind(with_qr, room.message_lines(self._template.instructions, slip.messages))

    @cached_property
    def _is_crowded(self) -> bool:
        """Whether some layout has little room left under the template's instructions."""
        rooms = (
            layout.instruction_room(with_qr=with_qr)
            for layout in (A4_LAYOUT, carne.LAYOUT)
            for with_qr in (False, True)
        )
        instructions = self._template.instructions
        return any(r.count(instructions) > r.lines_max - MESSAGE_LINES_MIN for r in rooms)


def check_room(template: TemplateData, slip: SlipData, *, in_carne: bool) -> None:
    """Refuse instructions and messages that some would be missing of on paper.

    Raises:
        InvalidField: TEXT_TOO_LONG on `instructions` or `messages`.
    """
    with_qr = slip.pix_payload is not None
    if in_carne:
        room = carne.LAYOUT.instruction_room(with_qr=with_qr)
    else:
        room = receipt.instruction_room(A4_LAYOUT, with_qr=with_qr)
    room.check(template.instructions, "instructions")
    room.check(slip.messages, "messages", kept_free=room.count(template.instructions))


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
