"""The template of a beneficiary's slips: everything that a batch has in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cobranca.domain.slip.renderer import Press
from cobranca.domain.slip.slip_data import FixedFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cobranca.domain.slip.slip_data import SlipData


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipTemplate(FixedFacts):
    """What is printed on every slip of a batch, laid out once; then only slots are filled.

    Its fields are those of `FixedFacts`.
    """

    _press: Press = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a bank code that could not be printed in its box, and lay the template out."""
        self.check()
        object.__setattr__(self, "_press", Press(self))

    def render(self, slip: SlipData) -> bytes:
        """Give one slip as a PDF: an A4 page, the payer's receipt above the form."""
        return self._press.render(slip)

    def render_many(self, slips: Iterable[SlipData]) -> list[bytes]:
        """Give a PDF for each slip, in order."""
        return list(map(self._press.render, slips))

    def render_book(self, slips: Iterable[SlipData]) -> bytes:
        """Give one PDF with a page for each slip, for a print shop."""
        return b"".join(self._press.book(slips))

    def book_chunks(self, slips: Iterable[SlipData]) -> Iterator[bytes]:
        """Give the book piece by piece: a book of any length in little memory."""
        return self._press.book(slips)

    def render_carne(self, slips: Sequence[SlipData]) -> bytes:
        """Give one PDF with three slips a page: a stub and a form each."""
        return self._press.carne(slips)


def render_many(template: SlipTemplate, slips: Iterable[SlipData]) -> list[bytes]:
    """Give a PDF for each slip, in order."""
    return template.render_many(slips)


def render_book(template: SlipTemplate, slips: Iterable[SlipData]) -> bytes:
    """Give one PDF with a page for each slip, for a print shop."""
    return template.render_book(slips)


def render_carne(template: SlipTemplate, slips: Sequence[SlipData]) -> bytes:
    """Give one PDF with three slips a page, for instalments."""
    return template.render_carne(slips)
