"""Reads a sequence number back from what was written of it: a free field, or a printed our number.

It is the inverse of how an account's numbers are made, over the same rows of pieces (`pieces.py`),
so that no bank needs a rule of its own for its boletos to be found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cobranca.domain.boleto.account import Account
from cobranca.domain.boleto.bank import Plan
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit, Part, Piece, text_of

_CENTURY: Final = 2000
_YEAR_DIGITS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSequence:
    """A sequence number as an account's boletos have it.

    Attributes:
        number: from 1 on.
        year: that of issue, where the bank writes it into the our number; None elsewhere.
    """

    number: int
    year: int | None


def sequence_in_free_field(account: Account, free_field: str) -> WrittenSequence | None:
    """Return the sequence number in the 25 digits of a barcode; None when they are not its own."""
    plan = account.plans[0]
    return _read(account, plan, plan.free_field, free_field)


def sequences_of_our_number(account: Account, text: str) -> tuple[WrittenSequence, ...]:
    """Return what a typed our number may mean at an account, the most literal first.

    It may be as printed, with or without separators, wallet and check digit, or the number alone
    with or without the zeros in front.

    Args:
        account: whose our number it may be.
        text: what was typed; all but letters and digits is passed over.
    """
    bare = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    plan = account.plans[0]
    printed = tuple(piece for piece in map(_bare, plan.printed) if piece)
    forms = [printed, (OUR_NUMBER,)]
    if printed and isinstance(printed[-1], CheckDigit):
        forms += [printed[:-1], (OUR_NUMBER, printed[-1])]
    found = [_read(account, plan, form, bare) for form in forms]
    found.append(_plain(account, bare))
    return tuple(dict.fromkeys(each for each in found if each is not None))


def _bare(piece: Piece) -> Piece:
    """Leave out what stands between the digits of a printed number."""
    return "".join(c for c in piece if c.isalnum()) if isinstance(piece, str) else piece


def _plain(account: Account, text: str) -> WrittenSequence | None:
    """Take digits for the number without the zeros in front, where no year has to stand there."""
    issue = account.plans[0].issue
    if issue.year or not text.isdigit() or len(text) > issue.digits:
        return None
    number = int(text) - issue.offset
    return WrittenSequence(number=number, year=None) if number >= 1 else None


def _read(
    account: Account, plan: Plan, pieces: Sequence[Piece], text: str
) -> WrittenSequence | None:
    """Read the text by the pieces that would have written it, and hold it against them."""
    places = {
        "our_number": ["0"] * plan.our_number_digits,
        "document_number": ["0"] * plan.document_number_digits,
    }
    start = 0
    for piece in pieces:
        width = _width(piece, places)
        if isinstance(piece, Part):
            places[piece.source][piece.start : piece.stop] = text[start : start + width]
        start += width
    numbers = {source: "".join(digits) for source, digits in places.items()}
    if start != len(text) or not all(
        number.isascii() and number.isdigit() for number in numbers.values() if number
    ):
        return None
    return _sequence(account, numbers["our_number"]) if text_of(pieces, numbers) == text else None


def _width(piece: Piece, places: dict[str, list[str]]) -> int:
    if isinstance(piece, str):
        return len(piece)
    if isinstance(piece, Part):
        return len(places[piece.source][piece.start : piece.stop])
    return piece.rule.width


def _sequence(account: Account, our_number: str) -> WrittenSequence | None:
    issue = account.plans[0].issue
    head, number = our_number[: -issue.digits], int(our_number[-issue.digits :]) - issue.offset
    year = _CENTURY + int(head[:_YEAR_DIGITS]) if issue.year else None
    prefix = head[_YEAR_DIGITS:] if issue.year else head
    if number < 1 or prefix not in {issue.prefix, "0" * len(issue.prefix)}:
        return None
    return WrittenSequence(number=number, year=year)
