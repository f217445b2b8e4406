"""The measures of a form; millimetres. A4 slips and carnês differ in these alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cobranca.domain.slip import itf
from cobranca.domain.slip.instructions import SMALL_LEAD, SMALL_SIZE, InstructionRoom
from cobranca.domain.slip.sheet import PADDING_MM, points
from cobranca.domain.slip.text import ELLIPSIS, Box

# Digits 3.5 mm high, the lower end of what banks ask for, in bold.
LINE_SIZE: Final = 14.2
BARS_FOOT_MM: Final = 12.0
CHARGES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLayout:
    """Where the form stands on the page and how high its rows are.

    `foot` is the paper's lower edge; `line_scale` the width of the digitable line's characters in
    per cent (the height stays); `code_width` the room of the bank's code, and its size of type;
    `qr_gap` the white around the QR, four modules of a usual payload; `overflow` what the last line
    of instructions ends in when there are more.
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
    qr_gap: float = 2.3
    overflow: bytes = ELLIPSIS

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
        return self.payer_top + CHARGES * self.charge

    @property
    def top(self) -> float:
        """Give the upper end of the form."""
        return self.instructions_top + 3 * self.row + self.beneficiary + self.header

    @property
    def qr_side(self) -> float:
        """Give the QR's side: what the block leaves under a caption, inside a quiet zone."""
        return CHARGES * self.charge - 2 * self.qr_gap - 1.7

    def instruction_room(self, *, with_qr: bool) -> InstructionRoom:
        """Give the room of the instructions."""
        qr = self.qr_side + 2 * self.qr_gap if with_qr else 0
        width = self.split - self.left - 2 * PADDING_MM - qr
        return InstructionRoom(
            box=Box(size=SMALL_SIZE, size_min=6, width=points(width)),
            lines_max=int((points(CHARGES * self.charge) - 9) / SMALL_LEAD),
            overflow=self.overflow,
        )
