"""The order of lines in CNAB 400."""

from __future__ import annotations

import numpy as np

from cobranca.domain.cnab.returns.lines import Block, Bytes
from cobranca.domain.cnab.returns.refusal import RefusalCode, Refused
from cobranca.domain.cnab.returns.structure import (
    EXTRA_LINES_MAX,
    Ints,
    digits_value,
    jump,
    misplaced,
    since,
)


class Order400:
    """Lines of CNAB 400: a header, titles each with its extra lines, a trailer; 395-400 count."""

    def __init__(self) -> None:
        """Begin before the first line."""
        self._previous = 0
        self._extras = 0
        self._title_type = 0

    def take(self, block: Block) -> None:
        """Check the next block.

        Raises:
            Refused: LINE_TOO_SHORT, SEQUENCE_GAP or RECORD_ORDER.
        """
        if short := block.short:
            what = "a linha tem menos de 400 caracteres: falta um pedaço dela"
            raise Refused(RefusalCode.LINE_TOO_SHORT, what, line=block.first + short[0])
        self._check_sequence(block)
        self._check_types(block)

    def _check_sequence(self, block: Block) -> None:
        found = digits_value(block.rows[:, 394:400])
        lines = np.arange(block.first, block.first + len(block), dtype=np.int64)
        # Six places count to 999,999; a longer file begins again at 0, or at 1.
        right = (found == lines % 1_000_000) | (found == (lines - 1) % 999_999 + 1)
        if not right.all():
            row = int(np.argmin(right))
            before = int(found[row - 1]) if row else self._previous
            what = jump(before, block.rows[row, 394:400])
            raise Refused(RefusalCode.SEQUENCE_GAP, what, line=int(lines[row]), at=(395, 400))
        self._previous = int(found[-1])

    def _check_types(self, block: Block) -> None:
        types = block.rows[:, 0]
        is_title = (types == ord("1")) | (types == ord("7"))
        is_extra = np.isin(types, np.frombuffer(b"2348", dtype=np.uint8))
        right = is_title | is_extra
        if block.first == 1:
            right[0] = types[0] == ord("0")
        if block.is_last:
            right[-1] = types[-1] == ord("9")
        if not right.all():
            row = int(np.argmin(right))
            raise misplaced(block, row, 1)
        # Counted from -1 before the first title, so that an extra line without one is seen.
        start = self._extras if block.first > 1 else EXTRA_LINES_MAX
        run = since(is_title, start)
        if (lost := is_extra & (run > EXTRA_LINES_MAX)).any():
            raise misplaced(block, int(np.argmax(lost)), 1)
        self._extras = int(run[-1])
        self._check_title_types(block, types[is_title], np.flatnonzero(is_title))

    def _check_title_types(self, block: Block, types: Bytes, rows: Ints) -> None:
        if not len(types):
            return
        self._title_type = self._title_type or int(types[0])
        if (other := types != self._title_type).any():
            row = int(rows[np.argmax(other)])
            what = "registros 1 e 7 não se misturam num arquivo"
            raise Refused(RefusalCode.RECORD_ORDER, what, line=block.first + row, at=(1, 1))
