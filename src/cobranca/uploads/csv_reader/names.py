"""name: 1 to 140 visible characters; nothing that could forge a mail header or hide in a text."""

from __future__ import annotations

import unicodedata
from typing import Final

import numpy as np

from cobranca.uploads.csv_reader.cells import BLANKS, Bytes, Cells, Codes, Flags, Int64s
from cobranca.uploads.csv_reader.rejects import RejectCode

NAME_MAX: Final = 140

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
#: Joiners that some scripts need inside a name.
_JOINERS: Final = "\u200c\u200d"
_LF: Final = 0x0A
_CR: Final = 0x0D


def read_name(text: str) -> RejectCode:
    """Check one name: the rule that `read_names` agrees with."""
    bare = text.strip(BLANKS)
    if not bare.strip(BLANKS + _JOINERS):
        return RejectCode.NAME_MISSING
    for character in bare:
        if unicodedata.category(character) in _INVISIBLE and character not in _JOINERS:
            return RejectCode.NAME_CHARACTER
    return RejectCode.NAME_TOO_LONG if len(bare) > NAME_MAX else RejectCode.ACCEPTED


def read_names(cells: Cells, odd: Flags) -> Codes:
    """Return the RejectCode of each trimmed cell.

    Args:
        cells: the names.
        odd: names that may hold a character to look at (`odd_places` tells); true is always safe.
    """
    length = cells.length
    codes = np.zeros(len(cells), dtype=np.uint8)
    for row in np.flatnonzero(odd | (length == 0) | (length > NAME_MAX)).tolist():
        codes[row] = read_name(cells.text(row))
    return codes


def odd_places(region: Bytes, delimiter: int) -> Int64s:
    """Return where a block has bytes that a name must be looked at for.

    These are control characters other than line breaks and the delimiter, DEL, and the first
    bytes of characters outside Latin-1's and Latin Extended-A's letters (C3, C4 and C5). Plain
    blocks, the usual case, are told by counting.
    """
    is_control, is_lead = region < 32, region >= 0xC0
    breaks = np.count_nonzero(region == _LF) + np.count_nonzero(region == _CR)
    plain_leads = np.count_nonzero(region == 0xC3)
    plain = (
        np.count_nonzero(is_control) == breaks
        and np.count_nonzero(is_lead) == plain_leads
        and not (region == 0x7F).any()
    )
    if plain:
        return np.zeros(0, dtype=np.int64)
    odd = is_control & (region != _LF) & (region != _CR) & (region != delimiter)
    odd |= is_lead & ((region < 0xC3) | (region > 0xC5))
    odd |= region == 0x7F
    return np.flatnonzero(odd)
