"""Writes what a return file says as facts, a piece at a time, in the caller's one transaction."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cobranca.domain.cnab.returns import KINDS, Kind, reason_of
from cobranca.domain.ledger import Teller
from cobranca.infra import pg_copy
from cobranca.payments import copying, repository
from cobranca.payments.fates import NOTES, Fate, Note, fates_of, note_number
from cobranca.payments.matching import Matched, match
from cobranca.payments.pieces import pieces_of
from cobranca.payments.rematch.begin import begin_search
from cobranca.payments.repository import NewReversal
from cobranca.payments.settling import first_payments, settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import numpy.typing as npt

    from cobranca.domain.boleto import Account
    from cobranca.domain.cnab.returns import ReturnFile
    from cobranca.infra.db import Connection
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


@dataclass(slots=True, kw_only=True)
class Posting:
    """One file on its way into the tables.

    Attributes:
        file_id: its inner id.
        at: since when what it tells is known.
        accounts: whose titles it may tell of.
        only_shown: write its records and nothing else.
    """

    connection: Connection
    beneficiary_id: int
    file_id: int
    at: datetime
    accounts: Sequence[Account]
    only_shown: bool = False
    tally: Tally = field(default_factory=Tally)
    _unsettled: set[int] = field(default_factory=set[int])
    _uploads: set[int] = field(default_factory=set[int])
    _day: np.datetime64 = field(default_factory=lambda: np.datetime64("NaT", "D"))

    async def post(self, file: ReturnFile) -> None:
        """Write all of a file's records, and what follows from them."""
        created = file.header.created if file.header else None
        self._day = np.datetime64(created or self.at.date(), "D")
        account = self.accounts[0] if len(self.accounts) == 1 else None
        pieces = pieces_of(file.titles(), account)
        # While the database writes a piece, the next one is read.
        coming = asyncio.create_task(asyncio.to_thread(next, pieces, None))
        try:
            while (piece := await coming) is not None:
                coming = asyncio.create_task(asyncio.to_thread(next, pieces, None))
                await self._post_piece(file, piece)
        finally:
            await asyncio.wait({coming})
        if self._unsettled:
            await settle(self.connection, self._unsettled)
        if self.tally.by_fate[Fate.SUSPENSE.name] and not self.only_shown:
            await begin_search(self.connection, self.beneficiary_id)
        if self._uploads:
            await repository.add_settled_uploads(self.connection, self._uploads)

    async def _post_piece(self, file: ReturnFile, piece: Piece) -> None:
        matched = await match(self.connection, self.beneficiary_id, self.accounts, piece)
        fates, notes = fates_of(piece, matched.known)
        await self._hold_repetitions(piece, matched, fates, notes)
        self.tally.add(piece, fates, notes)
        self.tally.matched += int((matched.known.billing_ids > 0).sum())
        await self._copy_records(piece, matched, fates, notes)
        if self.only_shown:
            return
        await self._post_money(piece, matched, fates == Fate.POSTED)
        await self._suspend(piece, matched, fates, notes)
        sure = (matched.known.billing_ids > 0) & (fates == Fate.KEPT)
        await self._register(file, piece, matched, sure)
        await self._tell_events(piece, matched, sure)
        await self._keep_pix(piece, matched)
        await self._take_back(piece, matched, sure)
        told = matched.upload_ids[(fates == Fate.POSTED) | sure]
        self._uploads.update(np.unique(told[told > 0]).tolist())

    async def _hold_repetitions(
        self,
        piece: Piece,
        matched: Matched,
        fates: npt.NDArray[np.uint8],
        notes: npt.NDArray[np.uint8],
    ) -> None:
        """Hold payments that another file has told with the same places."""
        rows = np.flatnonzero((fates == Fate.POSTED) & matched.known.settled)
        if not rows.size:
            return
        told = await repository.find_told_payments(
            self.connection,
            billing_ids=np.unique(matched.known.billing_ids[rows]).tolist(),
            file_id=self.file_id,
        )
        known = {
            (t.billing_id, t.paid_cents, t.occurrence, t.occurred_on, t.credited_on, t.paid_at)
            for t in told
        }
        for row in rows.tolist():
            same = (
                int(matched.known.billing_ids[row]),
                int(piece.paid_cents[row]),
                piece.occurrences[row].decode("latin-1"),
                piece.occurred_on[row].item(),
                piece.credited_on[row].item(),
                piece.paid_at[row].decode("latin-1"),
            )
            if same in known:
                fates[row], notes[row] = Fate.HELD, note_number(Note.POSSIBLE_REPETITION)

    async def _copy_records(
        self,
        piece: Piece,
        matched: Matched,
        fates: npt.NDArray[np.uint8],
        notes: npt.NDArray[np.uint8],
    ) -> None:
        ids = matched.known.billing_ids
        columns = [
            pg_copy.int4(np.int32(self.file_id)),
            pg_copy.int4(piece.lines),
            copying.amounts(ids, missing=ids == 0),
            pg_copy.int8(piece.title_cents),
            pg_copy.int8(piece.paid_cents),
            copying.days(piece.occurred_on),
            copying.days(piece.credited_on),
            pg_copy.int2(piece.kinds),
            pg_copy.int2(fates),
            copying.texts(piece.occurrences),
            copying.texts(piece.shown_numbers),
            copying.texts(piece.paid_at),
            copying.texts(piece.reasons),
            copying.words(notes, _NOTE_TEXTS),
        ]
        await self._copy("records", columns)

    async def _post_money(self, piece: Piece, matched: Matched, posted: Flags) -> None:
        rows = np.flatnonzero(posted)
        if not rows.size:
            return
        ids, net = matched.known.billing_ids[rows], piece.net_cents[rows]
        columns = [
            pg_copy.int8(ids),
            pg_copy.int8(np.int64(self.file_id)),
            pg_copy.int8(piece.paid_cents[rows]),
            pg_copy.int8(piece.extra_cents[rows]),
            pg_copy.int8(piece.deducted_cents[rows]),
            copying.instant(self.at),
            pg_copy.int4(piece.lines[rows]),
            copying.days(self._paid_on(piece, rows)),
            pg_copy.int2(np.int16(Teller.BANK)),
            copying.days(piece.credited_on[rows]),
            copying.amounts(net, missing=net == 0),
        ]
        await self._copy("payments", columns)
        _, place, count = np.unique(ids, return_inverse=True, return_counts=True)
        again = matched.known.settled[rows] | (count[place] > 1)
        if self._unsettled:
            again |= np.isin(ids, np.fromiter(self._unsettled, dtype=np.int64))
        self._unsettled.update(ids[again].tolist())
        await self._settle_first(piece, matched, rows[~again])

    async def _settle_first(self, piece: Piece, matched: Matched, rows: Ints) -> None:
        if not rows.size:
            return
        made = first_payments(
            matched.known.amount_cents[rows],
            piece.paid_cents[rows],
            piece.extra_cents[rows],
            piece.deducted_cents[rows],
            piece.net_cents[rows],
        )
        columns = [
            pg_copy.int8(matched.known.billing_ids[rows]),
            pg_copy.int8(made.paid_cents),
            pg_copy.int8(made.extra_cents),
            pg_copy.int8(made.deducted_cents),
            pg_copy.int8(made.overpaid_cents),
            pg_copy.int8(made.receivable_cents),
            pg_copy.int8(made.cash_cents),
            pg_copy.int8(made.fees_cents),
            copying.instant(self.at),
            pg_copy.int2(made.states),
            pg_copy.int2(np.int16(0)),
        ]
        await self._copy("settlements", columns)

    async def _suspend(
        self,
        piece: Piece,
        matched: Matched,
        fates: npt.NDArray[np.uint8],
        notes: npt.NDArray[np.uint8],
    ) -> None:
        """Keep money that no billing can be given for a person."""
        rows = np.flatnonzero((fates == Fate.SUSPENSE) | (fates == Fate.HELD))
        if not rows.size:
            return
        ids, net = matched.known.billing_ids[rows], piece.net_cents[rows]
        columns = [
            pg_copy.int2(np.int16(self.beneficiary_id)),
            pg_copy.int2(np.int16(Teller.BANK)),
            pg_copy.int8(np.int64(self.file_id)),
            pg_copy.int4(piece.lines[rows]),
            copying.words(notes[rows], _NOTE_TEXTS),
            copying.texts(piece.shown_numbers[rows]),
            copying.amounts(ids, missing=ids == 0),
            copying.debts(piece.controls[rows]),
            copying.texts(piece.our_numbers[rows]),
            pg_copy.int8(piece.title_cents[rows]),
            pg_copy.int8(piece.paid_cents[rows]),
            pg_copy.int8(piece.extra_cents[rows]),
            pg_copy.int8(piece.deducted_cents[rows]),
            copying.amounts(net, missing=net == 0),
            copying.days(self._paid_on(piece, rows)),
            copying.days(piece.credited_on[rows]),
            copying.instant(self.at),
        ]
        await self._copy("suspense", columns)

    async def _register(
        self, file: ReturnFile, piece: Piece, matched: Matched, sure: Flags
    ) -> None:
        confirmed = piece.kinds == _NUMBERS[Kind.REGISTERED]
        refused = piece.kinds == _NUMBERS[Kind.REGISTRATION_REJECTED]
        rows = np.flatnonzero(sure & (confirmed | refused))
        if not rows.size:
            return
        told_twice = refused & _is_told_twice(file, piece, matched)
        states = np.where(confirmed | told_twice, 0, 1)[rows]
        columns = [
            pg_copy.int8(matched.known.billing_ids[rows]),
            copying.days(self._occurred_on(piece, rows)),
            copying.words(states, ("REGISTERED", "REJECTED")),
            copying.texts(piece.reasons[rows]),
            pg_copy.int4(np.int32(self.file_id)),
            pg_copy.int4(piece.lines[rows]),
        ]
        chunks = await asyncio.to_thread(list, pg_copy.encode_rows(columns))
        await repository.copy_registrations(self.connection, chunks)

    async def _tell_events(self, piece: Piece, matched: Matched, sure: Flags) -> None:
        kinds = np.isin(piece.kinds, [_NUMBERS[kind] for kind in _EVENTS])
        rows = np.flatnonzero(sure & kinds)
        if not rows.size:
            return
        columns = [
            pg_copy.int8(matched.known.billing_ids[rows]),
            pg_copy.int4(np.int32(self.file_id)),
            pg_copy.int4(piece.lines[rows]),
            copying.days(self._occurred_on(piece, rows)),
            copying.words(piece.kinds[rows], _KIND_TEXTS),
        ]
        await self._copy("title_events", columns)

    async def _keep_pix(self, piece: Piece, matched: Matched) -> None:
        """Keep the Pix codes that the bank has made of titles of ours."""
        if not piece.pix:
            return
        codes = {
            int(line): (int(billing_id), piece.pix[int(line)])
            for line, billing_id in zip(piece.lines, matched.known.billing_ids, strict=True)
            if billing_id > 0 and int(line) in piece.pix
        }
        told = {line: each for line, each in codes.items() if each[1].url or each[1].emv}
        await repository.add_pix(self.connection, self.file_id, told)

    async def _take_back(self, piece: Piece, matched: Matched, sure: Flags) -> None:
        rows = np.flatnonzero(sure & (piece.kinds == _NUMBERS[Kind.PAYMENT_REVERSED]))
        if not rows.size:
            return
        days = self._occurred_on(piece, rows)
        amounts = np.where(piece.paid_cents > 0, piece.paid_cents, piece.title_cents)
        await repository.add_reversals(
            self.connection,
            [
                NewReversal(
                    billing_id=int(matched.known.billing_ids[row]),
                    teller=Teller.BANK,
                    told_by=self.file_id,
                    line=int(piece.lines[row]),
                    amount_cents=int(amounts[row]),
                    reversed_on=day,
                )
                for row, day in zip(rows.tolist(), days.tolist(), strict=True)
            ],
        )
        self._unsettled.update(matched.known.billing_ids[rows].tolist())

    def _occurred_on(self, piece: Piece, rows: Ints) -> Days:
        days = piece.occurred_on[rows]
        return np.where(np.isnat(days), self._day, days)

    def _paid_on(self, piece: Piece, rows: Ints) -> Days:
        days = piece.occurred_on[rows]
        days = np.where(np.isnat(days), piece.credited_on[rows], days)
        return np.where(np.isnat(days), self._day, days)

    async def _copy(self, what: str, columns: Iterable[pg_copy.Column]) -> None:
        chunks = await asyncio.to_thread(list, pg_copy.encode_rows(list(columns)))
        await repository.copy(self.connection, what, chunks)


def _is_told_twice(file: ReturnFile, piece: Piece, matched: Matched) -> Flags:
    """Tell refusals that say that the title is there already: ours, with amount and due date."""
    same = (piece.title_cents == matched.known.amount_cents) & (
        np.isnat(piece.due_on) | (piece.due_on == matched.due_on)
    )
    told = np.zeros(len(piece), dtype=np.bool_)
    for row in np.flatnonzero(
        same & (piece.kinds == _NUMBERS[Kind.REGISTRATION_REJECTED])
    ).tolist():
        occurrence = piece.occurrences[row].decode("latin-1")
        causes = {
            reason_of(file.bank or "", file.layout or 0, occurrence, code).cause
            for code in piece.reasons[row].decode("latin-1").split()
        }
        told[row] = causes == {"ALREADY_REGISTERED"}
    return told
