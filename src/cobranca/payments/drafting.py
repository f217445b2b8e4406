"""What is to be written of one piece of a return file, made ready in columns.

It asks nothing of the database, so that one piece is made ready while another one is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from cobranca.domain.cnab.returns import KINDS, Kind, reason_of
from cobranca.domain.ledger import Teller
from cobranca.infra import pg_copy
from cobranca.payments import copying
from cobranca.payments.fates import NOTES, Fate
from cobranca.payments.ids import comes_again, distinct, is_among
from cobranca.payments.repository import NewReversal
from cobranca.payments.settling import first_payments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set
    from datetime import datetime

    import numpy.typing as npt

    from cobranca.domain.cnab.returns import Pix
    from cobranca.payments.matching import Matched
    from cobranca.payments.pieces import Days, Flags, Ints, Piece

_NUMBERS: Final = {kind: KINDS.index(kind) for kind in KINDS}
#: What the bank tells of a title that has no table of its own.
_EVENTS: Final = (
    Kind.PAYMENT_PENDING, Kind.WRITTEN_OFF, Kind.PROTESTED, Kind.PROTEST_REQUESTED,
    Kind.SENT_TO_PROTEST, Kind.PROTEST_WITHDRAWN, Kind.DUE_DATE_CHANGED, Kind.AMOUNT_CHANGED,
    Kind.REBATE, Kind.REBATE_CANCELLED, Kind.DISCOUNT_CHANGED,
)  # fmt: skip
_NOTE_TEXTS: Final = tuple(str(note) for note in NOTES)
_KIND_TEXTS: Final = tuple(str(kind) for kind in KINDS)
_NO_IDS: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The file that pieces are of.

    Attributes:
        bank: its code.
        layout: 240 or 400.
        file_id: its inner id.
        beneficiary_id: who posts it.
        at: since when what it tells is known.
        day: of events that have none of their own.
    """

    bank: str
    layout: int
    file_id: int
    beneficiary_id: int
    at: datetime
    day: np.datetime64


@dataclass(slots=True, kw_only=True)
class Draft:
    """What is to be written of one piece.

    Attributes:
        copies: by COPY, each with the rows' bytes.
        pix: by line, the billing and the Pix code that the bank has made.
        reversals: payments that are taken back.
        settled: billings that are settled by it for the first time; they rise.
        again: billings that have to be settled by all of their facts.
        uploads: whose billings have had money or word of the bank.
    """

    copies: list[tuple[str, list[bytes]]] = field(default_factory=list[tuple[str, list[bytes]]])
    pix: Mapping[int, tuple[int, Pix]] = field(default_factory=dict[int, tuple[int, "Pix"]])
    reversals: list[NewReversal] = field(default_factory=list[NewReversal])
    settled: Ints = field(default_factory=lambda: _NO_IDS)
    again: set[int] = field(default_factory=set[int])
    uploads: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafter:
    """Makes one piece ready.

    Attributes:
        settled_before: billings that the piece before has settled, which is not written yet.
        again_before: billings that the pieces before have settled twice.
    """

    source: Source
    piece: Piece
    matched: Matched
    fates: npt.NDArray[np.uint8]
    notes: npt.NDArray[np.uint8]
    settled_before: Ints = field(default_factory=lambda: _NO_IDS)
    again_before: Set[int] = frozenset()

    def records(self) -> Draft:
        """Make the records ready, and nothing that follows from them."""
        draft = Draft()
        self._add_records(draft)
        return draft

    def whole(self) -> Draft:
        """Make the records ready, and all that follows from them."""
        draft = self.records()
        is_posted, is_sure = self.fates == Fate.POSTED, self._is_sure()
        self._add_money(draft, is_posted)
        self._add_suspense(draft)
        self._add_registrations(draft, is_sure)
        self._add_events(draft, is_sure)
        self._add_pix(draft)
        self._add_reversals(draft, is_sure)
        told = self.matched.upload_ids[is_posted | is_sure]
        draft.uploads = distinct(told[told > 0])
        return draft

    @property
    def _billing_ids(self) -> Ints:
        return self.matched.known.billing_ids

    def _is_sure(self) -> Flags:
        return (self._billing_ids > 0) & (self.fates == Fate.KEPT)

    def _add_records(self, draft: Draft) -> None:
        piece, ids = self.piece, self._billing_ids
        columns = [
            pg_copy.int4(np.int32(self.source.file_id)),
            pg_copy.int4(piece.lines),
            copying.amounts(ids, missing=ids == 0),
            pg_copy.int8(piece.title_cents),
            pg_copy.int8(piece.paid_cents),
            copying.days(piece.occurred_on),
            copying.days(piece.credited_on),
            pg_copy.int2(piece.kinds),
            pg_copy.int2(self.fates),
            copying.texts(piece.occurrences),
            copying.texts(piece.shown_numbers),
            copying.texts(piece.paid_at),
            copying.texts(piece.reasons),
            copying.words(self.notes, _NOTE_TEXTS),
        ]
        _add(draft, "records", columns)

    def _add_money(self, draft: Draft, posted: Flags) -> None:
        piece, rows = self.piece, np.flatnonzero(posted)
        if not rows.size:
            return
        ids, net = self._billing_ids[rows], piece.net_cents[rows]
        columns = [
            pg_copy.int8(ids),
            pg_copy.int8(np.int64(self.source.file_id)),
            pg_copy.int8(piece.paid_cents[rows]),
            pg_copy.int8(piece.extra_cents[rows]),
            pg_copy.int8(piece.deducted_cents[rows]),
            copying.instant(self.source.at),
            pg_copy.int4(piece.lines[rows]),
            copying.days(self._paid_on(rows)),
            pg_copy.int2(np.int16(Teller.BANK)),
            copying.days(piece.credited_on[rows]),
            copying.amounts(net, missing=net == 0),
        ]
        _add(draft, "payments", columns)
        again = self.matched.known.settled[rows] | comes_again(ids)
        again |= is_among(ids, self.settled_before)
        if self.again_before:
            again |= np.isin(ids, np.fromiter(self.again_before, dtype=np.int64))
        draft.again.update(ids[again].tolist())
        draft.settled = np.sort(ids[~again])
        self._add_settlements(draft, rows[~again])

    def _add_settlements(self, draft: Draft, rows: Ints) -> None:
        """Settle billings by their first payment."""
        if not rows.size:
            return
        piece = self.piece
        made = first_payments(
            self.matched.known.amount_cents[rows],
            piece.paid_cents[rows],
            piece.extra_cents[rows],
            piece.deducted_cents[rows],
            piece.net_cents[rows],
        )
        columns = [
            pg_copy.int8(self._billing_ids[rows]),
            pg_copy.int8(made.paid_cents),
            pg_copy.int8(made.extra_cents),
            pg_copy.int8(made.deducted_cents),
            pg_copy.int8(made.overpaid_cents),
            pg_copy.int8(made.receivable_cents),
            pg_copy.int8(made.cash_cents),
            pg_copy.int8(made.fees_cents),
            copying.instant(self.source.at),
            pg_copy.int2(made.states),
            pg_copy.int2(np.int16(0)),
        ]
        _add(draft, "settlements", columns)

    def _add_suspense(self, draft: Draft) -> None:
        """Keep money that no billing can be given for a person."""
        piece = self.piece
        rows = np.flatnonzero((self.fates == Fate.SUSPENSE) | (self.fates == Fate.HELD))
        if not rows.size:
            return
        ids, net = self._billing_ids[rows], piece.net_cents[rows]
        columns = [
            pg_copy.int2(np.int16(self.source.beneficiary_id)),
            pg_copy.int2(np.int16(Teller.BANK)),
            pg_copy.int8(np.int64(self.source.file_id)),
            pg_copy.int4(piece.lines[rows]),
            copying.words(self.notes[rows], _NOTE_TEXTS),
            copying.texts(piece.shown_numbers[rows]),
            copying.amounts(ids, missing=ids == 0),
            copying.debts(piece.controls[rows]),
            copying.texts(piece.our_numbers[rows]),
            pg_copy.int8(piece.title_cents[rows]),
            pg_copy.int8(piece.paid_cents[rows]),
            pg_copy.int8(piece.extra_cents[rows]),
            pg_copy.int8(piece.deducted_cents[rows]),
            copying.amounts(net, missing=net == 0),
            copying.days(self._paid_on(rows)),
            copying.days(piece.credited_on[rows]),
            copying.instant(self.source.at),
        ]
        _add(draft, "suspense", columns)

    def _add_registrations(self, draft: Draft, sure: Flags) -> None:
        piece = self.piece
        confirmed = piece.kinds == _NUMBERS[Kind.REGISTERED]
        refused = piece.kinds == _NUMBERS[Kind.REGISTRATION_REJECTED]
        rows = np.flatnonzero(sure & (confirmed | refused))
        if not rows.size:
            return
        told_twice = refused & self._is_told_twice()
        states = np.where(confirmed | told_twice, 0, 1)[rows]
        columns = [
            pg_copy.int8(self._billing_ids[rows]),
            copying.days(self._occurred_on(rows)),
            copying.words(states, ("REGISTERED", "REJECTED")),
            copying.texts(piece.reasons[rows]),
            pg_copy.int4(np.int32(self.source.file_id)),
            pg_copy.int4(piece.lines[rows]),
        ]
        _add(draft, "registrations", columns)

    def _add_events(self, draft: Draft, sure: Flags) -> None:
        kinds = np.isin(self.piece.kinds, [_NUMBERS[kind] for kind in _EVENTS])
        rows = np.flatnonzero(sure & kinds)
        if not rows.size:
            return
        columns = [
            pg_copy.int8(self._billing_ids[rows]),
            pg_copy.int4(np.int32(self.source.file_id)),
            pg_copy.int4(self.piece.lines[rows]),
            copying.days(self._occurred_on(rows)),
            copying.words(self.piece.kinds[rows], _KIND_TEXTS),
        ]
        _add(draft, "title_events", columns)

    def _add_pix(self, draft: Draft) -> None:
        """Keep the Pix codes that the bank has made of titles of ours."""
        piece = self.piece
        if not piece.pix:
            return
        codes = {
            int(line): (int(billing_id), piece.pix[int(line)])
            for line, billing_id in zip(piece.lines, self._billing_ids, strict=True)
            if billing_id > 0 and int(line) in piece.pix
        }
        draft.pix = {line: each for line, each in codes.items() if each[1].url or each[1].emv}

    def _add_reversals(self, draft: Draft, sure: Flags) -> None:
        piece = self.piece
        rows = np.flatnonzero(sure & (piece.kinds == _NUMBERS[Kind.PAYMENT_REVERSED]))
        if not rows.size:
            return
        days = self._occurred_on(rows)
        amounts = np.where(piece.paid_cents > 0, piece.paid_cents, piece.title_cents)
        draft.reversals = [
            NewReversal(
                billing_id=int(self._billing_ids[row]),
                teller=Teller.BANK,
                told_by=self.source.file_id,
                line=int(piece.lines[row]),
                amount_cents=int(amounts[row]),
                reversed_on=day,
            )
            for row, day in zip(rows.tolist(), days.tolist(), strict=True)
        ]
        draft.again.update(self._billing_ids[rows].tolist())

    def _occurred_on(self, rows: Ints) -> Days:
        days = self.piece.occurred_on[rows]
        return np.where(np.isnat(days), self.source.day, days)

    def _paid_on(self, rows: Ints) -> Days:
        days = self.piece.occurred_on[rows]
        days = np.where(np.isnat(days), self.piece.credited_on[rows], days)
        return np.where(np.isnat(days), self.source.day, days)

    def _is_told_twice(self) -> Flags:
        """Tell refusals that say that the title is there already: ours, with amount and due."""
        piece, matched = self.piece, self.matched
        same = (piece.title_cents == matched.known.amount_cents) & (
            np.isnat(piece.due_on) | (piece.due_on == matched.due_on)
        )
        told = np.zeros(len(piece), dtype=np.bool_)
        for row in np.flatnonzero(
            same & (piece.kinds == _NUMBERS[Kind.REGISTRATION_REJECTED])
        ).tolist():
            occurrence = piece.occurrences[row].decode("latin-1")
            causes = {
                reason_of(self.source.bank, self.source.layout, occurrence, code).cause
                for code in piece.reasons[row].decode("latin-1").split()
            }
            told[row] = causes == {"ALREADY_REGISTERED"}
        return told


def _add(draft: Draft, what: str, columns: Sequence[pg_copy.Column]) -> None:
    draft.copies.append((what, list(pg_copy.encode_rows(columns))))
