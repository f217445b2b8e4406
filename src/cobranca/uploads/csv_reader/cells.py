"""Cells: where each record's value of one column lies in the buffer, and fast looks at them.

Owns: gathering bytes around cells, trimming, and small arithmetic on eight bytes at once. Does not
own: what a value means; the column modules do.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.spreadsheet import FORMULA_SIGNS, PASSED_OVER
from cobranca.infra.columns import Bytes, windows

Int64s = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

#: Bytes that every buffer has before its data and after it, so that windows never leave it.
PADDING: Final = 64
#: What may stand around a value and is not part of it: space, tab, no-break space.
BLANKS: Final = " \t\u00a0"
#: Categories of characters that nobody sees: controls, marks of direction, ends of lines.
INVISIBLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})

#: Characters that show nothing, though their category does not say so.
_NO_SIGN: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
#: Blanks of any kind, controls and ends of lines. An expression that looks for them at the end of a
#: value would go through a long gap in the middle once for each of its places.
_AROUND: Final = "".join(
    map(chr, (*range(0x21), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029,
              0x202F, 0x205F, 0x2800, 0x3000))
)  # fmt: skip
_ON_KEYBOARD: Final = {
    **{ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"},
    **{ord(slash): "/" for slash in "\u2044\u2215\u29f8"},
    **{ord(blank): " " for blank in "\u00a0\u1680\u202f\u205f\u3000"},
    **dict.fromkeys(range(8192, 8203), " "),
}

_TRIM_STEPS: Final = 8
_ZEROS: Final = np.uint64(0x3030303030303030)
_HIGH_NIBBLES: Final = np.uint64(0xF0F0F0F0F0F0F0F0)
_SIXES: Final = np.uint64(0x0606060606060606)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One column of some records: bytes [start, end) of a buffer, record by record."""

    #: uint8[m], with PADDING on both sides of everything that a cell points at.
    buffer: Bytes
    start: Int64s
    end: Int64s
    #: The first byte of each, where it is known already.
    first: Bytes | None = None

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.start)

    @property
    def length(self) -> Int64s:
        """Bytes of each cell."""
        return self.end - self.start

    def take(self, rows: npt.NDArray[Any]) -> Cells:
        """Return the chosen cells; the buffer is shared."""
        return Cells(buffer=self.buffer, start=self.start[rows], end=self.end[rows])

    def raw(self, row: int) -> bytes:
        """Return one cell's bytes."""
        return self.buffer[int(self.start[row]) : int(self.end[row])].tobytes()

    def text(self, row: int) -> str:
        """Return one cell as text; the reader has made sure that it is UTF-8."""
        return self.raw(row).decode("utf-8", "replace")

    def matrix(self, width: int, rows: npt.NDArray[Any] | None = None) -> Bytes:
        """Return uint8[n, width] from each cell's start on; what is beyond its end is arbitrary.

        `width` is at most PADDING.
        """
        start = self.start if rows is None else self.start[rows]
        return as_matrix(windows(self.buffer, width)[start], width)


def as_matrix(items: npt.NDArray[np.void], width: int) -> Bytes:
    """View gathered windows as uint8[n, width]."""
    return items.view(np.uint8).reshape(-1, width)


def words_at(buffer: Bytes, place: Int64s) -> Words:
    """Return the eight bytes from each place on as a little-endian number: first byte lowest."""
    return windows(buffer, 8)[place].view("<u8")


def all_digits(words: Words) -> Flags:
    """Tell which words are eight ASCII digits."""
    carried = (words + _SIXES) & _HIGH_NIBBLES
    return ((words & _HIGH_NIBBLES) | (carried >> np.uint64(4))) == np.uint64(0x3333333333333333)


def number_of_digits(words: Words) -> Words:
    """Read eight ASCII digits as a number; the first digit is the lowest byte of the word."""
    pairs = (words - _ZEROS) * np.uint64(10) + ((words - _ZEROS) >> np.uint64(8))
    pairs &= np.uint64(0x00FF00FF00FF00FF)
    fours = pairs * np.uint64(100) + (pairs >> np.uint64(16))
    fours &= np.uint64(0x0000FFFF0000FFFF)
    return (fours * np.uint64(10_000) + (fours >> np.uint64(32))) & np.uint64(0xFFFFFFFF)


def pad_left_with_zeros(words: Words, digits: Int64s) -> Words:
    """Keep the last `digits` (0 to 8) bytes of words that end where a number ends; zeros before."""
    keep = _KEEP_LAST[digits]
    return (words & keep) | (_ZEROS & ~keep)


def bits(flags: Flags | Bytes) -> npt.NDArray[Any]:
    """Pack [n, 32] or [n, 64] flags into one unsigned number a row; column 0 is bit 0."""
    width = flags.shape[1]
    packed = np.packbits(flags.reshape(-1), bitorder="little")
    return packed.view("<u4" if width == 32 else "<u8")


def unmarked(text: str) -> str:
    """Take off the blanks around a value and the marks by which spreadsheets take it for text.

    These are the apostrophe that `domain.spreadsheet` puts before the sign of a formula (and no
    other one), and `="..."` around the whole. The rule that `trimmed` agrees with.
    """
    bare = text.strip(BLANKS)
    if bare[:1] == "'" and bare[1:2] and bare[1] in _ARMED_SIGNS:
        bare = bare[1:].strip(BLANKS)
    if len(bare) > 2 and bare.startswith('="') and bare.endswith('"'):
        bare = bare[2:-1].strip(BLANKS)
    return bare


def visible(text: str) -> str:
    """Take off what is no part of a number, date or code: invisible characters, any text mark.

    A control character or a break inside stays, for it may part two values.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(c for c in text if c not in _NO_SIGN and unicodedata.category(c) != "Cf")
        text = text.strip(_AROUND)
    return unmarked(text).removeprefix("'").strip(BLANKS)


def typed(text: str) -> str:
    """Return a number or date with the signs of a keyboard: `visible`, and its likenesses told.

    A word processor makes dashes of hyphens and wide blanks of spaces. Digits stay as they are: a
    small raised one may be a footnote.
    """
    bare = visible(text)
    return bare if bare.isascii() else bare.translate(_ON_KEYBOARD)


def trimmed(cells: Cells) -> Cells:
    """Return the cells without the blanks around their values, and without marks: `unmarked`."""
    if not len(cells):
        return cells
    start, end = cells.start, cells.end
    buffer = cells.buffer
    first, last = buffer[start], buffer[end - 1]
    # Space and tab are below "!", a no-break space is the bytes C2 A0; marks are ' and =.
    odd = (first <= _APOSTROPHE) | (first == 0xC2) | (last <= 32) | (last == 0xA0)
    odd |= first == _EQUALS
    odd &= end > start
    rows = np.flatnonzero(odd)
    if not rows.size:
        return Cells(buffer=buffer, start=start, end=end, first=first)
    start, end = start.copy(), end.copy()
    _trim(buffer, start, end, rows)
    for take_off in (_disarm, _unwrap):
        marked = take_off(buffer, start, end, rows)
        if marked.size:
            _trim(buffer, start, end, marked)
    first[rows] = buffer[start[rows]]
    return Cells(buffer=buffer, start=start, end=end, first=first)


def _trim(buffer: Bytes, start: Int64s, end: Int64s, rows: Int64s) -> None:
    """Trim the blanks around some cells in place."""
    for row in _trim_spaces(buffer, start, end, rows):
        cell = buffer[start[row] : end[row]].tobytes()
        text = cell.decode("utf-8", "replace").lstrip(BLANKS)
        start[row] += len(cell) - len(text.encode())
        end[row] = start[row] + len(text.rstrip(BLANKS).encode())


def _disarm(buffer: Bytes, start: Int64s, end: Int64s, rows: Int64s) -> Int64s:
    """Take an armed sign's apostrophe off some trimmed cells in place; return those that had it."""
    rows = rows[(buffer[start[rows]] == _APOSTROPHE) & (end[rows] - start[rows] > 1)]
    second, third, fourth = (buffer[start[rows] + n] for n in (1, 2, 3))
    wide = (second == 0xEF) & (third == 0xBC) & _IS_WIDE_SIGN[fourth]
    rows = rows[_IS_SIGN[second] | (wide & (end[rows] - start[rows] > 3))]
    start[rows] += 1
    return rows


def _unwrap(buffer: Bytes, start: Int64s, end: Int64s, rows: Int64s) -> Int64s:
    """Take `="` and `"` off some trimmed cells in place; return those that had them."""
    rows = rows[(buffer[start[rows]] == _EQUALS) & (end[rows] - start[rows] > 2)]
    rows = rows[(buffer[start[rows] + 1] == _QUOTE) & (buffer[end[rows] - 1] == _QUOTE)]
    start[rows] += 2
    end[rows] -= 1
    return rows


def _trim_spaces(buffer: Bytes, start: Int64s, end: Int64s, rows: Int64s) -> list[int]:
    """Trim spaces and tabs in place, a few steps for all rows at once; return rows left to do."""
    for _ in range(_TRIM_STEPS):
        head, tail = buffer[start[rows]], buffer[end[rows] - 1]
        nonempty = end[rows] > start[rows]
        cut_head = ((head == 32) | (head == 9)) & nonempty
        start[rows] += cut_head
        cut_tail = ((tail == 32) | (tail == 9)) & (end[rows] > start[rows])
        end[rows] -= cut_tail
        odd_ends = (head == 0xC2) | (tail == 0xA0)
        rows = rows[(cut_head | cut_tail | odd_ends) & nonempty]
        if not rows.size:
            return []
    return rows.tolist()


_KEEP_LAST: Final = np.array(
    [0] + [((1 << (8 * n)) - 1) << (64 - 8 * n) for n in range(1, 9)], dtype=np.uint64
)
_APOSTROPHE: Final = 0x27
_EQUALS: Final = 0x3D
_QUOTE: Final = 0x22
_ARMED_SIGNS: Final = FORMULA_SIGNS + PASSED_OVER
_IS_SIGN: Final = np.zeros(256, dtype=np.bool_)
_IS_WIDE_SIGN: Final = np.zeros(256, dtype=np.bool_)
for _sign in _ARMED_SIGNS:
    (_IS_SIGN if _sign.isascii() else _IS_WIDE_SIGN)[_sign.encode()[-1]] = True
