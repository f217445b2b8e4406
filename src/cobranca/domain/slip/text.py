"""Text on a slip: WinAnsi bytes, Helvetica's widths, and the rules that keep a text inside its box.

A slip uses the two standard fonts that every reader has, so no font is embedded and a slip stays
small. Their encoding is WinAnsi; what it lacks is transliterated, visibly ("?" as the last resort).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Final

from reportlab.pdfbase import pdfmetrics

FONT_NAMES: Final = {b"R": "Helvetica", b"B": "Helvetica-Bold"}
REGULAR: Final = b"R"
BOLD: Final = b"B"
ELLIPSIS: Final = b"\x85"
# Longer input is cut before it is measured: no box on the page holds a quarter of this.
TEXT_CHARS_MAX: Final = 600

# Letters without a decomposition that Unicode could take apart.
_TRANSLITERATION: Final = str.maketrans(
    {
        "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i", "ĸ": "k",
        "Ŋ": "N", "ŋ": "n", "Ŧ": "T", "ŧ": "t", "ẞ": "ß", "Ə": "E", "ə": "e", "ɑ": "a",
        "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-", "⁄": "/", "∕": "/", "′": "'",
        "″": '"', "ʼ": "'", "ʹ": "'", "№": "Nº",
    }
)  # fmt: skip


def _widths_of(font: bytes) -> tuple[int, ...]:
    """Give the widths of the 256 WinAnsi codes, in thousandths of the font's size."""
    return tuple(pdfmetrics.getFont(FONT_NAMES[font]).widths)


WIDTHS: Final = {font: _widths_of(font) for font in FONT_NAMES}


def to_winansi(text: str) -> bytes:
    """Encode a text for the standard fonts; never fails, never drops a visible letter silently."""
    if text.isprintable():
        try:
            return text.encode("cp1252")
        except UnicodeEncodeError:
            pass
    return _transliterate(text)


def _transliterate(text: str) -> bytes:
    spaced = "".join(char if char.isprintable() else " " for char in text[:TEXT_CHARS_MAX])
    composed = unicodedata.normalize("NFC", " ".join(spaced.split()))
    return b"".join(map(_nearest, composed.translate(_TRANSLITERATION)))


def _nearest(char: str) -> bytes:
    """Give the letter itself, or its base letter, or a question mark."""
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        pass
    base = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    # A mark that stands alone decomposes to nothing: it stays visible as "?".
    plain = base.encode("cp1252", "replace") if base.isprintable() else b""
    return plain if plain.strip() else b"?"


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

    def wrap(self, text: str) -> list[bytes]:
        """Break a text into lines of WinAnsi bytes that fit at the full size."""
        raw = to_winansi(text[:TEXT_CHARS_MAX])
        if self.holds(raw):
            return [raw]
        lines: list[bytes] = []
        # An amount is not parted from its currency.
        for word in raw.replace(b"R$ ", b"R$\xa0").split(b" "):
            joined = lines[-1] + b" " + word if lines else word
            if lines and self.holds(joined):
                lines[-1] = joined
            else:
                lines.append(self.cut(word, self.units))
        return [line.replace(b"\xa0", b" ") for line in lines]

    def wrap_all(self, texts: tuple[str, ...], lines_max: int) -> list[bytes]:
        """Break texts into at most `lines_max` lines; when some are lost, the last ends in '…'."""
        lines: list[bytes] = []
        for text in texts:
            lines += self.wrap(text)
            if len(lines) > lines_max:
                last = lines[lines_max - 1]
                if not self.holds(last + ELLIPSIS):
                    last = last[:-3]
                return [*lines[: lines_max - 1], last.rstrip(ELLIPSIS) + ELLIPSIS]
        return lines

    def cut(self, raw: bytes, units_max: int) -> bytes:
        """Keep what fits in `units_max`, with an ellipsis when something is lost."""
        if width_units(raw, self.font) <= units_max:
            return raw
        widths = WIDTHS[self.font]
        room = units_max - widths[ELLIPSIS[0]]
        kept = 0
        for code in raw:
            room -= widths[code]
            if room < 0:
                break
            kept += 1
        return raw[:kept].rstrip() + ELLIPSIS

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
