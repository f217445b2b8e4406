"""Instructions: in which lines they are printed, and whether the paper has room for them all.

The form keeps a few lines, the receipt above it the rest of its half page. What the form has no
room for goes on in the receipt, and says so; what no part has room for is refused where it is set.
A carnê has the form alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from cobranca.domain.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.domain.slip.text import Box

SMALL_SIZE: Final = 7.5
SMALL_LEAD: Final = 9.0
#: However much the template has to say, so many lines are left to fine, interest and discount.
MESSAGE_LINES_MIN: Final = 3


class PageKind(NamedTuple):
    """What the fixed part of a slip depends on beside its template.

    `message_lines` are kept free in the form for the slip's own lines.
    """

    with_qr: bool
    message_lines: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionRoom:
    """Where lines stand: how wide they are, how many there are, how the last says "more"."""

    box: Box
    lines_max: int
    overflow: bytes

    def lines(self, texts: Sequence[str], *, kept_free: int = 0) -> list[bytes]:
        """Break texts into the lines that are printed."""
        return self.box.wrap_all(texts, max(self.lines_max - kept_free, 0), self.overflow)

    def count(self, texts: Sequence[str]) -> int:
        """Count the lines that texts need, printed or not."""
        return sum(len(self.box.wrap(text)) for text in texts)

    def check(self, texts: Sequence[str], field: str, *, kept_free: int = 0) -> None:
        """Refuse texts that need more lines than there are.

        Raises:
            InvalidField: TEXT_TOO_LONG.
        """
        needed, there = self.count(texts), self.lines_max - kept_free
        if needed > there:
            detail = f"{field} take {needed} lines, and the slip has room for {max(there, 0)}."
            raise InvalidField(field, detail, code="TEXT_TOO_LONG")

    def message_lines(self, instructions: Sequence[str], messages: Sequence[str]) -> int:
        """Tell how many lines must be kept free for a slip's own: none while there is room."""
        if not messages or self.count(instructions) <= self.lines_max - MESSAGE_LINES_MIN:
            return 0
        return min(self.count(messages), MESSAGE_LINES_MIN)
