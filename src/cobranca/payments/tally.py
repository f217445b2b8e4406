"""What became of a return file's records, counted and summed as they are posted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cobranca.domain.cnab.returns import KINDS
from cobranca.payments.fates import NOTES, Fate

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from cobranca.payments.pieces import Piece

_NOTE_TEXTS: Final = tuple(str(note) for note in NOTES)
_KIND_TEXTS: Final = tuple(str(kind) for kind in KINDS)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of a file's records, counted and summed as they were posted."""

    records: int = 0
    matched: int = 0
    by_fate: Counter[str] = field(default_factory=Counter[str])
    by_kind: Counter[str] = field(default_factory=Counter[str])
    by_note: Counter[str] = field(default_factory=Counter[str])
    cents_by_fate: Counter[str] = field(default_factory=Counter[str])
    credited_cents: int = 0

    def add(self, piece: Piece, fates: npt.NDArray[np.uint8], notes: npt.NDArray[np.uint8]) -> None:
        """Count a piece."""
        self.records += len(piece)
        self.by_kind.update(_counted(piece.kinds, _KIND_TEXTS))
        self.by_note.update({k: n for k, n in _counted(notes, _NOTE_TEXTS).items() if k})
        self.by_fate.update(_counted(fates, tuple(fate.name for fate in Fate)))
        self.credited_cents += int(piece.net_cents.sum())
        for fate in Fate:
            cents = int(piece.paid_cents[(fates == fate) & piece.is_money].sum())
            if cents:
                self.cents_by_fate[fate.name] += cents

    def content(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return {
            "records": self.records,
            "matched": self.matched,
            "by_fate": dict(self.by_fate),
            "by_kind": dict(self.by_kind),
            "by_note": dict(self.by_note),
            "cents_by_fate": dict(self.cents_by_fate),
            "credited_cents": self.credited_cents,
        }


def _counted(numbers: npt.NDArray[np.uint8], words: Sequence[str]) -> dict[str, int]:
    counts: list[int] = np.bincount(numbers, minlength=len(words)).tolist()
    return {word: count for word, count in zip(words, counts, strict=True) if count}
