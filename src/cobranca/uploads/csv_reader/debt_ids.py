"""debtId: the text forms of a UUID, and any other code, to the sixteen bytes of a UUID.

The rule is `domain.debt_code`. A file of UUIDs, such as the official one, is read without a look at
single cells.
"""

from __future__ import annotations

import binascii
import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np

from cobranca.domain.debt_code import CodeFault, as_uuid, code_fault, normal_form
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
from cobranca.uploads.csv_reader.placeholders import stands_for_nothing
from cobranca.uploads.csv_reader.reject_codes import RejectCode
from cobranca.uploads.csv_reader.rewritten_values import SideBuffer

#: Bytes 0 and 5 of eight that begin at a hyphen: the hyphens around a group of four digits.
_AROUND_FOUR: Final = np.uint64(0x0000FF00000000FF)
_TWO_HYPHENS: Final = np.uint64(0x00002D000000002D)
_FOUR_BYTES: Final = np.uint64(0xFFFFFFFF)


_FAULTS: Final = {
    None: RejectCode.ACCEPTED,
    CodeFault.TOO_LONG: RejectCode.DEBT_ID_TOO_LONG,
    CodeFault.CHARACTER: RejectCode.DEBT_ID_CHARACTER,
    CodeFault.FORMAT: RejectCode.DEBT_ID_FORMAT,
    CodeFault.NUMBER: RejectCode.DEBT_ID_NUMBER,
}
#: Where RFC 9562 puts the version and the variant of a UUID.
_VERSION_BYTE: Final = 6
_VARIANT_BYTE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtIds:
    """A column of debts, read."""

    #: uint8[n, 16]
    ids: Bytes
    #: RejectCode of each.
    faults: Codes
    #: The codes that are no UUIDs, in the order of their rows; empty of others.
    code_start: Int64s | None = None
    code_length: Int64s | None = None


def read_debt_id(text: str) -> tuple[UUID | str | None, RejectCode]:
    """Read one debt: its UUID or its code. The rule that `read_debt_ids` agrees with."""
    bare = visible(text)
    if not bare:
        return None, RejectCode.DEBT_ID_MISSING
    known = as_uuid(bare)
    if known is not None:
        return known, RejectCode.ACCEPTED
    code = normal_form(bare)
    if stands_for_nothing(code) or not any(character.isalnum() for character in code):
        return None, RejectCode.DEBT_ID_FORMAT
    fault = _FAULTS[code_fault(code)]
    return (None if fault else code), fault


def debt_of_contract(
    contract: UUID | str | None, fault: RejectCode, instalment: str
) -> tuple[UUID | str | None, RejectCode]:
    """Return the debt that is one instalment of what was read as a contract: `CTR-1/3`."""
    if contract is None or not instalment:
        return contract, fault
    code = f"{contract}/{instalment}"
    fault = _FAULTS[code_fault(code)]
    return (None if fault else code), fault


def read_debt_ids(
    cells: Cells, namespace: UUID, side: SideBuffer, instalments: list[bytes] | None = None
) -> DebtIds:
    """Read trimmed cells.

    Args:
        cells: the debts, or the contracts that they are instalments of.
        namespace: of the codes that are no UUIDs.
        side: takes such codes.
        instalments: digits, or nothing, by row, where the cells are contracts.
    """
    ids, sure = _read_uuids(cells)
    if instalments is not None:
        sure &= np.fromiter((not number for number in instalments), np.bool_, len(instalments))
        ids = ids if ids.flags.writeable else ids.copy()
    faults = np.zeros(len(cells), dtype=np.uint8)
    rows: list[int] = []
    codes: list[bytes] = []
    for row in np.flatnonzero(~sure).tolist():
        value, fault = read_debt_id(cells.text(row))
        if instalments is not None:
            value, fault = debt_of_contract(value, fault, instalments[row].decode())
        faults[row] = fault
        if isinstance(value, UUID):
            ids[row] = np.frombuffer(value.bytes, dtype=np.uint8)
        elif value is not None:
            rows.append(row)
            codes.append(value.encode())
    if not rows:
        return DebtIds(ids=ids, faults=faults)
    ids[rows] = uuids_of(codes, namespace)
    start, length = np.zeros((2, len(cells)), dtype=np.int64)
    length[rows] = [len(code) for code in codes]
    ends = np.cumsum(length[rows])
    begin = side.append(np.frombuffer(b"".join(codes), dtype=np.uint8))
    start[rows] = begin + ends - length[rows]
    return DebtIds(ids=ids, faults=faults, code_start=start, code_length=length)


def uuids_of(codes: list[bytes], namespace: UUID) -> Bytes:
    """Return the UUIDs of version 5 of some codes, uint8[n, 16]."""
    begun = hashlib.sha1(namespace.bytes, usedforsecurity=False)
    digests: list[bytes] = []
    for code in codes:
        digest = begun.copy()
        digest.update(code)
        digests.append(digest.digest()[:16])
    ids = np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 16).copy()
    ids[:, _VERSION_BYTE] = ids[:, _VERSION_BYTE] & 0x0F | 0x50
    ids[:, _VARIANT_BYTE] = ids[:, _VARIANT_BYTE] & 0x3F | 0x80
    return ids


def _read_uuids(cells: Cells) -> tuple[Bytes, Flags]:
    """Read the cells that are plain UUIDs; tell which are."""
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
    return ids, sure


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
