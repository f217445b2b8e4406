"""Reading a return file: the whole file is checked before anything in it is believed.

The file is gone through twice, a block at a time: once to check it, once to give its titles, so
that memory does not grow with it and nothing is posted of a file whose end is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Final

import numpy as np

from cobranca.domain.cnab.record import Field
from cobranca.domain.cnab.returns.history import Digests, digest
from cobranca.domain.cnab.returns.layouts import ReturnLayout
from cobranca.domain.cnab.returns.lines import Block, Encoding, Lines, Source, lines_of
from cobranca.domain.cnab.returns.numbers import DATE_PICTURES, Bytes, FieldWrong, Ints
from cobranca.domain.cnab.returns.recognise import (
    Recognised,
    layout_for,
    layout_of_titles,
    recognise,
)
from cobranca.domain.cnab.returns.records import Pix, ReturnRecord
from cobranca.domain.cnab.returns.refusal import Refusal, RefusalCode, Refused
from cobranca.domain.cnab.returns.structure import Lot, Order240, Order400, check_end
from cobranca.domain.cnab.returns.titles import Titles, decode_titles, pix_of
from cobranca.domain.cnab.returns.totals import TotalsCheck
from cobranca.domain.cnab.values import FieldInvalid, decode_value

_UNKNOWN_AGREEMENT: Final = "nenhuma conta sua tem o convênio {!r}: o retorno é de outra empresa"


class Verdict(StrEnum):
    """What becomes of a file."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    REPORT = "report"
    """A bank's report on a remittance that it refused whole: there are no titles in it."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One fault that a bank's report on a refused remittance names."""

    line: int
    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ReturnFile:
    """A return file that was read, and what is to be done with it.

    Attributes:
        verdict: whether its records may be believed.
        refusal: why not; None when they may.
        bank: three digits; None when it was not recognised.
        layout: 240 or 400; None when it was not recognised.
        encoding: of the text.
        header: None when the file is refused.
        line_count: how many lines it has; 0 when it is refused.
        lots: of a file of 240.
        report: what a bank's report says.
    """

    verdict: Verdict
    refusal: Refusal | None = None
    bank: str | None = None
    layout: int | None = None
    encoding: Encoding | None = None
    header: ReturnHeader | None = None
    line_count: int = 0
    lots: tuple[Lot, ...] = ()
    report: tuple[ReportLine, ...] = ()
    _reader: _Reader | None = None

    def digests(self) -> Digests:
        """Digest an accepted file, to tell it from those that were read before.

        Raises:
            ValueError: it was not accepted (a bug of the caller).
        """
        if self._reader is None or self.header is None or self.bank is None or not self.layout:
            raise ValueError("a file that was not accepted has no digests")
        lines, sequence = self._reader.lines, self.header.sequence
        identity = None
        if self.header.created is not None and (sequence or "0") != "0":
            whose = self.header.agreement or self.header.account
            created = self.header.created.isoformat()
            identity = (self.bank, str(self.layout), whose, created, str(sequence))
        return digest(lines.blocks(self.layout), lines.charset, identity)

    def titles(self) -> Iterator[Titles]:
        """Go through its titles, in columns, a block at a time; none when it is refused."""
        return iter(()) if self._reader is None else self._reader.titles()

    def records(self) -> Iterator[ReturnRecord]:
        """Go through its titles, one by one; none when it is refused."""
        return chain.from_iterable(self.titles())


def read_return(source: Source, *, agreements: Collection[str] | None = None) -> ReturnFile:
    """Read a return file: recognise it by its bytes, check it whole, refuse it or give it out.

    Args:
        source: its bytes, in memory or mapped; they must not change while it is read.
        agreements: how our own accounts stand in headers (`ReturnHeader.agreement`, zeros in front
            do not count); None = do not ask whose file it is.

    Returns:
        The file. Whatever the bytes are, nothing is raised.
    """
    lines = lines_of(source)
    known: Recognised | None = None
    try:
        known = recognise(lines.first_line())
        reader = _Reader(lines, known)
        if known.is_report:
            return _report(reader, known)
        return _accepted(reader, known, agreements)
    except Refused as error:
        return ReturnFile(
            verdict=Verdict.REFUSE,
            refusal=error.refusal,
            bank=known.bank if known else None,
            layout=known.width if known else None,
            encoding=lines.encoding,
        )


def _accepted(reader: _Reader, known: Recognised, agreements: Collection[str] | None) -> ReturnFile:
    header = reader.header()
    check_end(reader.lines, known.width, 8 if known.width == 240 else 1)
    order = Order240(known.bank) if known.width == 240 else Order400()
    totals = TotalsCheck(known.bank, known.width)
    last = (0, np.zeros(0, dtype=np.uint8))

    def checked() -> Iterator[Block]:
        nonlocal last
        for block in reader.lines.blocks(known.width):
            order.take(block)
            last = (block.first + len(block) - 1, block.rows[-1])
            yield block

    for titles in reader.titles_of(checked(), with_pix=False):
        totals.take(titles)
    line_count, trailer = last
    totals.check(trailer, line_count, header.sequence)
    _check_agreement(header, agreements)
    return ReturnFile(
        verdict=Verdict.ACCEPT,
        bank=known.bank,
        layout=known.width,
        encoding=reader.lines.encoding,
        header=header,
        line_count=line_count,
        lots=tuple(order.lots) if isinstance(order, Order240) else (),
        _reader=reader,
    )


def _check_agreement(header: ReturnHeader, agreements: Collection[str] | None) -> None:
    if agreements is None:
        return
    ours = {agreement.strip().lstrip("0") for agreement in agreements}
    if header.agreement.lstrip("0") not in ours and header.account.lstrip("0") not in ours:
        what = _UNKNOWN_AGREEMENT.format(header.agreement or header.account)
        raise Refused(RefusalCode.UNKNOWN_AGREEMENT, what, line=1)


def _report(reader: _Reader, known: Recognised) -> ReturnFile:
    """Read Caixa's report on a remittance that it refused: each segment W carries a fault."""
    faults: list[ReportLine] = []
    count = 0
    for block in reader.lines.blocks(known.width):
        count += len(block)
        for row in np.flatnonzero(block.rows[:, 13] == ord("W")).tolist():
            cells = block.rows[row].tobytes()
            line = block.first + row
            text = reader.lines.text(cells[15:])
            faults.append(ReportLine(line=line, code=reader.lines.text(cells[28:30]), text=text))
    return ReturnFile(
        verdict=Verdict.REPORT,
        bank=known.bank,
        layout=known.width,
        encoding=reader.lines.encoding,
        header=reader.header(),
        line_count=count,
        report=tuple(faults),
    )


class _Reader:
    """Goes through the titles of one file; what it needs to know stands in the first lines."""

    def __init__(self, lines: Lines, known: Recognised) -> None:
        self.lines = lines
        self._width = known.width
        self._first_line = lines.first_line().ljust(known.width)
        self._layout = layout_for(known, self._first_line)
        self._title_layout: ReturnLayout | None = None
        owner = self._text("owner")
        self._owner = int(owner) if owner.isascii() and owner.isdigit() else 0

    def header(self) -> ReturnHeader:
        """Read the first line."""
        sequence = self._text("sequence")
        if sequence and not sequence.isdigit():
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
        """Go through the titles of blocks; a title's lines may stand in two of them."""
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
    what = "uma data" if field.picture in DATE_PICTURES else "um número"
    at = (field.start + 1 - shift, field.stop - shift)
    return Refused(
        RefusalCode.FIELD_INVALID, f"{field.name} não é {what}: {text!r}", line=line, at=at
    )
