"""The order of lines in CNAB 240, and its counts at three levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.returns.lines import Block, Bytes
from cobranca.domain.cnab.returns.refusal import RefusalCode, Refused
from cobranca.domain.cnab.returns.structure import (
    EXTRA_LINES_MAX,
    Ints,
    digits_value,
    jump,
    misplaced,
    number_at,
    since,
)

_BLANK: Final = 0x20


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A lot of CNAB 240, as it was counted.

    Attributes:
        lot: its number, as it stands in the file.
        details: lines between its header and its end.
        count: what its end says.
    """

    lot: str
    details: int
    count: int


#: Which record type (place 8) may follow which: file header, lot header, detail, ends.
_FOLLOWS: Final = {"0": "19", "1": "35", "3": "35", "5": "19", "9": ""}


class Order240:
    """Lines of CNAB 240: file header, lots of details, file end; counts at three levels."""

    def __init__(self, bank: str) -> None:
        """Begin before the first line of this bank's file."""
        self.lots: list[Lot] = []
        self._bank = np.frombuffer(bank.encode(), dtype=np.uint8)
        self._before = np.full((1, 240), _BLANK, dtype=np.uint8)
        self._sequence = 0
        self._lot_line = 0
        self._extras = 0
        #: Kinds of lines that are padded to the end, and the first short line of each kind.
        self._padded: set[int] = set()
        self._short: dict[int, int] = {}
        self._follows = np.zeros((256, 256), dtype=np.bool_)
        for before, after in _FOLLOWS.items():
            self._follows[ord(before), list(after.encode())] = True
        self._follows[_BLANK, ord("0")] = True

    def take(self, block: Block) -> None:
        """Check the next block.

        Raises:
            Refused: LINE_TOO_SHORT, RECORD_ORDER, SEQUENCE_GAP, NOT_A_RETORNO, FIELD_INVALID or
                TRAILER_MISMATCH.
        """
        self._check_lengths(block)
        # Each line beside the one before it.
        before = np.concatenate((self._before, block.rows[:-1]))
        self._check_types(block, before)
        self._check_sequence(block, before)
        self._check_segments(block, before)
        self._check_ends(block)
        self._before = block.rows[-1:]

    def _check_lengths(self, block: Block) -> None:
        """Refuse a short line that shows it lost a byte.

        Right-trimmed lines end in something else than a blank, and who trims lines of a kind trims
        all of them; only the last line may have been trimmed alone, by an editor.
        """
        rows = np.asarray(block.short, dtype=np.int64)
        if not len(rows) and not self._short:
            self._padded |= self._kinds_of(block, block.rows[:, -1] == _BLANK)
            return
        self._check_short(block, rows)
        full = block.lengths == 240
        self._padded |= self._kinds_of(block, full & (block.rows[:, -1] == _BLANK))
        inner = ~full
        if block.is_last:
            inner[-1] = False
        for kind in self._kinds_of(block, inner) - self._short.keys():
            where = np.flatnonzero(inner & (self._kind_numbers(block) == kind))
            self._short[kind] = block.first + int(where[0])
        if lines := [line for kind, line in self._short.items() if kind in self._padded]:
            what = "a linha é mais curta que as outras do seu tipo: falta um pedaço dela"
            raise Refused(RefusalCode.LINE_TOO_SHORT, what, line=min(lines))

    def _kinds_of(self, block: Block, chosen: npt.NDArray[np.bool_]) -> set[int]:
        return set(np.unique(self._kind_numbers(block)[chosen]).tolist())

    def _kind_numbers(self, block: Block) -> npt.NDArray[np.uint16]:
        """Number the kinds of lines: the record type, and of details the segment."""
        types = block.rows[:, 7].astype(np.uint16)
        return np.where(types == ord("3"), block.rows[:, 13].astype(np.uint16), types << 8)

    def _check_short(self, block: Block, rows: Ints) -> None:
        if not len(rows):
            return
        ends = block.rows[rows, block.lengths[rows] - 1]
        if (ends == _BLANK).any():
            row = int(rows[np.argmax(ends == _BLANK)])
            what = "a linha tem menos de 240 caracteres e acaba em branco: falta um pedaço dela"
            raise Refused(RefusalCode.LINE_TOO_SHORT, what, line=block.first + row)

    def _check_types(self, block: Block, before: Bytes) -> None:
        types = block.rows[:, 7]
        right = self._follows[before[:, 7], types]
        if not right.all():
            raise misplaced(block, int(np.argmin(right)), 8)
        foreign = (block.rows[:, :3] != self._bank).any(axis=1)
        if foreign.any():
            what = "o código do banco é outro que o do cabeçalho"
            line = block.first + int(np.argmax(foreign))
            raise Refused(RefusalCode.FIELD_INVALID, what, line=line, at=(1, 3))
        inside = (types == ord("3")) | (types == ord("5"))
        other = inside & (block.rows[:, 3:7] != before[:, 3:7]).any(axis=1)
        if other.any():
            what = "o lote é outro que o da linha anterior"
            line = block.first + int(np.argmax(other))
            raise Refused(RefusalCode.RECORD_ORDER, what, line=line, at=(4, 7))
        head = types == ord("1")
        service = np.frombuffer(b"T01", dtype=np.uint8)
        other = head & (block.rows[:, 8:11] != service).any(axis=1)
        if other.any():
            what = "o lote não é de retorno de cobrança (T01)"
            line = block.first + int(np.argmax(other))
            raise Refused(RefusalCode.NOT_A_RETORNO, what, line=line, at=(9, 11))

    def _check_sequence(self, block: Block, before: Bytes) -> None:
        details = block.rows[:, 7] == ord("3")
        found = np.where(details, digits_value(block.rows[:, 8:13]), 0)
        previous = np.concatenate(([self._sequence], found[:-1]))
        # Five places count to 99,999; a longer lot begins again at 0, or at 1.
        right = (found == previous + 1) | ((previous == 99_999) & ((found == 0) | (found == 1)))
        right |= ~details
        if not right.all():
            row = int(np.argmin(right))
            what = jump(int(previous[row]), block.rows[row, 8:13])
            raise Refused(RefusalCode.SEQUENCE_GAP, what, line=block.first + row, at=(9, 13))
        self._sequence = int(found[-1])

    def _check_segments(self, block: Block, before: Bytes) -> None:
        details, segments = block.rows[:, 7] == ord("3"), block.rows[:, 13]
        is_u = details & (segments == ord("U"))
        after_t = (before[:, 7] == ord("3")) & (before[:, 13] == ord("T"))
        if (is_u != after_t).any():
            row = int(np.argmax(is_u != after_t))
            what = "um segmento U segue a cada segmento T, e só a ele"
            raise Refused(RefusalCode.RECORD_ORDER, what, line=block.first + row, at=(14, 14))
        other = details & ~is_u & (segments != ord("T"))
        run = since(~other, self._extras)
        if (run > EXTRA_LINES_MAX).any():
            raise misplaced(block, int(np.argmax(run > EXTRA_LINES_MAX)), 14)
        self._extras = int(run[-1])

    def _check_ends(self, block: Block) -> None:
        types = block.rows[:, 7]
        marks = np.flatnonzero((types == ord("1")) | (types == ord("5")))
        for row in marks.tolist():
            line = block.first + row
            if types[row] == ord("1"):
                self._lot_line = line
                continue
            self._close_lot(block.rows[row], line)
        if block.is_last:
            self._close_file(block)

    def _close_lot(self, row: Bytes, line: int) -> None:
        details = line - self._lot_line - 1
        allowed = self._lot_counts(details)
        found = number_at(row, (18, 23))
        self.lots.append(
            Lot(lot=row[3:7].tobytes().decode("latin-1"), details=details, count=allowed[0])
        )
        if found not in map(str, allowed):
            what = f"o fim do lote conta {found} registros, mas há {allowed[0]}"
            raise Refused(RefusalCode.TRAILER_MISMATCH, what, line=line, at=(18, 23))

    def _lot_counts(self, details: int) -> tuple[int, ...]:
        """Give what the end of a lot may say: most banks count its header and end too."""
        bank = self._bank.tobytes()
        if bank == b"033":
            return (details % 1_000_000,)
        whole = (details + 2) % 1_000_000
        return (whole, 1) if bank == b"208" else (whole,)

    def _close_file(self, block: Block) -> None:
        line = block.first + len(block) - 1
        row = block.rows[-1]
        for at, count, things in (
            ((18, 23), len(self.lots), "lotes"),
            ((24, 29), line, "linhas"),
        ):
            found = number_at(row, at)
            if found != str(count % 1_000_000):
                what = f"o fim do arquivo conta {found} {things}, mas há {count}"
                raise Refused(RefusalCode.TRAILER_MISMATCH, what, line=line, at=at)
