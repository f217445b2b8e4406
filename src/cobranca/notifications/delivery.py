"""One attempt at a batch's mails: a chunk is noted before it leaves, and settled after."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cobranca.domain.errors import Transient
from cobranca.infra import clock
from cobranca.infra.log import get_logger
from cobranca.infra.mailer.transport import Outcome, State
from cobranca.infra.telemetry import MailsSettled, emit
from cobranca.notifications import repository
from cobranca.pipeline import lease
from cobranca.pipeline.crashpoint import crashpoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cobranca.infra.db import Connection
    from cobranca.infra.mailer.rate import MailRate, Slot
    from cobranca.infra.mailer.transport import Envelope, Transport
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings
    from cobranca.notifications.repository import Counts
    from cobranca.pipeline.batch import Batch

log = get_logger()

#: How long to wait before outcomes are written again that a database did not take, in seconds.
_AWAY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtPolicy:
    """What becomes of a mail that was handed over and not answered for."""

    #: It is sent once more, though a payer may then get two.
    resend_once: bool
    #: For so many seconds it can be sent again without a doubt: the provider knows its key.
    key_s: float

    @classmethod
    def of(cls, settings: Settings) -> DoubtPolicy:
        """Return what the settings say."""
        return cls(
            resend_once=settings.uncertain == "resend_once",
            key_s=settings.smtp_idempotency_s if settings.smtp_idempotency_header else 0.0,
        )

    @property
    def again(self) -> bool:
        """Whether a first doubt is no end."""
        return self.resend_once or self.key_s > 0


class Delivery:
    """Stands between the transport and the database while a batch's mails are delivered."""

    def __init__(
        self,
        resources: Resources,
        batch: Batch,
        transport: Transport,
        rate: MailRate | None,
        *,
        last: bool,
    ) -> None:
        """Prepare; `billing_ids` is to be filled with the billing of each mail, by `id(mail)`.

        With `last`, what the server puts off is given up.
        """
        self._database = resources.database
        self._doubts = DoubtPolicy.of(resources.settings)
        self._lease_s = resources.settings.lease_s
        self._last = last
        self._batch = batch
        self._transport = transport
        self._rate = rate if transport.leaving else None
        self._chunks: dict[int, int] = {}
        self._chunk_count = 0
        #: Of the first mail of a chunk, by `id(mail)`.
        self._slots: dict[int, Slot] = {}
        self.billing_ids: dict[int, int] = {}
        #: Why mails wait that no server has answered for, if any do.
        self.held_up_by: str | None = None

    async def run(self, envelopes: Sequence[Envelope]) -> None:
        """Deliver the mails and write down what became of each.

        Raises:
            StaleFence: another worker has taken the batch over.
        """
        await self._transport.deliver(
            envelopes,
            key=str(self._batch.id),
            before_handover=self._before_handover,
            before_each=self._before_each if self._rate is not None else None,
            report=self._report,
        )

    async def fail(self, details: dict[int, str]) -> None:
        """Record mails that cannot be made or must not be sent, and why, by billing id."""
        if not details:
            return
        async with self._database.transaction() as connection:
            await lease.lock(connection, self._batch.work)
            results = [(i, _failed(detail)) for i, detail in details.items()]
            settled = await self._add(connection, results)
        emit(MailsSettled(states=settled))

    async def _before_handover(self, chunk: Sequence[Envelope]) -> list[int]:
        """Wait for the chunk's turn; write it down when that is near.

        A process that dies leaves in doubt what was written down, so nothing waits for long then.
        """
        if self._rate is None:
            return await self._write_down(chunk)
        slot = await self._rate.approach()
        withdrawn = await self._write_down(chunk)
        wanted = [e.mail for place, e in enumerate(chunk) if place not in withdrawn]
        if wanted:
            self._slots[id(wanted[0])] = slot
        return withdrawn

    async def _before_each(self, envelope: Envelope) -> None:
        """Keep to the bound on mails a second."""
        if self._rate is not None:
            await self._rate.take(self._slots.pop(id(envelope.mail), None))

    async def _write_down(self, chunk: Sequence[Envelope]) -> list[int]:
        """Note the chunk, and withdraw what was removed or suppressed meanwhile."""
        ids = self._ids(chunk)
        async with self._database.transaction() as connection:
            await lease.lock(connection, self._batch.work)
            unwanted = await self._unwanted(connection, ids)
            settled = await self._add(
                connection, [(i, outcome) for i, outcome in unwanted.items() if outcome]
            )
            if not self._transport.idempotent:
                self._chunk_count += 1
                self._chunks[id(chunk[0].mail)] = self._chunk_count
                await repository.note_in_flight(
                    connection,
                    self._batch,
                    chunk=self._chunk_count,
                    billing_ids=[i for i in ids if i not in unwanted],
                )
        emit(MailsSettled(states=settled))
        crashpoint("mails-noted")
        return [place for place, billing_id in enumerate(ids) if billing_id in unwanted]

    async def _unwanted(self, connection: Connection, ids: list[int]) -> dict[int, Outcome | None]:
        """Return which mails must not leave any more, with what is to be written of them."""
        found = await repository.find_unwanted(
            connection, self._batch, ids, leaving=self._transport.leaving
        )
        unwanted = {i: _failed(suppressed(at)) if at else None for i, at in found.items()}
        if not self._transport.idempotent and not self._doubts.resend_once:
            lapsed = await repository.find_lapsed_doubts(
                connection, set(ids) - unwanted.keys(), key_s=self._doubts.key_s
            )
            unwanted |= dict.fromkeys(lapsed, _HELD)
        return unwanted

    async def _report(self, chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
        """Write down what became of a chunk; a database that is away for a while is waited for.

        What is not written down would be in doubt, though its answer is known.
        """
        crashpoint("mails-answered")
        number = self._chunks.pop(id(chunk[0].mail), None)
        until_s = time.monotonic() + self._lease_s
        while True:
            try:
                settled = await self._write_outcomes(chunk, outcomes, number)
            except Transient:
                if number is None or time.monotonic() > until_s:
                    raise
                await asyncio.sleep(_AWAY_S)
            else:
                break
        emit(MailsSettled(states=settled))
        crashpoint("mails-settled")

    async def _write_outcomes(
        self, chunk: Sequence[Envelope], outcomes: Sequence[Outcome], number: int | None
    ) -> Counts:
        async with self._database.transaction() as connection:
            await lease.lock(connection, self._batch.work)
            handed_at = clock.now()
            if number is not None:
                noted_at = await repository.forget_in_flight(connection, self._batch, chunk=number)
                if noted_at is None:
                    return Counter()  # Written by a try whose own answer was lost.
                handed_at = noted_at
            results = zip(self._ids(chunk), outcomes, strict=True)
            settled = await self._settle(connection, results, handed_at)
            for path in {outcome.location for outcome in outcomes if outcome.location}:
                await repository.note_outbox_object(connection, self._batch, path)
        return settled

    async def _settle(
        self, connection: Connection, results: Iterable[tuple[int, Outcome]], handed_at: datetime
    ) -> Counts:
        """Write what is known for good; keep what is tried again apart."""
        final: list[tuple[int, Outcome]] = []
        in_doubt: list[tuple[int, Outcome]] = []
        deferred: list[tuple[int, Outcome]] = []
        for billing_id, outcome in results:
            if outcome.state is State.UNCERTAIN and self._doubts.again:
                in_doubt.append((billing_id, outcome))
            elif outcome.state is State.DEFERRED and not self._last:
                if outcome.reply_code is None:
                    # Nobody has answered for this mail: it is a matter of the whole batch.
                    self.held_up_by = outcome.detail
                else:
                    deferred.append((billing_id, outcome))
            elif outcome.state is not State.WITHDRAWN:
                final.append((billing_id, _given_up(outcome)))
        await self._note(connection, deferred, clock.now())
        final += await self._doubted_before(connection, in_doubt, handed_at)
        settled = await self._add(connection, final)
        await self._suppress(connection, final)
        return settled

    async def _doubted_before(
        self, connection: Connection, in_doubt: list[tuple[int, Outcome]], handed_at: datetime
    ) -> list[tuple[int, Outcome]]:
        """Write first doubts down apart; return the mails for which another one is the end."""
        noted = await self._note(connection, in_doubt, handed_at)
        doubted = {billing_id for billing_id, _ in in_doubt} - noted
        if not doubted:
            return []
        lapsed = await repository.find_lapsed_doubts(connection, doubted, key_s=self._doubts.key_s)
        return [result for result in in_doubt if result[0] in lapsed]

    async def _suppress(self, connection: Connection, final: Iterable[tuple[int, Outcome]]) -> None:
        reasons = {
            billing_id: f"{outcome.reply_code or ''} {outcome.detail}"
            for billing_id, outcome in final
            if outcome.suppress
        }
        if reasons:
            await repository.add_suppressions(connection, reasons)
            log.info("addresses_suppressed", batch_id=self._batch.id, addresses=len(reasons))

    async def _note(
        self, connection: Connection, results: Sequence[tuple[int, Outcome]], at: datetime
    ) -> set[int]:
        if not results:
            return set()
        return await repository.add_attempts(
            connection, results, at=at, attempts=self._batch.work.attempts
        )

    async def _add(self, connection: Connection, results: Sequence[tuple[int, Outcome]]) -> Counts:
        if not results:
            return Counter()
        return await repository.add_notifications(
            connection, results, at=clock.now(), attempts=self._batch.work.attempts
        )

    def _ids(self, chunk: Sequence[Envelope]) -> list[int]:
        return [self.billing_ids[id(envelope.mail)] for envelope in chunk]


#: A mail that was in doubt and is not sent again: the provider's key is gone, or is no more asked.
_HELD = Outcome(state=State.UNCERTAIN, detail="In doubt, and not sent again")


def suppressed(at: datetime) -> str:
    """Return why a mail to an address that was suppressed then is not sent."""
    return f"Not sent: a mail server refused this address for good; suppressed on {at:%Y-%m-%d}"


def _failed(detail: str) -> Outcome:
    return Outcome(state=State.FAILED, detail=detail)


def _given_up(outcome: Outcome) -> Outcome:
    """Turn a mail deferred at the last allowed attempt into a failed one."""
    if outcome.state is not State.DEFERRED:
        return outcome
    return replace(outcome, state=State.FAILED)
