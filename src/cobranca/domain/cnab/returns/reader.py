"""Titles of a file, block by block, and its header.

Whether they may be believed is not known here: see `read`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from cobranca.domain.cnab.record import Field
from cobranca.domain.cnab.returns.layouts import ReturnLayout
from cobranca.domain.cnab.returns.lines import Block, Lines
from cobranca.domain.cnab.returns.numbers import DATE_PICTURES, Bytes, FieldWrong, Ints
from cobranca.domain.cnab.returns.recognise import Recognised, layout_for, layout_of_titles
from cobranca.domain.cnab.returns.records import Pix
from cobranca.domain.cnab.returns.refusal import RefusalCode, Refused
from cobranca.domain.cnab.returns.row import pix_of
from cobranca.domain.cnab.returns.titles import Titles, decode_titles
from cobranca.domain.cnab.values import FieldInvalid, decode_value

#: What people call the fields that can be wrong.
_WORDS: Final = {
    "created": "data do arquivo",
    "sequence": "sequência do arquivo",
    "due_on": "vencimento",
    "occurred_on": "data da ocorrência",
    "credited_on": "data do crédito",
    "fee_debited": "data do débito da tarifa",
    "title_cents": "valor do título",
    "paid_cents": "valor pago",
    "net_cents": "valor creditado",
    "fee_cents": "tarifa",
    "other_expenses_cents": "outras despesas",
    "other_credits_cents": "outros créditos",
    "iof_cents": "IOF",
    "rebate_cents": "abatimento",
    "discount_cents": "desconto",
    "interest_cents": "juros",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnHeader:
    """The first line of a file.

    Attributes:
        company: the beneficiary's name.
        agreement: the bank's code of the beneficiary, as it stands in 27-46 (400) or 33-52 (240).
        account: the places that this bank tells the beneficiary's account by.
        created: when the bank wrote the file.
        sequence: its number, without zeros in front; None when the bank has none.
        version: of the layout; None in 400.
    """

    company: str
    agreement: str
    account: str
    created: date | None
    sequence: str | None
    version: str | None


class Reader:
    """Goes through the titles of one file; what it needs to know stands in the first lines."""

    def __init__(self, lines: Lines, known: Recognised) -> None:
        """Look at the first line.

        Raises:
            Refused: there is none.
        """
        self.lines = lines
        self._width = known.width
        self._first_line = lines.first_line().ljust(known.width)
        self._layout = layout_for(known, self._first_line)
        self._title_layout: ReturnLayout | None = None
        owner = self._text("owner")
        self._owner = int(owner) if owner.isascii() and owner.isdigit() else 0

    def header(self) -> ReturnHeader:
        """Read the first line.

        Raises:
            Refused: FIELD_INVALID.
        """
        sequence = self._text("sequence")
        if sequence and not (sequence.isascii() and sequence.isdigit()):
            raise self._invalid(self._layout.header["sequence"])
        version = self._text("version") if "version" in self._layout.header else None
        return ReturnHeader(
            company=self._text("company"),
            agreement=self._text("agreement"),
            account=self._text("account"),
            created=self._created(),
            sequence=str(int(sequence)) if sequence else None,
            version=version,
        )

    def titles(self) -> Iterator[Titles]:
        """Go through the titles of a file that was checked."""
        return self.titles_of(self.lines.blocks(self._width), with_pix=True)

    def titles_of(self, blocks: Iterator[Block], *, with_pix: bool) -> Iterator[Titles]:
        """Go through the titles of blocks; a title's lines may stand in two of them.

        Raises:
            Refused: FIELD_INVALID.
        """
        held = np.zeros((0, self._width), dtype=np.uint8)
        for block, follower in _with_next(blocks):
            rows = np.concatenate((held, block.rows)) if len(held) else block.rows
            starts = self._starts(rows)
            stop = len(rows)
            if follower is not None and self._goes_on(follower) and len(starts):
                # What follows the last title stands in the next block.
                stop, starts = int(starts[-1]), starts[:-1]
            if len(starts):
                first = block.first + len(block) - len(rows)
                yield self._decode(rows[:stop], starts, first, with_pix=with_pix)
            held = rows[stop:]

    def _goes_on(self, block: Block) -> bool:
        """Tell whether the first line belongs to a title before it."""
        line = block.rows[0].tobytes()
        if self._width == 240:
            return line[7:8] == b"3" and line[13:14] != b"T"
        return line[:1] in b"2348"

    def _starts(self, rows: Bytes) -> Ints:
        if self._width == 240:
            return np.flatnonzero((rows[:, 7] == ord("3")) & (rows[:, 13] == ord("T")))
        return np.flatnonzero((rows[:, 0] == ord("1")) | (rows[:, 0] == ord("7")))

    def _decode(
        self,
        rows: Bytes,
        starts: Ints,
        first: int,
        *,
        with_pix: bool,
    ) -> Titles:
        if self._width == 240:
            places = np.hstack((_chosen(rows, starts), _chosen(rows, starts + 1)))
        else:
            places = _chosen(rows, starts)
        if self._title_layout is None:
            self._title_layout = layout_of_titles(
                self._layout, self._first_line, places[0].tobytes()
            )
        layout, lines = self._title_layout, starts + first
        pix = self._pix(layout, rows, starts, first) if with_pix else {}
        try:
            return decode_titles(
                layout, self.lines.charset, places, lines, pix=pix, owner=self._owner
            )
        except FieldWrong as error:
            raise _refused(error, int(lines[error.row]), self._width) from error

    def _pix(
        self,
        layout: ReturnLayout,
        rows: Bytes,
        starts: Ints,
        first: int,
    ) -> dict[int, Pix]:
        found: dict[int, Pix] = {}
        if not layout.pix:
            return found
        if self._width == 240:
            mark = np.frombuffer(layout.pix_type.encode(), dtype=np.uint8)
            marks = (rows[:, [13, 17, 18]] == mark).all(axis=1) & (rows[:, 7] == ord("3"))
        else:
            marks = rows[:, 0] == ord(layout.pix_type)
        at = np.flatnonzero(marks)
        owners = np.searchsorted(starts, at, side="right") - 1
        for owner, row in zip(owners.tolist(), at.tolist(), strict=True):
            if owner >= 0 and owner not in found:
                line = rows[row].tobytes()
                found[owner] = pix_of(layout, self.lines.charset, line, first + row)
        return found

    def _text(self, name: str) -> str:
        field = self._layout.header.get(name)
        return "" if field is None else self.lines.text(self._first_line[field.start : field.stop])

    def _created(self) -> date | None:
        field = self._layout.header["created"]
        text = self._first_line[field.start : field.stop].decode("latin-1")
        try:
            created = decode_value(field, text)
        except FieldInvalid as error:
            raise self._invalid(field) from error
        return created if isinstance(created, date) else None

    def _invalid(self, field: Field) -> Refused:
        text = self.lines.text(self._first_line[field.start : field.stop])
        return _refused_field(field, text, 1, 0)


def _chosen(rows: Bytes, at: Ints) -> Bytes:
    """Choose rows, without copying them where they stand at one distance from each other."""
    step = int(at[1] - at[0]) if len(at) > 1 else 1
    if (at[1:] - at[:-1] == step).all():
        return rows[int(at[0]) : int(at[-1]) + 1 : step]
    return rows[at]


def _with_next(blocks: Iterator[Block]) -> Iterator[tuple[Block, Block | None]]:
    """Give each block together with the one after it."""
    before: Block | None = None
    for block in blocks:
        if before is not None:
            yield before, block
        before = block
    if before is not None:
        yield before, None


def _refused(error: FieldWrong, line: int, width: int) -> Refused:
    """Say where in the file a field of a title is wrong: the segment U is a line of its own."""
    field = error.field
    shift = 240 if width == 240 and field.start >= 240 else 0
    return _refused_field(field, error.text, line + (1 if shift else 0), shift)


def _refused_field(field: Field, text: str, line: int, shift: int) -> Refused:
    name = _WORDS.get(field.name, field.name)
    what = "uma data" if field.picture in DATE_PICTURES else "um número"
    at = (field.start + 1 - shift, field.stop - shift)
    return Refused(RefusalCode.FIELD_INVALID, f"{name} não é {what}: {text!r}", line=line, at=at)
