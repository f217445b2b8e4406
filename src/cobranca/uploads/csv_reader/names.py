"""name: 1 to 140 visible characters; nothing that could forge a mail header or hide in a text.

What a spreadsheet or database writes in place of a value is no name, and neither is a text whose
letters another encoding has changed over. Blanks of any kind become a space.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.characters import JOINERS, plain_blanks, unprintable
from cobranca.domain.spreadsheet import without_marks_inside
from cobranca.uploads.csv_reader.cells import BLANKS, INVISIBLE, Bytes, Cells, Codes, Flags
from cobranca.uploads.csv_reader.garbled_text import is_garbled
from cobranca.uploads.csv_reader.lines import MARKS
from cobranca.uploads.csv_reader.placeholders import PLACEHOLDER_SIZES, is_placeholder
from cobranca.uploads.csv_reader.reject_codes import RejectCode
from cobranca.uploads.csv_reader.rewritten_values import SideBuffer

NAME_MAX: Final = 140

#: What no mail can show: invisible, private and unassigned characters, halves of characters.
_REFUSED: Final = INVISIBLE | {"Co", "Cn", "Cs"}
_LF: Final = 0x0A
_CR: Final = 0x0D
_IS_MARK: Final = np.isin(np.arange(256), list(MARKS))
#: Whether a name of so many bytes may be a placeholder, by its first byte.
_SIZES: Final = np.zeros((256, 1 + max(size for _, size in PLACEHOLDER_SIZES)), dtype=np.bool_)
for _letter, _size in PLACEHOLDER_SIZES:
    _SIZES[[ord(_letter), ord(_letter.upper())], _size] = True


def clean_name(text: str) -> str:
    """Take off what is not part of a name: blanks around, marks of a rejects' file, odd spaces."""
    bare = without_marks_inside(text.strip(BLANKS))
    # Of blanks, only the space is printable.
    return bare if bare.isprintable() else plain_blanks(bare).strip(BLANKS)


def read_name(text: str) -> RejectCode:
    """Check one name: the rule that `read_names` agrees with."""
    bare = clean_name(text)
    if not bare.strip(BLANKS + JOINERS):
        return RejectCode.NAME_MISSING
    if not bare.isprintable() and any(
        unicodedata.category(character) in _REFUSED and character not in JOINERS
        for character in bare
    ):
        return RejectCode.NAME_CHARACTER
    if len(bare) > NAME_MAX:
        return RejectCode.NAME_TOO_LONG
    if is_garbled(text.strip(BLANKS)):
        return RejectCode.NAME_ENCODING
    return RejectCode.NAME_FORMAT if is_placeholder(bare) else RejectCode.ACCEPTED


def read_names(cells: Cells, odd: Flags, side: SideBuffer) -> tuple[Cells, Codes, Flags]:
    """Read trimmed cells.

    Args:
        cells: the names.
        odd: names that may hold a character to look at (`odd_places` tells); true is always safe.
        side: takes the names that differ from the file's.

    Returns:
        The names, the RejectCode of each, and which of them no slip can show.
    """
    length = cells.length
    codes = np.zeros(len(cells), dtype=np.uint8)
    lost = np.zeros(len(cells), dtype=np.bool_)
    rows = np.flatnonzero(odd | (length == 0) | (length > NAME_MAX) | _may_be_placeholder(cells))
    moved: list[tuple[int, int, int]] = []
    for row in rows.tolist():
        text = cells.text(row)
        codes[row] = read_name(text)
        if codes[row]:
            continue
        name = clean_name(text)
        lost[row] = unprintable(name) != ""
        if name != text:
            raw = np.frombuffer(name.encode(), dtype=np.uint8)
            moved.append((row, side.append(raw), raw.size))
    if moved:
        at, begin, size = np.array(moved, dtype=np.int64).T
        start, end = cells.start.copy(), cells.end.copy()
        start[at], end[at] = begin, begin + size
        cells = Cells(buffer=cells.buffer, start=start, end=end)
    return cells, codes, lost


def _may_be_placeholder(cells: Cells) -> Flags:
    first = cells.buffer[cells.start] if cells.first is None else cells.first
    maybe = ((first | np.uint8(0x20)) - np.uint8(97)) >= 26
    length = cells.end - cells.start
    short = np.flatnonzero(length < _SIZES.shape[1])
    maybe[short] |= _SIZES[first[short], length[short]]
    accented = np.flatnonzero(maybe & (first == 0xC3))
    if accented.size:
        second = cells.buffer[cells.start[accented] + 1]
        maybe[accented] = (second == 0x97) | (second == 0xB7)  # × and ÷ are no letters.
    return maybe


def odd_places(
    region: Bytes, delimiter: int, *, has_marks: bool, breaks: int | None = None
) -> npt.NDArray[np.int64]:
    """Return where a block has bytes that a name must be looked at for.

    These are control characters other than line breaks and the delimiter, the first bytes of
    characters outside Latin-1's letters (C3), DEL, apostrophes and the signs by which programs
    write letters of their own (`MARKS`). Plain blocks, the usual
    case, are told by counting.

    Args:
        region: the block.
        delimiter: the byte between fields.
        has_marks: it has one of `MARKS`.
        breaks: bytes of its line breaks, where they have been counted.
    """
    is_control, is_lead = region < 32, region >= 0xC0
    if breaks is None:
        breaks = int(np.count_nonzero(region == _LF) + np.count_nonzero(region == _CR))
    plain_leads = np.count_nonzero(region == 0xC3)
    plain = (
        not has_marks
        and np.count_nonzero(is_control) == breaks
        and np.count_nonzero(is_lead) == plain_leads
    )
    if plain:
        return np.zeros(0, dtype=np.int64)
    odd = is_control & (region != _LF) & (region != _CR) & (region != delimiter)
    odd |= is_lead & (region != 0xC3)
    if has_marks:
        odd |= _IS_MARK[region]
    return np.flatnonzero(odd)
