"""governmentId: text, never a number; punctuation off, upper case; CPF and CNPJ are checked.

The official file has four digits here, so an id that is neither CPF nor CNPJ is a warning unless
the policy says otherwise.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.tax_id import TaxIdKind, tax_id_kind, tax_id_kinds
from cobranca.uploads.csv_reader.cells import BLANKS, Bytes, Cells, Codes, Flags, Int64s, bits
from cobranca.uploads.csv_reader.rejects import RejectCode
from cobranca.uploads.csv_reader.rewritten_values import SideBuffer

TAX_ID_MAX: Final = 20

_PUNCTUATION: Final = str.maketrans("", "", ".-/ \t")
_TAX_ID: Final = re.compile(r"[0-9A-Z]{1,20}", re.ASCII)
#: Length with punctuation, where it stands and what it is: CPF and CNPJ.
_FORMATTED: Final = (
    (14, ((3, 0x2E), (7, 0x2E), (11, 0x2D))),
    (18, ((2, 0x2E), (6, 0x2E), (10, 0x2F), (15, 0x2D))),
)
_WINDOW: Final = 32


def read_tax_id(text: str) -> tuple[str, bool, RejectCode]:
    """Read one tax id: the rule that `read_tax_ids` agrees with.

    Returns:
        The bare text, whether it is a valid CPF or CNPJ, and why it is refused.
    """
    bare = text.strip(BLANKS)
    if not bare:
        return "", False, RejectCode.TAX_ID_MISSING
    bare = bare.translate(_PUNCTUATION)
    bare = bare.upper() if bare.isascii() else bare
    if not _TAX_ID.fullmatch(bare):
        return "", False, RejectCode.TAX_ID_FORMAT
    return bare, tax_id_kind(bare) in (TaxIdKind.CPF, TaxIdKind.CNPJ), RejectCode.ACCEPTED


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


def _is_bare(texts: Bytes, length: Int64s) -> Flags:
    """Tell the texts that are 1 to 20 digits and capital letters already."""
    good = ((texts - np.uint8(48)) < 10) | ((texts - np.uint8(65)) < 26)
    inside = _INSIDE[np.minimum(length, TAX_ID_MAX + 1)]
    return ((bits(good) & inside) == inside) & (length >= 1) & (length <= TAX_ID_MAX)


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
        good &= (((bare - np.uint8(48)) < 10) | ((bare - np.uint8(65)) < 26)).all(axis=1)
        chosen, bare = chosen[good], bare[good]
        start[chosen] = side.append_rows(bare)
        length[chosen] = len(kept)
        texts[chosen, : len(kept)] = bare
        done = np.zeros(len(texts), dtype=np.bool_)
        done[chosen] = True
        rows = rows[~done[rows]]
    return rows


_INSIDE: Final = np.array([(1 << n) - 1 for n in range(TAX_ID_MAX + 2)], dtype=np.uint32)
