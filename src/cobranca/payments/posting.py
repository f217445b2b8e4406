"""Writes what a return file says as facts, a piece at a time, in the caller's one transaction.

While the database writes a piece, the next one is made ready and the one after that is read.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cobranca.domain.cnab.returns import CHEQUE_CLEARED
from cobranca.payments import repository
from cobranca.payments.drafting import Draft, Drafter, Source
from cobranca.payments.fates import Fate, Note, fates_of, note_number
from cobranca.payments.ids import rising
from cobranca.payments.matching import Matched, match
from cobranca.payments.pieces import pieces_of
from cobranca.payments.rematch.begin import begin_search
from cobranca.payments.repetitions import ToldPayments
from cobranca.payments.rows import ToldPaymentRow
from cobranca.payments.settling import settle
from cobranca.payments.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import numpy.typing as npt

    from cobranca.domain.boleto import Account
    from cobranca.domain.cnab.returns import ReturnFile
    from cobranca.infra.db import Connection
    from cobranca.payments.pieces import Piece


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

    async def post(self, file: ReturnFile) -> None:
        """Write all of a file's records, and what follows from them."""
        source = self._source_of(file)
        account = self.accounts[0] if len(self.accounts) == 1 else None
        pieces = pieces_of(file.titles(), account)
        ready = Draft()
        coming = asyncio.create_task(asyncio.to_thread(next, pieces, None))
        try:
            while (piece := await coming) is not None:
                coming = asyncio.create_task(asyncio.to_thread(next, pieces, None))
                drafter = await self._drafter(source, piece, ready)
                made = drafter.records if self.only_shown else drafter.whole
                making = asyncio.create_task(asyncio.to_thread(made))
                try:
                    await self._write(ready)
                finally:
                    await asyncio.wait({making})
                ready = making.result()
                self._unsettled |= ready.again
                self._uploads.update(ready.uploads)
        finally:
            await asyncio.wait({coming})
        await self._write(ready)
        if self._unsettled:
            await settle(self.connection, self._unsettled)
        if self.tally.by_fate[Fate.SUSPENSE.name] and not self.only_shown:
            await begin_search(self.connection, self.beneficiary_id)
        if self._uploads:
            await repository.add_settled_uploads(self.connection, self._uploads)

    def _source_of(self, file: ReturnFile) -> Source:
        created = file.header.created if file.header else None
        return Source(
            bank=file.bank or "",
            layout=file.layout or 0,
            file_id=self.file_id,
            beneficiary_id=self.beneficiary_id,
            at=self.at,
            day=np.datetime64(created or self.at.date(), "D"),
        )

    async def _drafter(self, source: Source, piece: Piece, before: Draft) -> Drafter:
        """Find out what becomes of a piece; the one before it is not written yet."""
        matched = await match(self.connection, self.beneficiary_id, self.accounts, piece)
        fates, notes = fates_of(piece, matched.known)
        await self._hold_repetitions(source.bank, piece, matched, fates, notes)
        self.tally.add(piece, fates, notes)
        self.tally.matched += int((matched.known.billing_ids > 0).sum())
        return Drafter(
            source=source,
            piece=piece,
            matched=matched,
            fates=fates,
            notes=notes,
            settled_before=before.settled,
            again_before=self._unsettled,
        )

    async def _write(self, draft: Draft) -> None:
        for what, chunks in draft.copies:
            if what == "registrations":
                await repository.copy_registrations(self.connection, chunks)
            else:
                await repository.copy(self.connection, what, chunks)
        if draft.pix:
            await repository.add_pix(self.connection, self.file_id, draft.pix)
        if draft.reversals:
            await repository.add_reversals(self.connection, draft.reversals)

    async def _hold_repetitions(
        self,
        bank: str,
        piece: Piece,
        matched: Matched,
        fates: npt.NDArray[np.uint8],
        notes: npt.NDArray[np.uint8],
    ) -> None:
        """Hold payments that may have been told before."""
        posted = fates == Fate.POSTED
        cleared = posted & (piece.occurrences == CHEQUE_CLEARED.get(bank, "").encode())
        rows = np.flatnonzero(posted & (matched.known.settled | cleared))
        if not rows.size:
            return
        told = ToldPayments(bank)
        for payment in await repository.find_told_payments(
            self.connection,
            billing_ids=rising(matched.known.billing_ids[rows]).tolist(),
            file_id=self.file_id,
        ):
            told.add(payment, 0)
        if cleared.any():
            for row in np.flatnonzero(posted).tolist():
                told.add(_payment(piece, matched, row), self.file_id)
        for row in rows.tolist():
            if told.repeats(_payment(piece, matched, row), self.file_id):
                fates[row], notes[row] = Fate.HELD, note_number(Note.POSSIBLE_REPETITION)


def _payment(piece: Piece, matched: Matched, row: int) -> ToldPaymentRow:
    return ToldPaymentRow(
        billing_id=int(matched.known.billing_ids[row]),
        paid_cents=int(piece.paid_cents[row]),
        occurrence=piece.occurrences[row].decode("latin-1"),
        occurred_on=piece.occurred_on[row].item(),
        credited_on=piece.credited_on[row].item(),
        paid_at=piece.paid_at[row].decode("latin-1"),
    )
