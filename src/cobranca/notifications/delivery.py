"""One attempt at a batch's mails: a chunk is noted before it leaves, and settled after."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cobranca.domain.errors import Transient
from cobranca.domain.mail_reply import Fault, Resumption, State
from cobranca.domain.undelivered import NOT_SENT
from cobranca.infra import clock
from cobranca.infra.log import get_logger
from cobranca.infra.mailer.transport import Chunk, Envelope, Ledger, Outcome, Transport
from cobranca.infra.telemetry import MailsSettled, emit
from cobranca.notifications import repository
from cobranca.notifications.account import SendingAccount, reason_of
from cobranca.pipeline import lease
from cobranca.pipeline.crashpoint import crashpoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cobranca.infra.db import Connection
    from cobranca.infra.mailer.rate import MailRate
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings
    from cobranca.notifications.repository import Counts, Result
    from cobranca.pipeline.batch import Batch

log = get_logger()

#: How long to wait before outcomes are written again that a database did not take, in seconds.
_AWAY_S = 0.5


class _AccountHeldError(Exception):
    """Another delivery has found that our account may not send now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertainPolicy:
    """What becomes of a mail that was handed over and not answered for."""

    #: It is sent once more, though a payer may then get two.
    resend: bool
    #: For so many seconds it can be sent again for certain: the provider knows its key.
    idempotency_window_s: float

    @classmethod
    def of(cls, settings: Settings) -> UncertainPolicy:
        """Return what the settings say."""
        return cls(
            resend=settings.uncertain == "resend_once",
            idempotency_window_s=(
                settings.smtp_idempotency_s if settings.smtp_idempotency_header else 0.0
            ),
        )

    @property
    def tries_again(self) -> bool:
        """Whether to be uncertain for the first time is no end."""
        return self.resend or self.idempotency_window_s > 0


class Delivery(Ledger):
    """Stands between the transport and the database while a batch's mails are delivered."""

    def __init__(
        self,
        resources: Resources,
        batch: Batch,
        transport: Transport,
        *,
        account: SendingAccount | None,
        rate: MailRate | None,
        last: bool,
    ) -> None:
        """Prepare. With `last`, what others than we are to blame for is given up.

        `account` and `rate` are those of a transport that reaches people.
        """
        self._database = resources.database
        self._uncertain = UncertainPolicy.of(resources.settings)
        self._lease_s = resources.settings.lease_s
        self._batch = batch
        self._transport = transport
        self._account = account
        self._rate = rate
        self._last = last
        self._chunk_count = 0
        #: Mails that wait for a person to mend what is ours.
        self.held = 0
        #: Why mails wait, if it is not a matter of each.
        self.reason: str | None = None

    async def run(self, envelopes: Sequence[Envelope]) -> None:
        """Deliver the mails and write down what became of each.

        Raises:
            StaleFence: another worker has taken the batch over.
        """
        try:
            await self._transport.deliver(envelopes, self, key=str(self._batch.id))
        except _AccountHeldError:
            log.info("delivery_cut_short", batch_id=self._batch.id)

    async def fail(self, details: dict[int, str]) -> None:
        """Record mails that cannot be made or must not be sent, and why, by billing id."""
        if not details:
            return
        async with self._database.transaction() as connection:
            await lease.lock(connection, self._batch.work)
            results = [(i, _failed(detail)) for i, detail in details.items()]
            settled = await self._add(connection, results)
        emit(MailsSettled(states=settled))

    async def begin(self, envelopes: Sequence[Envelope]) -> Chunk:
        """Wait for the chunk's turn; write it down when that is near.

        A process that dies leaves uncertain what was written down: nothing waits for long then.
        """
        turn = await self._rate.approach() if self._rate is not None else None
        async with self._database.transaction() as connection:
            await lease.lock(connection, self._batch.work)
            if self._account is not None and await self._account.find_hold(connection):
                raise _AccountHeldError
            wanted, settled = await self._withdraw(connection, envelopes)
            number = None
            if wanted and not self._transport.idempotent:
                self._chunk_count += 1
                number = self._chunk_count
                await repository.note_in_flight(
                    connection,
                    self._batch,
                    chunk=number,
                    billing_ids=[envelope.billing_id for envelope in wanted],
                )
        emit(MailsSettled(states=settled))
        crashpoint("mails-noted")
        return Chunk(envelopes=wanted, number=number, turn=turn)

    async def settle(self, chunk: Chunk, outcomes: Sequence[Outcome]) -> None:
        """Write down what became of a chunk; a database that is away for a while is waited for.

        What is not written down would be uncertain, though its answer is known.
        """
        crashpoint("mails-answered")
        until_s = time.monotonic() + self._lease_s
        while True:
            try:
                settled = await self._write_outcomes(chunk, outcomes)
            except Transient:
                if chunk.number is None or time.monotonic() > until_s:
                    raise
                await asyncio.sleep(_AWAY_S)
            else:
                break
        emit(MailsSettled(states=settled))
        crashpoint("mails-settled")
        if self._account is not None:
            await self._account.note(chunk, outcomes)

    async def _withdraw(
        self, connection: Connection, envelopes: Sequence[Envelope]
    ) -> tuple[list[Envelope], Counts]:
        """Return what is still wanted; write down what was suppressed or expired meanwhile."""
        addresses = {each.billing_id: each.mail.recipient_address for each in envelopes}
        found = await repository.find_unwanted(
            connection, self._batch, addresses, reaches_people=self._transport.reaches_people
        )
        unwanted = {i: _failed(suppressed(at)) if at else None for i, at in found.items()}
        if not self._transport.idempotent and not self._uncertain.resend:
            expired = await repository.find_expired_uncertain(
                connection,
                addresses.keys() - unwanted.keys(),
                window_s=self._uncertain.idempotency_window_s,
                unless_asked=True,
            )
            unwanted |= dict.fromkeys(expired, _NOT_AGAIN)
        results = [(i, outcome) for i, outcome in unwanted.items() if outcome]
        settled = await self._add(connection, results)
        return [e for e in envelopes if e.billing_id not in unwanted], settled

    async def _write_outcomes(self, chunk: Chunk, outcomes: Sequence[Outcome]) -> Counts:
        async with self._database.transaction() as connection:
            await lease.lock(connection, self._batch.work)
            handed_at = clock.now()
            if chunk.number is not None:
                noted_at = await repository.forget_in_flight(
                    connection, self._batch, chunk=chunk.number
                )
                if noted_at is None:
                    return Counter()  # Written by a try whose own answer was lost.
                handed_at = noted_at
            ids = [envelope.billing_id for envelope in chunk.envelopes]
            results = list(zip(ids, outcomes, strict=True))
            settled = await self._settle(connection, results, handed_at)
            for path in {outcome.location for outcome in outcomes if outcome.location}:
                await repository.note_outbox_object(connection, self._batch, path)
        return settled

    async def _settle(
        self, connection: Connection, results: Sequence[Result], handed_at: datetime
    ) -> Counts:
        """Write what is known for good; keep what is tried again apart."""
        uncertain, waiting, final = self._sort(results)
        answered = [result for result in waiting if result[1].reply_code is not None]
        await self._note(connection, answered, clock.now())
        final += await self._uncertain_for_good(connection, uncertain, handed_at)
        settled = await self._add(connection, final)
        await self._suppress(connection, final)
        self.held += sum(o.resumption is Resumption.BY_PERSON for _, o in waiting)
        for _, outcome in waiting:
            # Of one mail, unless nobody has answered for it or what is ours is to blame.
            if outcome.reply_code is None or outcome.fault is Fault.OURS:
                self.reason = reason_of(outcome)
        return settled

    def _sort(self, results: Sequence[Result]) -> tuple[list[Result], list[Result], list[Result]]:
        """Return what may be sent again for certain or by policy, what waits, and what is final."""
        uncertain: list[Result] = []
        waiting: list[Result] = []
        final: list[Result] = []
        for billing_id, outcome in results:
            if outcome.state is State.UNCERTAIN and self._uncertain.tries_again:
                uncertain.append((billing_id, outcome))
            elif outcome.state is not State.DEFERRED:
                final.append((billing_id, outcome))
            elif self._last and outcome.fault is not Fault.OURS:
                final.append((billing_id, replace(outcome, state=State.FAILED)))
            else:
                waiting.append((billing_id, outcome))
        return uncertain, waiting, final

    async def _uncertain_for_good(
        self, connection: Connection, uncertain: Sequence[Result], handed_at: datetime
    ) -> list[Result]:
        """Write mails down that are uncertain for the first time; return those that stay so."""
        noted = await self._note(connection, uncertain, handed_at)
        again = {billing_id for billing_id, _ in uncertain} - noted
        if not again:
            return []
        expired = await repository.find_expired_uncertain(
            connection, again, window_s=self._uncertain.idempotency_window_s, unless_asked=False
        )
        return [result for result in uncertain if result[0] in expired]

    async def _suppress(self, connection: Connection, final: Iterable[Result]) -> None:
        reasons = {
            billing_id: f"{outcome.reply_code or ''} {outcome.detail}"
            for billing_id, outcome in final
            if outcome.suppress
        }
        if reasons:
            await repository.add_suppressions(connection, reasons)
            log.info("addresses_suppressed", batch_id=self._batch.id, addresses=len(reasons))

    async def _note(
        self, connection: Connection, results: Sequence[Result], at: datetime
    ) -> set[int]:
        if not results:
            return set()
        return await repository.add_attempts(
            connection, results, at=at, attempts=self._batch.work.attempts
        )

    async def _add(self, connection: Connection, results: Sequence[Result]) -> Counts:
        if not results:
            return Counter()
        return await repository.add_notifications(
            connection, results, at=clock.now(), attempts=self._batch.work.attempts
        )


#: A mail that was uncertain and is not sent again: the provider's key is gone, or not asked for.
_NOT_AGAIN = Outcome(state=State.UNCERTAIN, detail="In doubt, and not sent again")


def suppressed(at: datetime) -> str:
    """Return why a mail to an address that was suppressed then is not sent."""
    return f"{NOT_SENT}; suppressed on {at:%Y-%m-%d}"


def _failed(detail: str) -> Outcome:
    return Outcome(state=State.FAILED, detail=detail)
