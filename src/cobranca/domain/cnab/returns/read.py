"""Reading a return file: the whole file is checked before anything in it is believed.

The file is gone through twice, a block at a time: once to check it, once to give its titles, so
that memory does not grow with it and nothing is posted of a file whose end is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Final

import numpy as np

from cobranca.domain.cnab.returns.history import Digests, digest
from cobranca.domain.cnab.returns.lines import Block, Encoding, Source, lines_of
from cobranca.domain.cnab.returns.order240 import Lot, Order240
from cobranca.domain.cnab.returns.order400 import Order400
from cobranca.domain.cnab.returns.reader import Reader, ReturnHeader
from cobranca.domain.cnab.returns.recognise import (
    Recognised,
    recognise,
)
from cobranca.domain.cnab.returns.records import ReturnRecord
from cobranca.domain.cnab.returns.refusal import Refusal, RefusalCode, Refused
from cobranca.domain.cnab.returns.row import records_of
from cobranca.domain.cnab.returns.structure import check_end
from cobranca.domain.cnab.returns.titles import Titles
from cobranca.domain.cnab.returns.totals import TotalsCheck

_UNKNOWN_AGREEMENT: Final = "nenhuma conta sua tem o convênio {!r}: o retorno é de outra empresa"


class Verdict(StrEnum):
    """What becomes of a file."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    REPORT = "report"
    """A bank's report on a remittance that it refused whole: there are no titles in it."""


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
    _reader: Reader | None = field(default=None, repr=False, compare=False)

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
        return chain.from_iterable(map(records_of, self.titles()))


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
        reader = Reader(lines, known)
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


def _accepted(reader: Reader, known: Recognised, agreements: Collection[str] | None) -> ReturnFile:
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


def _report(reader: Reader, known: Recognised) -> ReturnFile:
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
