"""debtId: the text forms of a UUID to its sixteen bytes."""

from __future__ import annotations

import binascii
import re
from typing import Final

import numpy as np

from cobranca.infra.columns import windows
from cobranca.uploads.csv_reader.cells import (
    Bytes,
    Cells,
    Codes,
    Flags,
    Int64s,
    Words,
    visible,
    words_at,
)
from cobranca.uploads.csv_reader.reject_codes import RejectCode

_UUID: Final = re.compile(
    rb"(?:urn:uuid:)?(\{)?([0-9a-f]{8})(-?)([0-9a-f]{4})\3([0-9a-f]{4})\3([0-9a-f]{4})\3"
    rb"([0-9a-f]{12})(?(1)\})",
    re.IGNORECASE,
)
#: Bytes 0 and 5 of eight that begin at a hyphen: the hyphens around a group of four digits.
_AROUND_FOUR: Final = np.uint64(0x0000FF00000000FF)
_TWO_HYPHENS: Final = np.uint64(0x00002D000000002D)
_FOUR_BYTES: Final = np.uint64(0xFFFFFFFF)


def read_debt_id(text: str) -> tuple[bytes, RejectCode]:
    """Read one UUID: the rule that `read_debt_ids` agrees with.

    Upper or lower case, with or without hyphens, in braces or as `urn:uuid:`.
    """
    bare = visible(text)
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
    for size, gather in ((36, _hyphenated), (32, _bare)):
        rows = np.flatnonzero(length == size)
        if rows.size == len(cells):
            words, sure = gather(cells.buffer, cells.start)
            ids = _decoded(words, sure)
            if not sure.all():
                ids = ids.copy()  # What has been decoded is read-only.
            break
        if rows.size:
            words, good = gather(cells.buffer, cells.start[rows])
            ids[rows] = _decoded(words, good)
            sure[rows] = good
    codes = np.zeros(len(cells), dtype=np.uint8)
    for row in np.flatnonzero(~sure).tolist():
        value, codes[row] = read_debt_id(cells.text(row))
        ids[row] = np.frombuffer(value, dtype=np.uint8)
    return ids, codes


def _hyphenated(buffer: Bytes, start: Int64s) -> tuple[Words, Flags]:
    """Gather the 32 digits of 8-4-4-4-12 as four words a row; tell where the hyphens are right."""
    words = np.empty((len(start), 4), dtype=np.uint64)
    words[:, 0] = words_at(buffer, start)
    fours: list[Words] = []
    good = np.ones(len(start), dtype=np.bool_)
    for hyphen in (8, 13, 18):
        group = words_at(buffer, start + hyphen)
        good &= (group & _AROUND_FOUR) == _TWO_HYPHENS
        fours.append((group >> np.uint64(8)) & _FOUR_BYTES)
    words[:, 1] = fours[0] | (fours[1] << np.uint64(32))
    words[:, 2] = fours[2] | (words_at(buffer, start + 24) << np.uint64(32))
    words[:, 3] = words_at(buffer, start + 28)
    return words, good


def _bare(buffer: Bytes, start: Int64s) -> tuple[Words, Flags]:
    """Gather 32 digits without hyphens as four words a row."""
    digits = windows(buffer, 32)[start].view("<u8").reshape(-1, 4)
    return digits, np.ones(len(start), dtype=np.bool_)


def _decoded(words: Words, good: Flags) -> Bytes:
    """Read 32 hexadecimal digits a row as 16 bytes; clear `good` where a row has another byte."""
    try:
        data = binascii.unhexlify(words.tobytes())
    except binascii.Error:
        digits = words.view(np.uint8)
        # Below "0" and below "a" a byte wraps round to a large value.
        is_digit = (digits - np.uint8(48)) < 10
        is_letter = ((digits | np.uint8(0x20)) - np.uint8(97)) < 6
        good &= (is_digit | is_letter).all(axis=1)
        digits[~good] = 48
        data = binascii.unhexlify(words.tobytes())
    return np.frombuffer(data, dtype=np.uint8).reshape(-1, 16)
