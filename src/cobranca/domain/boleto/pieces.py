"""What free fields and printed our numbers are made of, and its two readings.

A bank describes a field once, as a row of pieces: fixed text (the account's parameters are fixed
for all its boletos), places of the our number, check digits over other pieces. `text_of` reads the
row for one boleto, `columns_of` for many. They share nothing but the description, and a property
test holds them equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cobranca.domain.check_digit import CheckDigitRule, Column, values_of_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Places of a number that differs from boleto to boleto.

    Attributes:
        source: `our_number` or `document_number`.
        start: first place, from 0.
        stop: place after the last one; None = to the end.
    """

    source: str
    start: int = 0
    stop: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDigit:
    """The digit(s) that a rule gives for other pieces put together."""

    rule: CheckDigitRule
    over: tuple[Piece, ...]


Piece: TypeAlias = "str | Part | CheckDigit"

OUR_NUMBER = Part(source="our_number")
DOCUMENT_NUMBER = Part(source="document_number")


def our_number(first: int, last: int) -> Part:
    """Give places `first` to `last` of the our number, counted from 1 as manuals do."""
    return Part(source="our_number", start=first - 1, stop=last)


def text_of(pieces: Sequence[Piece], numbers: Mapping[str, str]) -> str:
    """Read the pieces for one boleto; `numbers` holds the digits of each source."""
    return "".join([_text_of_piece(piece, numbers) for piece in pieces])


def _text_of_piece(piece: Piece, numbers: Mapping[str, str]) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Part):
        return numbers[piece.source][piece.start : piece.stop]
    return piece.rule.of_text(text_of(piece.over, numbers))


def columns_of(
    pieces: Sequence[Piece],
    numbers: Mapping[str, Sequence[Column]],
    known: dict[Piece, list[Column]] | None = None,
) -> list[Column]:
    """Read the pieces for many boletos; `numbers` holds the columns of each source.

    Args:
        pieces: the field's description.
        numbers: columns of digit values, by source.
        known: check digits computed already; pass the same dict to read two fields that share some.
    """
    known = {} if known is None else known
    columns: list[Column] = []
    for piece in pieces:
        columns += _columns_of_piece(piece, numbers, known)
    return columns


def _columns_of_piece(
    piece: Piece,
    numbers: Mapping[str, Sequence[Column]],
    known: dict[Piece, list[Column]],
) -> Sequence[Column]:
    if isinstance(piece, str):
        return values_of_text(piece)
    if isinstance(piece, Part):
        return numbers[piece.source][piece.start : piece.stop]
    if piece not in known:
        known[piece] = piece.rule.of_columns(columns_of(piece.over, numbers, known))
    return known[piece]
