"""The template of a beneficiary's slips: everything that a batch has in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cobranca.domain.slip.renderer import Renderer, check_room
from cobranca.domain.slip.slip_data import SlipData, TemplateData

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipTemplate(TemplateData):
    """What is printed on every slip of a batch, laid out once; then only slots are filled.

    Its fields are those of `TemplateData`.
    """

    _renderer: Renderer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a bank code that could not be printed in its box, and lay the template out."""
        self.check()
        object.__setattr__(self, "_renderer", Renderer(self))

    def render(self, slip: SlipData) -> bytes:
        """Give one slip as a PDF: an A4 page, the payer's receipt above the form."""
        return self._renderer.render(slip)

    def render_many(self, slips: Iterable[SlipData]) -> list[bytes]:
        """Give a PDF for each slip, in order."""
        return list(map(self._renderer.render, slips))

    def render_print_file(self, slips: Iterable[SlipData]) -> bytes:
        """Give one PDF with a page for each slip, for a print shop."""
        return b"".join(self._renderer.print_file(slips))

    def render_carne(self, slips: Sequence[SlipData]) -> bytes:
        """Give one PDF with three slips a page: a stub and a form each."""
        return b"".join(self._renderer.carne(slips))

    def check_room(self, slip: SlipData, *, in_carne: bool = False) -> None:
        """Refuse instructions and messages that the paper has no room for; they would be cut.

        Raises:
            InvalidField: TEXT_TOO_LONG, on `instructions` or `messages`.
        """
        check_room(self, slip, in_carne=in_carne)
