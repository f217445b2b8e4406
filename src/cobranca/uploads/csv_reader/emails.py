"""email: is this an address that a mail server can be given? All at once where the form is plain.

Pragmatic: a dotted local part and a host name with a top-level domain. No quoted local parts, no
comments, no address literals, and of the signs that RFC 5322 allows only those that addresses of
people have. Addresses beyond ASCII are refused by name (not every server offers
SMTPUTF8); a domain with accents is written in its xn-- form.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.uploads.csv_reader.cells import BLANKS, INVISIBLE, Cells, Codes, Flags, Words, bits
from cobranca.uploads.csv_reader.reject_codes import RejectCode

_EMAIL_MAX: Final = 254
_LOCAL_MAX: Final = 64
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ATOM: Final = r"[a-z0-9&'+_-]+"
_EMAIL: Final = re.compile(
    rf"(?![&']){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?![0-9]+\Z)(?=..){_LABEL}",
    re.IGNORECASE | re.ASCII,
)
#: What looks like an address with accents.
_ACCENTED: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_ONE: Final = np.uint64(1)


def read_email(text: str) -> RejectCode:
    """Check one address: the rule that `read_emails` agrees with."""
    bare = text.strip(BLANKS)
    if not bare:
        return RejectCode.EMAIL_MISSING
    if any(unicodedata.category(character) in INVISIBLE for character in bare):
        return RejectCode.EMAIL_CHARACTER
    if not bare.isascii():
        is_accented = _ACCENTED.fullmatch(bare)
        return RejectCode.EMAIL_NOT_ASCII if is_accented else RejectCode.EMAIL_FORMAT
    if len(bare) > _EMAIL_MAX or bare.find("@") > _LOCAL_MAX:
        return RejectCode.EMAIL_TOO_LONG
    return RejectCode.ACCEPTED if _EMAIL.fullmatch(bare) else RejectCode.EMAIL_FORMAT


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
