"""Text on a slip: WinAnsi bytes, Helvetica's widths, and the rules that keep a text inside its box.

A slip uses the two standard fonts that every reader has, so no font is embedded and a slip stays
small. Their encoding is WinAnsi; what it lacks, `characters.printed` makes up for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reportlab.pdfbase import pdfmetrics

from cobranca.domain.characters import printed

if TYPE_CHECKING:
    from collections.abc import Sequence

FONT_NAMES: Final = {b"R": "Helvetica", b"B": "Helvetica-Bold"}
REGULAR: Final = b"R"
BOLD: Final = b"B"
ELLIPSIS: Final = b"\x85"
# Longer input of one line is cut before it is measured: no box holds a quarter of this.
TEXT_CHARS_MAX: Final = 600
# More lines than a page has.
LINES_MAX: Final = 100


def _widths_of(font: bytes) -> tuple[int, ...]:
    """Give the widths of the 256 WinAnsi codes, in thousandths of the font's size."""
    return tuple(pdfmetrics.getFont(FONT_NAMES[font]).widths)


WIDTHS: Final = {font: _widths_of(font) for font in FONT_NAMES}
_NARROWEST: Final = min(width for widths in WIDTHS.values() for width in widths if width)


def to_winansi(text: str) -> bytes:
    """Encode a text for the standard fonts, with `characters.printed` where they lack something."""
    if text.isprintable():
        try:
            return text.encode("cp1252")
        except UnicodeEncodeError:
            pass
    return printed(text).encode("cp1252")


def literal(raw: bytes) -> bytes:
    """Write a PDF string: parentheses and backslashes would end it early."""
    if b"\\" in raw or b"(" in raw or b")" in raw:
        raw = raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"(" + raw + b")"


def width_units(raw: bytes, font: bytes) -> int:
    """Measure WinAnsi bytes, in thousandths of the font's size."""
    return sum(map(WIDTHS[font].__getitem__, raw))


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The room of one text: its font, its size in points, its width in points.

    A text that is too wide is drawn smaller, down to `size_min`; what is then still too wide is
    cut, with an ellipsis. The tokens it gives are operators inside BT ... ET with the font already
    set, and they leave the font as they found it.
    """

    font: bytes = REGULAR
    size: float
    width: float
    size_min: float
    units: int = field(init=False)
    chars_sure: int = field(init=False)

    def __post_init__(self) -> None:
        """Precompute how many units fit, and how many characters fit whatever they are."""
        object.__setattr__(self, "units", int(self.width * 1000 / self.size))
        object.__setattr__(self, "chars_sure", self.units // max(WIDTHS[self.font]))

    def holds(self, raw: bytes) -> bool:
        """Tell whether WinAnsi bytes fit at the full size."""
        return len(raw) <= self.chars_sure or width_units(raw, self.font) <= self.units

    def left(self, text: str, tail: bytes = b"") -> bytes:
        """Draw a text from the current point to the right; `tail` is never cut."""
        raw = to_winansi(text) + tail
        if self.holds(raw):
            return literal(raw) + b"Tj"
        size, raw = self._squeeze(raw[: len(raw) - len(tail)], tail)
        return self._at(size, literal(raw) + b"Tj")

    def right(self, text: str) -> bytes:
        """Draw a text so that it ends at the current point."""
        raw = to_winansi(text)
        units = width_units(raw, self.font)
        if units <= self.units:
            return b"[%d%b]TJ" % (units, literal(raw))
        size, raw = self._squeeze(raw, b"")
        return self._at(size, b"[%d%b]TJ" % (width_units(raw, self.font), literal(raw)))

    def wrap(self, text: str, lines_max: int = LINES_MAX) -> list[bytes]:
        """Break a text into lines of WinAnsi bytes that fit at the full size.

        No word is lost: one that is wider than a line goes on in the next. A text of more than
        `lines_max` lines gives at least one more, and not necessarily all.
        """
        raw = to_winansi(text)
        if self.holds(raw):
            return [raw]
        raw = raw[: (lines_max + 1) * (self.units // _NARROWEST + 2)]
        lines: list[bytes] = []
        # An amount is not parted from its currency.
        for word in raw.replace(b"R$ ", b"R$\xa0").split(b" "):
            joined = lines[-1] + b" " + word if lines else word
            if lines and self.holds(joined):
                lines[-1] = joined
            else:
                lines += self._broken(word)
        return [line.replace(b"\xa0", b" ") for line in lines]

    def wrap_all(
        self, texts: Sequence[str], lines_max: int, overflow: bytes = ELLIPSIS
    ) -> list[bytes]:
        """Break texts into at most `lines_max` lines; when some are lost, the last says so.

        Args:
            texts: each begins a line.
            lines_max: 0 or more.
            overflow: the end of the last line then.
        """
        lines: list[bytes] = []
        for text in texts:
            lines += self.wrap(text, lines_max)
            if len(lines) > lines_max:
                return self._shortened(lines[:lines_max], overflow)
        return lines

    def _shortened(self, lines: list[bytes], overflow: bytes) -> list[bytes]:
        """End the last line in `overflow`, cutting it as far as that needs."""
        if not lines:
            return []
        last, room = lines[-1].rstrip(ELLIPSIS), self.units - width_units(overflow, self.font)
        if width_units(last, self.font) > room:
            kept = last[: self._chars_within(last, room)]
            last = kept.rpartition(b" ")[0] or kept
        return [*lines[:-1], last.rstrip() + overflow]

    def _broken(self, word: bytes) -> list[bytes]:
        """Part a word that is wider than a line."""
        parts = [word]
        while not self.holds(parts[-1]):
            last = parts.pop()
            kept = max(self._chars_within(last, self.units), 1)
            parts += [last[:kept], last[kept:]]
        return parts

    def cut(self, raw: bytes, units_max: int) -> bytes:
        """Keep what fits in `units_max`, with an ellipsis when something is lost."""
        if width_units(raw, self.font) <= units_max:
            return raw
        kept = self._chars_within(raw, units_max - WIDTHS[self.font][ELLIPSIS[0]])
        return raw[:kept].rstrip() + ELLIPSIS

    def _chars_within(self, raw: bytes, units_max: int) -> int:
        """Count the first characters that fit."""
        widths, room = WIDTHS[self.font], units_max
        for place, code in enumerate(raw):
            room -= widths[code]
            if room < 0:
                return place
        return len(raw)

    def _squeeze(self, raw: bytes, tail: bytes) -> tuple[float, bytes]:
        """Find the size at which head and tail fit, cutting the head at the smallest one."""
        raw = raw[:TEXT_CHARS_MAX]
        units = width_units(raw + tail, self.font)
        size = int(self.units * self.size / units * 10) / 10
        if size >= self.size_min:
            return size, raw + tail
        room = int(self.width * 1000 / self.size_min) - width_units(tail, self.font)
        return self.size_min, self.cut(raw, room) + tail

    def _at(self, size: float, token: bytes) -> bytes:
        font = self.font
        return b"/%b %.4g Tf%b/%b %.4g Tf" % (font, size, token, font, self.size)
