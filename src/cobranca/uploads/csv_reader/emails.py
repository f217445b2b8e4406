"""email: is this an address that a mail server can be given? All at once where the form is plain.

The rule is `domain.email_address`; a domain with accents is written in its xn-- form.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.email_address import AddressFault, address_fault
from cobranca.uploads.csv_reader.cells import BLANKS, Cells, Codes, Flags, Words, bits
from cobranca.uploads.csv_reader.reject_codes import RejectCode

_FAULTS: Final = {
    None: RejectCode.ACCEPTED,
    AddressFault.CONTROL_CHARACTER: RejectCode.EMAIL_CHARACTER,
    AddressFault.NOT_ASCII: RejectCode.EMAIL_NOT_ASCII,
    AddressFault.TOO_LONG: RejectCode.EMAIL_TOO_LONG,
    AddressFault.FORMAT: RejectCode.EMAIL_FORMAT,
}
_ONE: Final = np.uint64(1)


def read_email(text: str) -> RejectCode:
    """Check one address: the rule that `read_emails` agrees with."""
    bare = text.strip(BLANKS)
    if not bare:
        return RejectCode.EMAIL_MISSING
    return _FAULTS[address_fault(bare)]


def read_emails(cells: Cells) -> Codes:
    """Return the RejectCode of each trimmed cell."""
    length = cells.length
    sure = np.zeros(len(cells), dtype=np.bool_)
    for width, low, high in ((32, 1, 32), (64, 33, 63)):
        rows = np.flatnonzero((length >= low) & (length <= high))
        if rows.size == len(cells):
            sure = _plain(cells.matrix(width), length)
        elif rows.size:
            sure[rows] = _plain(cells.matrix(width, rows), length[rows])
    codes = np.zeros(len(cells), dtype=np.uint8)
    for row in np.flatnonzero(~sure).tolist():
        codes[row] = read_email(cells.text(row))
    return codes


def _plain(texts: npt.NDArray[np.uint8], length: npt.NDArray[np.int64]) -> Flags:
    """Tell the addresses made of letters, digits, `.`, `-`, `_` and `+` that are surely good.

    Each class of characters becomes one number a row, whose bit n says that byte n is of it; all
    rules are then a few operations on these numbers.
    """
    inside = _INSIDE[length]
    is_letter = ((texts | np.uint8(0x20)) - np.uint8(97)) < 26
    is_word = is_letter | ((texts - np.uint8(48)) < 10)
    letter = _bits(is_letter)
    at = _bits(texts == 0x40) & inside
    dot = _bits(texts == 0x2E) & inside
    hyphen = _bits(texts == 0x2D) & inside
    mark = _bits((texts == 0x5F) | (texts == 0x2B)) & inside
    known = _bits(is_word) | at | dot | hyphen | mark

    last = (inside >> _ONE) + _ONE
    domain = inside & ~(at | (at - _ONE))
    edge = dot | at
    bad = inside & ~known
    bad |= at & (at - _ONE)  # A second @.
    bad |= dot & ((edge << _ONE) | (edge >> _ONE) | last | _ONE)
    bad |= hyphen & domain & ((edge << _ONE) | (edge >> _ONE) | last)
    bad |= mark & domain
    bad |= (last | (last >> _ONE)) & ~letter
    return (bad == 0) & (at > _ONE) & ((dot & domain) != 0)


def _bits(flags: Flags) -> Words:
    return bits(flags).astype(np.uint64)


_INSIDE: Final = np.array([(1 << n) - 1 for n in range(65)], dtype=np.uint64)
