"""A page being laid out: the ink that is always the same, and the slots that each slip fills.

The page's content is two streams. The fixed one has lines, labels and the beneficiary's texts; it
is written and compressed once. The variable one is a skeleton with a `%b` for each slot. Every
text carries a marked-content number, and paragraphs list those numbers in reading order, so that
a reader (a person's software, or "select all") meets label and value side by side.

Places are in millimetres from the lower left corner of the page; sizes of type are in points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, NamedTuple

from cobranca.domain.slip import itf
from cobranca.domain.slip.text import REGULAR, Box, literal, width_units

POINTS_PER_MM: Final = 72 / 25.4
LABEL_SIZE: Final = 6.0
VALUE_SIZE: Final = 8.5
PADDING_MM: Final = 0.8
_LABEL_DROP_MM: Final = 2.15
_VALUE_RISE_MM: Final = 0.95
THIN: Final = 0.5
THICK: Final = 1.4


class Slot(IntEnum):
    """What a slip fills in; the order is that of `SlotBoxes.values_of`."""

    LINE = 0
    OUR_NUMBER = 1
    DOCUMENT_NUMBER = 2
    DUE_DATE = 3
    AMOUNT = 4
    ISSUED = 5
    PAYER = 6
    ADDRESS_1 = 7
    ADDRESS_2 = 8
    MESSAGES = 9
    CHARGES_DOWN = 10
    CHARGES_ACROSS = 11
    PAYER_SHORT = 12
    PIX = 13
    BARS = 14
    RECEIPT_MESSAGES = 15


class Cell(NamedTuple):
    """A rectangle of the grid; millimetres from the page's lower left corner."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        """Give the cell's width."""
        return self.right - self.left


@dataclass(slots=True)
class Paragraph:
    """One element of the reading order: its kind, its marks, and words for what is a picture."""

    kind: bytes = b"P"
    alt: bytes = b""
    marks: list[int] = field(default_factory=list[int])


@dataclass(slots=True)
class Section:
    """A part of the page with a name: the receipt, the form."""

    title: bytes
    paragraphs: list[Paragraph] = field(default_factory=list[Paragraph])


def number(value: float) -> bytes:
    """Write a coordinate in points, to a tenth: a 28th of a millimetre."""
    return f"{value:.1f}".removesuffix(".0").encode()


def points(value_mm: float) -> float:
    """Turn millimetres into points, rounded as they will be written."""
    return round(value_mm * POINTS_PER_MM, 1)


class _TextRun:
    """Text operators of one BT ... ET; moves are relative, a font is named when it changes."""

    def __init__(self) -> None:
        self.operators: list[bytes] = []
        self._at = (0.0, 0.0)
        self._font: tuple[bytes, float] | None = None

    def place(
        self, at: tuple[float, float], style: tuple[bytes, float], mark: int, token: bytes
    ) -> None:
        x, y = at
        if self._font != style:
            self._font = style
            self.operators.append(b"/%b %.4g Tf " % style)
        move = b"%b %b Td" % (number(x - self._at[0]), number(y - self._at[1]))
        self._at = at
        self.operators.append(b"%b/P<</MCID %d>>BDC %b EMC\n" % (move, mark, token))

    def joined(self) -> bytes:
        return b"BT " + b"".join(self.operators) + b"ET\n" if self.operators else b""


class Sheet:
    """Collects one page. `slip` says which of the page's slips the slots belong to (carnê)."""

    def __init__(self) -> None:
        """Start an empty page with its first paragraph still to come."""
        self.sections: list[Section] = []
        self.slots: list[tuple[int, Slot]] = []
        self.slip = 0
        self._ink: list[bytes] = []
        self._fixed = _TextRun()
        self._variable = _TextRun()
        self._pictures: list[bytes] = []
        self._picture_slots: list[tuple[int, Slot]] = []
        self._marks = 0

    # --- reading order

    def section(self, title: str) -> None:
        """Begin a named part of the page."""
        self.sections.append(Section(title.encode("cp1252")))

    def paragraph(self, kind: bytes = b"P", alt: str = "") -> None:
        """Begin an element: what is written next is read together."""
        self.sections[-1].paragraphs.append(Paragraph(kind, alt.encode("cp1252")))

    def _mark(self) -> int:
        self.sections[-1].paragraphs[-1].marks.append(self._marks)
        self._marks += 1
        return self._marks - 1

    # --- ink

    def rule(self, x0: float, y0: float, x1: float, y1: float, width: float = THIN) -> None:
        """Draw a line `width` points thick."""
        ends = tuple(number(points(value)) for value in (x0, y0, x1, y1))
        self._ink.append(b"%b w %b %b m %b %b l S\n" % (number(width), *ends))

    def dashes(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a line to cut along."""
        self._ink.append(b"[3 2] 0 d ")
        self.rule(x0, y0, x1, y1)
        self._ink.append(b"[] 0 d\n")

    def shade(self, cell: Cell) -> None:
        """Fill a cell with a light grey."""
        left, bottom = points(cell.left), points(cell.bottom)
        extent = (points(cell.right) - left, points(cell.top) - bottom)
        corners = (number(left), number(bottom), *map(number, extent))
        self._ink.append(b"q .92 g %b %b %b %b re f Q\n" % corners)

    def watermark(
        self, x: float, y: float, text: bytes, size: float, tilt: tuple[float, float] = (1, 0)
    ) -> None:
        """Write large pale letters centred on a point, under everything else."""
        cosine, sine = tilt
        half = width_units(text, b"B") * size / 2000
        start = (points(x) - half * cosine, points(y) - half * sine)
        matrix = b"%.3g %.3g %.3g %.3g %.1f %.1f" % (cosine, sine, -sine, cosine, *start)
        self._ink.append(
            b"q .84 g BT /B %b Tf %b Tm %bTj ET Q\n" % (number(size), matrix, literal(text))
        )

    # --- text

    def text(self, x: float, y: float, raw: bytes, font: bytes, size: float) -> None:
        """Write a text of the fixed part, from its left end."""
        self._fixed.place((points(x), points(y)), (font, size), self._mark(), literal(raw) + b"Tj")

    def text_right(self, x: float, y: float, raw: bytes, font: bytes, size: float) -> None:
        """Write a text of the fixed part, to its right end."""
        token = b"[%d%b]TJ" % (width_units(raw, font), literal(raw))
        self._fixed.place((points(x), points(y)), (font, size), self._mark(), token)

    def fitted(self, x: float, y: float, text: str, box: Box, *, right: bool = False) -> None:
        """Write a text of the fixed part so that it stays within its box."""
        token = box.right(text) if right else box.left(text)
        self._fixed.place((points(x), points(y)), (box.font, box.size), self._mark(), token)

    def token(self, x: float, y: float, token: bytes, font: bytes, size: float) -> None:
        """Write operators that a box made."""
        self._fixed.place((points(x), points(y)), (font, size), self._mark(), token)

    def slot(self, x: float, y: float, slot: Slot, font: bytes, size: float) -> None:
        """Leave room for a text of the variable part; the slot's box says how it is aligned."""
        self._variable.place((points(x), points(y)), (font, size), self._mark(), b"%b")
        self.slots.append((self.slip, slot))

    # --- pictures of the variable part

    def bars(self, x: float, y: float) -> None:
        """Leave room for the barcode: exact to a ten-thousandth of a point, not to a tenth."""
        scale = (itf.WIDTH_MM * POINTS_PER_MM / itf.UNITS, itf.HEIGHT_MM * POINTS_PER_MM)
        origin = (x * POINTS_PER_MM, y * POINTS_PER_MM)
        self.paragraph(b"Figure", "Código de barras")
        self._pictures.append(
            b"/Figure<</MCID %d>>BDC q %.6f 0 0 %.4f %.3f %.3f cm %%b Q EMC\n"
            % (self._mark(), *scale, *origin)
        )
        self._picture_slots.append((self.slip, Slot.BARS))

    def qr(self, x: float, y: float, side: float) -> None:
        """Show the QR image, without its quiet zone."""
        self.paragraph(b"Figure", "QR Code do Pix")
        placed = (number(points(side)), number(points(x)), number(points(y)))
        self._pictures.append(
            b"/Figure<</MCID %d>>BDC q %b 0 0 %b %b %b cm /Q%d Do Q EMC\n"
            % (self._mark(), placed[0], *placed, self.slip)
        )

    # --- cells

    def cell(self, cell: Cell, label: str, *, first: bool = False) -> None:
        """Rule a cell off at its foot and left side, and label it."""
        self.rule(cell.left, cell.bottom, cell.right, cell.bottom)
        if not first:
            self.rule(cell.left, cell.bottom, cell.left, cell.top)
        self.paragraph()
        box = Box(size=LABEL_SIZE, size_min=4.5, width=points(cell.width - PADDING_MM))
        self.fitted(cell.left + PADDING_MM, cell.top - _LABEL_DROP_MM, label, box)

    def value(self, cell: Cell, text: str, *, right: bool = False) -> None:
        """Write a fixed value at a cell's left, or right."""
        box = Box(size=VALUE_SIZE, size_min=5, width=points(cell.width - 2 * PADDING_MM))
        x = cell.right - PADDING_MM if right else cell.left + PADDING_MM
        self.fitted(x, cell.bottom + _VALUE_RISE_MM, text, box, right=right)

    def value_slot(
        self, cell: Cell, slot: Slot, *, font: bytes = REGULAR, right: bool = False
    ) -> None:
        """Leave room for a value at a cell's left, or right."""
        x = cell.right - PADDING_MM if right else cell.left + PADDING_MM
        self.slot(x, cell.bottom + _VALUE_RISE_MM, slot, font, VALUE_SIZE)

    # --- the two streams

    @property
    def marks(self) -> int:
        """Count the marked-content numbers given out."""
        return self._marks

    def fixed_stream(self) -> bytes:
        """Give the part that every slip shares."""
        ink = b"/Artifact BMC\n" + b"".join(self._ink) + b"EMC\n"
        return ink + self._fixed.joined()

    def skeleton(self) -> bytes:
        """Give the part that a slip fills, a `%b` for each of `slots_in_order`."""
        return self._variable.joined() + b"".join(self._pictures)

    def slots_in_order(self) -> list[tuple[int, Slot]]:
        """Give the slip and the slot behind each `%b`."""
        return self.slots + self._picture_slots
