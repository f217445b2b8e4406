"""governmentId: text, never a number; the marks of its mask off, upper case; CPF and CNPJ checked.

The official file has four digits here, so an id that is neither CPF nor CNPJ is a warning unless
the policy says otherwise. What a spreadsheet has made a number of is refused where its digits would
be guessed: another person's CPF is one lost sign away.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.tax_id import CNPJ_LENGTH, CPF_LENGTH, TaxIdKind, tax_id_kind, tax_id_kinds
from cobranca.uploads.csv_reader.cells import (
    Bytes,
    Cells,
    Codes,
    Flags,
    Int64s,
    bits,
    typed,
)
from cobranca.uploads.csv_reader.reject_codes import RejectCode
from cobranca.uploads.csv_reader.rewritten_values import SideBuffer

TAX_ID_MAX: Final = 20

_PUNCTUATION: Final = str.maketrans("", "", ".-/ ")
_DIGITS: Final = re.compile(r"[0-9]{1,20}")
#: The masks as people write them: all marks before the last or none, blanks for marks.
_MASKED: Final = re.compile(
    r"[0-9]{9}[-/ ][0-9]{2}"
    r"|[0-9]{3}[. -][0-9]{3}[. -][0-9]{3}(?: ?[-/.] ?| )?[0-9]{2}"
    r"|[0-9A-Z]{8}[/ ]?[0-9A-Z]{4}[- ]?[0-9]{2}"
    r"|[0-9A-Z]{2}[. -][0-9A-Z]{3}[. -][0-9A-Z]{3}(?: ?/ ?|[ -])[0-9A-Z]{4}(?: ?[-/.] ?| )?[0-9]{2}"
)
#: A whole number as programs write it that take it for a fraction.
_FRACTION: Final = re.compile(r"([0-9]{1,20})[.,]0+")
_CENTS: Final = re.compile(r"[.,]0+\Z")
_EXPONENT: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?E[+-]?[0-9]+")
_LABELLED: Final = re.compile(r"(?:CPFCNPJ|CPF|CNPJ|CIC|DOC|RG|ID|N)[0-9]{4,}")
_OTHER: Final = re.compile(r"[0-9A-Z]{1,20}")
#: Length with punctuation, where it stands and what it is: CPF and CNPJ.
_FORMATTED: Final = (
    (14, ((3, 0x2E), (7, 0x2E), (11, 0x2D))),
    (18, ((2, 0x2E), (6, 0x2E), (10, 0x2F), (15, 0x2D))),
)
_WINDOW: Final = 32
#: Lengths that a CPF or CNPJ has when a spreadsheet has dropped its zeros in front. Shorter ids
#: are told only when they are refused: the official file is full of them.
_SHORTENED: Final = tuple((n, CPF_LENGTH) for n in range(5, 11)) + tuple(
    (n, CNPJ_LENGTH) for n in (12, 13)
)


def read_tax_id(text: str) -> tuple[str, bool, RejectCode]:
    """Read one tax id: the rule that `read_tax_ids` agrees with.

    Returns:
        The bare text, whether it is a valid CPF or CNPJ, and why it is refused.
    """
    bare = typed(text)
    if not bare:
        return "", False, RejectCode.TAX_ID_MISSING
    bare = bare.upper() if bare.isascii() else bare
    if match := _FRACTION.fullmatch(bare):
        if is_tax_id(match[1]):
            return match[1], True, RejectCode.ACCEPTED
        return "", False, RejectCode.TAX_ID_NUMBER
    if _MASKED.fullmatch(bare):
        bare = bare.translate(_PUNCTUATION)
    valid = is_tax_id(bare)
    if _EXPONENT.fullmatch(bare) and not valid:
        return "", False, RejectCode.TAX_ID_NUMBER
    is_other = _OTHER.fullmatch(bare) and not bare.isalpha()
    if not is_other or _LABELLED.fullmatch(bare):
        return "", False, RejectCode.TAX_ID_FORMAT
    return bare, valid, RejectCode.ACCEPTED


def is_tax_id(bare: str) -> bool:
    """Tell whether a bare text is a CPF or CNPJ whose check digits fit."""
    return tax_id_kind(bare) in (TaxIdKind.CPF, TaxIdKind.CNPJ)


def with_lost_zeros(text: str) -> str | None:
    """Return the CPF or CNPJ that a number is when the zeros in front are put back, if any."""
    digits = _CENTS.sub("", typed(text))
    if not _DIGITS.fullmatch(digits):
        return None
    for length in (CPF_LENGTH, CNPJ_LENGTH):
        if len(digits) < length and is_tax_id(digits.zfill(length)):
            return digits.zfill(length)
    return None


def read_tax_ids(cells: Cells, side: SideBuffer) -> tuple[Int64s, Int64s, Flags, Codes]:
    """Read trimmed cells.

    Args:
        cells: the tax ids.
        side: takes the texts that differ from the file's.

    Returns:
        Start and length of each bare text in the buffer, whether it is valid, its RejectCode.
    """
    start, length = cells.start.copy(), cells.length
    texts = cells.matrix(_WINDOW)
    sure = _is_bare(texts, length)
    rows = np.flatnonzero(~sure)
    if rows.size:
        texts = texts.copy()
        rows = _strip_formatted(texts, start, length, rows, side)
    codes = np.zeros(len(cells), dtype=np.uint8)
    for row in rows.tolist():
        bare, _, codes[row] = read_tax_id(cells.text(row))
        raw = np.frombuffer(bare.encode(), dtype=np.uint8)
        start[row], length[row] = side.append(raw), raw.size
        texts[row, : raw.size] = raw
    kinds = tax_id_kinds(texts, length)
    valid = (kinds == TaxIdKind.CPF) | (kinds == TaxIdKind.CNPJ)
    return start, length, valid, codes


def lost_zeros(buffer: Bytes, start: Int64s, length: Int64s, valid: Flags) -> Int64s:
    """Return the rows whose number would be a CPF or CNPJ with the zeros that it may have lost."""
    found: list[Int64s] = []
    if int(length.max(initial=0)) < _SHORTENED[0][0]:
        return np.zeros(0, dtype=np.int64)
    for short, whole in _SHORTENED:
        rows = np.flatnonzero((length == short) & ~valid)
        if rows.size:
            texts = np.full((rows.size, whole), 0x30, dtype=np.uint8)
            cells = Cells(buffer=buffer, start=start[rows], end=start[rows] + short)
            texts[:, whole - short :] = cells.matrix(short)
            kinds = tax_id_kinds(texts, np.full(rows.size, whole, dtype=np.int64))
            digits = (texts - np.uint8(48) < 10).all(axis=1)
            found.append(rows[(kinds == whole) & digits])
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def merged(first: Cells, second: Cells) -> tuple[Cells, Flags]:
    """Make one column of two side by side, as CPF and CNPJ are; tell where both have a value."""
    first_used, second_used = first.end > first.start, second.end > second.start
    both = first_used & second_used
    start = np.where(first_used, first.start, second.start)
    end = np.where(first_used, first.end, second.end)
    return Cells(buffer=first.buffer, start=start, end=end), both


def _is_bare(texts: Bytes, length: Int64s) -> Flags:
    """Tell the texts that are 1 to 20 digits already."""
    inside = _INSIDE[np.minimum(length, TAX_ID_MAX + 1)]
    good = bits((texts - np.uint8(48)) < 10)
    return ((good & inside) == inside) & (length >= 1) & (length <= TAX_ID_MAX)


def _strip_formatted(
    texts: Bytes, start: Int64s, length: Int64s, rows: Int64s, side: SideBuffer
) -> npt.NDArray[np.int64]:
    """Strip CPFs and CNPJs in their usual form, in place; return the rows that are left."""
    for size, marks in _FORMATTED:
        chosen = rows[length[rows] == size]
        if not chosen.size:
            continue
        formatted = texts[chosen]
        good = np.ones(chosen.size, dtype=np.bool_)
        for place, mark in marks:
            good &= formatted[:, place] == mark
        kept = [place for place in range(size) if place not in dict(marks)]
        bare = np.ascontiguousarray(formatted[:, kept])
        good &= ((bare - np.uint8(48)) < 10).all(axis=1)
        chosen, bare = chosen[good], bare[good]
        start[chosen] = side.append_rows(bare)
        length[chosen] = len(kept)
        texts[chosen, : len(kept)] = bare
        done = np.zeros(len(texts), dtype=np.bool_)
        done[chosen] = True
        rows = rows[~done[rows]]
    return rows


_INSIDE: Final = np.array([(1 << n) - 1 for n in range(TAX_ID_MAX + 2)], dtype=np.uint32)
