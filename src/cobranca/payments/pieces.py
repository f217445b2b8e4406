"""A return file in bounded pieces of columns: what its records say, before any is matched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cobranca.domain.cnab.returns import reasons_in, wrong_check_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cobranca.domain.boleto import Account
    from cobranca.domain.cnab.returns import Pix, Titles

Ints: TypeAlias = npt.NDArray[np.int64]
Days: TypeAlias = npt.NDArray[np.datetime64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Texts: TypeAlias = npt.NDArray[np.bytes_]

#: Records of one piece: what is held in memory at a time, and looked up by one query.
PIECE_ROWS: Final = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Records that follow one another in a file, one row each.

    Attributes:
        lines: of the file, from 1.
        kinds: numbers of `KINDS`.
        is_money: whether the payer's money was taken.
        title_cents: what the title is of, as the bank says.
        paid_cents: of money what the payer gave; of all else what stands in that field.
        extra_cents: fine and interest, of money.
        deducted_cents: discount and rebate, of money.
        net_cents: what was credited; 0 where the bank does not say.
        difference_cents: what the paid amount is more than its parts.
        due_on, occurred_on, credited_on: NaT for none.
        our_numbers: as our engine takes them; empty for none, and for another agreement's.
        shown_numbers: the same as the file has them.
        occurrences, controls, paid_at: as they stand, without blanks behind.
        reasons: codes with blanks between them.
        is_foreign: the our number begins with another agreement.
        is_wrong: its check digit is wrong.
        pix: the Pix codes that extra lines bring, by the title's line.
    """

    lines: Ints
    kinds: npt.NDArray[np.uint8]
    is_money: Flags
    title_cents: Ints
    paid_cents: Ints
    extra_cents: Ints
    deducted_cents: Ints
    net_cents: Ints
    difference_cents: Ints
    due_on: Days
    occurred_on: Days
    credited_on: Days
    our_numbers: Texts
    shown_numbers: Texts
    occurrences: Texts
    controls: Texts
    paid_at: Texts
    reasons: Texts
    is_foreign: Flags
    is_wrong: Flags
    pix: Mapping[int, Pix]

    def __len__(self) -> int:
        """Give the number of records."""
        return len(self.lines)


def pieces_of(
    titles: Iterable[Titles], account: Account | None, *, rows_max: int = PIECE_ROWS
) -> Iterator[Piece]:
    """Gather the titles of a file in pieces; with an account, check digits are compared."""
    waiting: list[dict[str, npt.NDArray[Any]]] = []
    pix: dict[int, Pix] = {}
    count = 0
    for some in titles:
        waiting.append(_columns(some, account))
        pix.update({int(some.lines[row]): code for row, code in some.pix.items()})
        count += len(some)
        if count >= rows_max:
            yield _joined(waiting, pix)
            waiting, pix, count = [], {}, 0
    if count:
        yield _joined(waiting, pix)


def _joined(waiting: list[dict[str, npt.NDArray[Any]]], pix: Mapping[int, Pix]) -> Piece:
    columns = {name: np.concatenate([each[name] for each in waiting]) for name in waiting[0]}
    return Piece(**columns, pix=pix)


def _columns(titles: Titles, account: Account | None) -> dict[str, npt.NDArray[Any]]:
    amounts, money = titles.amounts, titles.is_money
    extra = amounts("interest_cents") + amounts("other_credits_cents")
    deducted = amounts("discount_cents") + amounts("rebate_cents")
    no_account = np.zeros(len(titles), dtype=np.bool_)
    return {
        "lines": titles.lines,
        "kinds": titles.kinds,
        "is_money": money,
        "title_cents": amounts("title_cents"),
        "paid_cents": np.where(money, titles.paid_cents, amounts("paid_cents")),
        "extra_cents": np.where(money, extra, 0),
        "deducted_cents": np.where(money, deducted, 0),
        "net_cents": titles.net_cents,
        "difference_cents": titles.difference_cents,
        "due_on": _days(titles, "due_on"),
        "occurred_on": _days(titles, "occurred_on"),
        "credited_on": _days(titles, "credited_on"),
        "our_numbers": titles.our_numbers,
        "shown_numbers": _stripped(titles, "our_number_in_file"),
        "occurrences": titles.texts("occurrence"),
        "controls": _stripped(titles, "control"),
        "paid_at": _stripped(titles, "paid_at_bank"),
        "reasons": reasons_in(titles),
        "is_foreign": titles.is_foreign,
        "is_wrong": no_account if account is None else wrong_check_digits(account, titles),
    }


def _stripped(titles: Titles, name: str) -> Texts:
    return np.char.strip(titles.texts(name))


def _days(titles: Titles, name: str) -> Days:
    missing = np.full(len(titles), np.datetime64("NaT", "D"))
    return titles.days.get(name, missing)
