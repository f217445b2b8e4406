"""Totals in trailers of CNAB 400: what a bank counts of the file itself, and where it says so.

Held in real files of Itaú and Bradesco; Inter by two libraries. The trailers of other banks tell
of the whole wallet, not of the file, and cannot be compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from cobranca.domain.cnab.returns.numbers import Bytes, Ints
from cobranca.domain.cnab.returns.refusal import RefusalCode, Refused
from cobranca.domain.cnab.returns.structure import number_at
from cobranca.domain.cnab.returns.titles import Titles

_Column = Callable[[Titles], Ints]


def _one(titles: Titles) -> Ints:
    return np.ones(len(titles), dtype=np.int64)


def _title(titles: Titles) -> Ints:
    return titles.amounts("title_cents")


def _paid_field(titles: Titles) -> Ints:
    return titles.amounts("paid_cents")


def _rebate(titles: Titles) -> Ints:
    return titles.amounts("rebate_cents")


def _paid(titles: Titles) -> Ints:
    return titles.paid_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One total of a trailer.

    Attributes:
        at: its places, from 1.
        what: what it counts or sums, in Portuguese, for people.
        codes: the occurrences that it is about; empty = all.
        columns: what is summed; where the manuals leave two readings, either is right.
    """

    at: tuple[int, int]
    what: str
    codes: tuple[bytes, ...] = ()
    columns: tuple[_Column, ...]


def _count_and_sum(first: int, codes: str, *columns: _Column) -> tuple[Total, Total]:
    """Declare five places that count and twelve that sum, as Bradesco has them in a row."""
    of = tuple(code.encode() for code in codes.split())
    words = "ocorrência " + " e ".join(codes.split())
    count = Total(at=(first, first + 4), what=f"títulos com {words}", codes=of, columns=(_one,))
    total = Total(
        at=(first + 5, first + 16), what=f"centavos com {words}", codes=of, columns=columns
    )
    return count, total


TOTALS: Final[dict[str, tuple[Total, ...]]] = {
    "237": (
        *_count_and_sum(58, "02", _title),
        Total(
            at=(75, 86), what="centavos com ocorrência 06", codes=(b"06",), columns=(_paid_field,)
        ),
        *_count_and_sum(87, "06", _paid_field),
        *_count_and_sum(104, "09 10", _title),
        # Of rebates the manual does not say whether the title's amount is summed, or the rebate.
        *_count_and_sum(121, "13", _title, _rebate),
        *_count_and_sum(138, "14", _title),
        *_count_and_sum(155, "12", _title, _rebate),
        *_count_and_sum(172, "19", _title),
    ),
    "341": (
        Total(at=(213, 220), what="títulos", columns=(_one,)),
        Total(at=(221, 234), what="centavos", columns=(_title,)),
    ),
    "077": (
        Total(at=(18, 25), what="títulos", columns=(_one,)),
        Total(at=(121, 132), what="centavos pagos", columns=(_paid,)),
    ),
}
#: Where the trailer repeats the file's sequence: Itaú.
SEQUENCE_AT: Final = {"341": (208, 212)}


class TotalsCheck:
    """Adds up titles block by block, and compares with the trailer at the end."""

    def __init__(self, bank: str, width: int) -> None:
        """Begin with nothing; most banks have no total that can be compared."""
        self._totals = TOTALS.get(bank, ()) if width == 400 else ()
        self._sequence_at = SEQUENCE_AT.get(bank) if width == 400 else None
        self._sums = [[0] * len(total.columns) for total in self._totals]

    def take(self, titles: Titles) -> None:
        """Add the titles of a block."""
        if not self._totals:
            return
        codes = titles.texts("occurrence")
        for total, sums in zip(self._totals, self._sums, strict=True):
            chosen = None if not total.codes else np.isin(codes, np.array(total.codes))
            for index, column in enumerate(total.columns):
                values = column(titles)
                sums[index] += int((values if chosen is None else values[chosen]).sum())

    def check(self, trailer: Bytes, line: int, sequence: str | None) -> None:
        """Compare with the last line, uint8[400].

        Raises:
            Refused: TRAILER_MISMATCH.
        """
        for total, sums in zip(self._totals, self._sums, strict=True):
            found = number_at(trailer, total.at)
            # A count that outgrows its places begins again; a sum never does.
            limit = 10 ** (total.at[1] - total.at[0] + 1)
            right = [sums[0] % limit] if total.columns == (_one,) else sums
            if found not in map(str, right):
                what = f"o trailer diz {found} {total.what}, mas há {sums[0]}"
                raise Refused(RefusalCode.TRAILER_MISMATCH, what, line=line, at=total.at)
        if self._sequence_at and sequence is not None:
            found = number_at(trailer, self._sequence_at)
            if found != sequence:
                what = f"o trailer é do arquivo {found}, mas o cabeçalho do {sequence}"
                raise Refused(RefusalCode.TRAILER_MISMATCH, what, line=line, at=self._sequence_at)
