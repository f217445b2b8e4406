"""Repairs that somebody has asked for: zeros put back in front, groups of thousands taken as such.

Owns: doing exactly what was asked, to cells that are refused or warned of without it. Does not own:
asking; nothing here happens by itself.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from cobranca.domain.errors import InvalidField
from cobranca.domain.money import DecimalStyle, parse_brl
from cobranca.domain.tax_id import CNPJ_LENGTH, CPF_LENGTH
from cobranca.uploads.csv_reader.cells import Cells, Codes, Flags, Int64s, typed
from cobranca.uploads.csv_reader.reject_codes import RejectCode
from cobranca.uploads.csv_reader.rewritten_values import SideBuffer
from cobranca.uploads.csv_reader.tax_ids import lost_zeros, with_lost_zeros

#: Fewer digits fit a CPF by chance too easily: one number in a hundred has the check digits.
DIGITS_MIN: Final = 8


def restore_zeros(
    cells: Cells, start: Int64s, length: Int64s, valid: Flags, codes: Codes, side: SideBuffer
) -> Int64s:
    """Put the zeros in front of numbers that are a CPF or CNPJ with them; return these rows.

    Args:
        cells: the tax ids as they stand in the file.
        start: where each bare text begins; changed, as are the following.
        length: its bytes.
        valid: whether it is a CPF or CNPJ.
        codes: why it is refused; a number with a decimal sign is no more.
        side: takes the whole texts.
    """
    short = lost_zeros(cells.buffer, start, length, valid)
    short = short[(length[short] >= DIGITS_MIN) & (codes[short] == 0)]
    sizes = length[short]
    for size in np.unique(sizes).tolist():
        whole = CPF_LENGTH if size < CPF_LENGTH else CNPJ_LENGTH
        chosen = short[sizes == size]
        texts = np.full((chosen.size, whole), 0x30, dtype=np.uint8)
        bare = Cells(buffer=cells.buffer, start=start[chosen], end=start[chosen] + size)
        texts[:, whole - size :] = bare.matrix(size)
        start[chosen] = side.append_rows(texts)
        length[chosen] = whole
    numbers = [
        row
        for row in np.flatnonzero(codes == RejectCode.TAX_ID_NUMBER).tolist()
        if _restore_number(cells, row, start, length, side)
    ]
    codes[numbers] = RejectCode.ACCEPTED
    restored = np.concatenate([short, np.array(numbers, dtype=np.int64)])
    valid[restored] = True
    return restored


def _restore_number(
    cells: Cells, row: int, start: Int64s, length: Int64s, side: SideBuffer
) -> bool:
    """Restore what a spreadsheet wrote as `1234567890.0`; False where that is no such number."""
    whole = restored(cells.text(row))
    if whole is None:
        return False
    raw = np.frombuffer(whole.encode(), dtype=np.uint8)
    start[row], length[row] = side.append(raw), raw.size
    return True


def restored(text: str) -> str | None:
    """Return the CPF or CNPJ that this repair makes of a number; None where it makes none."""
    whole = with_lost_zeros(text)
    return whole if whole and len(re.split("[.,]", typed(text))[0]) >= DIGITS_MIN else None


def read_thousands(cells: Cells, style: DecimalStyle, cents: Int64s, codes: Codes) -> Int64s:
    """Read `1.234` as thousands where the file shows another decimal sign; return these rows.

    Args:
        cells: the amounts as they stand in the file.
        style: how the file is read; where it does not tell, nothing is repaired.
        cents: what each is; changed, as are the codes.
        codes: why it is refused.
    """
    repaired: list[int] = []
    for row in np.flatnonzero(codes == RejectCode.AMOUNT_AMBIGUOUS).tolist():
        if style is DecimalStyle.ANY:
            break
        try:
            cents[row] = parse_brl(typed(cells.text(row)), style)
        except InvalidField as error:
            codes[row] = RejectCode[error.code]
            continue
        codes[row] = RejectCode.ACCEPTED
        repaired.append(row)
    return np.array(repaired, dtype=np.int64)
