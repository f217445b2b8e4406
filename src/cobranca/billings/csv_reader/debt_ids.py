"""debtId: the text forms of a UUID to its sixteen bytes."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from cobranca.billings.csv_reader.cells import BLANKS, Bytes, Cells, Codes, Flags, Int64s
from cobranca.billings.csv_reader.rejects import RejectCode

_UUID: Final = re.compile(
    rb"(?:urn:uuid:)?(\{)?([0-9a-f]{8})(-?)([0-9a-f]{4})\3([0-9a-f]{4})\3([0-9a-f]{4})\3"
    rb"([0-9a-f]{12})(?(1)\})",
    re.IGNORECASE,
)
_HYPHENS: Final = (8, 13, 18, 23)
#: (from, to) of the hexadecimal digits in the 36 characters.
_GROUPS: Final = ((0, 8), (9, 13), (14, 18), (19, 23), (24, 36))


def read_debt_id(text: str) -> tuple[bytes, RejectCode]:
    """Read one UUID: the rule that `read_debt_ids` agrees with.

    Upper or lower case, with or without hyphens, in braces or as `urn:uuid:`.
    """
    bare = text.strip(BLANKS)
    if not bare:
        return bytes(16), RejectCode.DEBT_ID_MISSING
    match = _UUID.fullmatch(bare.encode())
    if match is None:
        return bytes(16), RejectCode.DEBT_ID_FORMAT
    return bytes.fromhex(b"".join(match.group(2, 4, 5, 6, 7)).decode()), RejectCode.ACCEPTED


def read_debt_ids(cells: Cells) -> tuple[Bytes, Codes]:
    """Read trimmed cells as UUIDs: uint8[n, 16], and the RejectCode of each."""
    length = cells.length
    ids = np.zeros((len(cells), 16), dtype=np.uint8)
    sure = np.zeros(len(cells), dtype=np.bool_)
    for size in (36, 32):
        rows = np.flatnonzero(length == size)
        if rows.size:
            everyone = rows.size == len(cells)
            _read_size(cells, None if everyone else rows, size, ids, sure)
            if everyone:
                break
    codes = np.zeros(len(cells), dtype=np.uint8)
    for row in np.flatnonzero(~sure).tolist():
        value, codes[row] = read_debt_id(cells.text(row))
        ids[row] = np.frombuffer(value, dtype=np.uint8)
    return ids, codes


def _read_size(cells: Cells, rows: Int64s | None, size: int, ids: Bytes, sure: Flags) -> None:
    texts = cells.matrix(size, rows)
    digits = texts
    good = np.ones(len(texts), dtype=np.bool_)
    if size == 36:
        digits = np.empty((len(texts), 32), dtype=np.uint8)
        at = 0
        for low, high in _GROUPS:
            digits[:, at : at + high - low] = texts[:, low:high]
            at += high - low
        for hyphen in _HYPHENS:
            good &= texts[:, hyphen] == 0x2D
    # Below "0" and below "a" a byte wraps round to a large value.
    decimal = digits - np.uint8(48)
    letter = (digits | np.uint8(0x20)) - np.uint8(97)
    is_decimal = decimal <= 9
    valid = is_decimal | (letter <= 5)
    if not valid.all():
        good &= valid.all(axis=1)
    nibbles = np.where(is_decimal, decimal, letter + np.uint8(10)).view("<u2")
    values = ((nibbles << np.uint16(4)) | (nibbles >> np.uint16(8))).astype(np.uint8)
    if rows is None:
        ids[:], sure[:] = values, good
    else:
        ids[rows], sure[rows] = values, good
