"""What `order400` and `order240` share: whether lines are missing, doubled, or misplaced.

A checker takes the blocks of a file one after the other and remembers a few numbers between them.
It believes no field but those that count lines; amounts and dates are read elsewhere.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.returns.lines import Block, Bytes, Lines
from cobranca.domain.cnab.returns.refusal import RefusalCode, Refused

Ints = npt.NDArray[np.int64]

#: Lines that belong to the title before them, at most; a bank writes a handful.
EXTRA_LINES_MAX: Final = 1_000

_ZERO: Final = 0x30
_NO_TRAILER: Final = (
    "o arquivo termina sem o registro final (9), depois de {} linhas: veio cortado; peça-o de novo"
)


def digits_value(cells: Bytes) -> Ints:
    """Read cells of digits as numbers: int64[n], and -1 where any character is no digit."""
    values = np.zeros(len(cells), dtype=np.int64)
    for column in cells.T:
        values = values * 10 + (column - np.uint8(_ZERO))
    digits = (cells - np.uint8(_ZERO)) <= 9
    return np.where(digits.all(axis=1), values, -1)


def number_at(line: Bytes, at: tuple[int, int]) -> str:
    """Give the number at some places of a line; what is no number comes in quotes."""
    cells = line[at[0] - 1 : at[1]]
    value = int(digits_value(cells[np.newaxis])[0])
    return str(value) if value >= 0 else repr(cells.tobytes().decode("latin-1"))


def check_end(lines: Lines, width: int, type_place: int) -> None:
    """Refuse a file that does not end with its last record; a cut file is told as such first.

    Raises:
        Refused: TRUNCATED.
    """
    last = lines.last_line()
    if last[type_place - 1 : type_place] == b"9" and (width == 240 or len(last) >= width):
        return
    count = sum(1 for _ in lines.raw())
    raise Refused(RefusalCode.TRUNCATED, _NO_TRAILER.format(count))


def since(marks: npt.NDArray[np.bool_], start: int) -> Ints:
    """Count the rows since the last mark; `start` is the count before the first row."""
    rows = np.arange(len(marks), dtype=np.int64)
    last = np.maximum.accumulate(np.where(marks, rows, -1 - start))
    return rows - last


def jump(before: int, cell: Bytes) -> str:
    """Say that the number of a line does not follow the one before."""
    found = cell.tobytes().decode("latin-1")
    found = str(int(found)) if found.isascii() and found.isdigit() else repr(found)
    return f"a sequência das linhas salta de {before} para {found}: falta ou sobra uma linha"


def misplaced(block: Block, row: int, place: int) -> Refused:
    """Refuse a line that stands where its type cannot."""
    kind = chr(block.rows[row, place - 1])
    what = f"um registro de tipo {kind!r} não pode estar aqui"
    return Refused(RefusalCode.RECORD_ORDER, what, line=block.first + row, at=(place, place))
