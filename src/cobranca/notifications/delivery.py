"""One attempt at a batch's mails: a chunk is noted before it leaves, and settled after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cobranca.domain.billing import BatchState
from cobranca.infra import batches, clock
from cobranca.infra.crashpoint import crashpoint
from cobranca.infra.log import get_logger
from cobranca.infra.mailer.transport import Outcome, State
from cobranca.notifications import repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cobranca.infra.batches import Batch
    from cobranca.infra.db import Connection
    from cobranca.infra.mailer.rate import MailRate
    from cobranca.infra.mailer.transport import Envelope, Transport
    from cobranca.infra.resources import Resources

log = get_logger()


class Delivery:
    """Stands between the transport and the database while a batch's mails are delivered."""

    def __init__(
        self, resources: Resources, batch: Batch, transport: Transport, rate: MailRate | None
    ) -> None:
        """Prepare; `billing_ids` is to be filled with the billing of each mail, by `id(mail)`."""
        self._database = resources.database
        self._attempts_max = resources.settings.attempts_max
        self._resend_once = resources.settings.uncertain == "resend_once"
        self._batch = batch
        self._transport = transport
        self._rate = rate if transport.leaving else None
        self._chunks: dict[int, int] = {}
        self._chunk_count = 0
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
            report=self._report,
        )

    async def fail(self, details: dict[int, str]) -> None:
        """Record mails that cannot be made or must not be sent, and why, by billing id."""
        if not details:
            return
        async with self._database.transaction() as connection:
            await batches.hold(connection, self._batch, BatchState.NOTIFYING)
            await self._add(connection, [(i, _failed(detail)) for i, detail in details.items()])

    async def _before_handover(self, chunk: Sequence[Envelope]) -> list[int]:
        """Wait for the chunk's turn; write it down when that is near.

        A process that dies leaves in doubt what was written down, so nothing waits for long then.
        """
        if self._rate is None:
            return await self._write_down(chunk)
        slot = await self._rate.approach(len(chunk))
        withdrawn = await self._write_down(chunk)
        if len(withdrawn) < len(chunk):
            await self._rate.take(len(chunk), slot)
        return withdrawn

    async def _write_down(self, chunk: Sequence[Envelope]) -> list[int]:
        """Note the chunk, and withdraw what was removed or suppressed meanwhile."""
        ids = self._ids(chunk)
        async with self._database.transaction() as connection:
            await batches.hold(connection, self._batch, BatchState.NOTIFYING)
            unwanted = await repository.find_unwanted(
                connection, self._batch, ids, leaving=self._transport.leaving
            )
            await self._add(
                connection, [(i, _failed(suppressed(at))) for i, at in unwanted.items() if at]
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
        crashpoint("mails-noted")
        return [place for place, billing_id in enumerate(ids) if billing_id in unwanted]

    async def _report(self, chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
        crashpoint("mails-answered")
        number = self._chunks.pop(id(chunk[0].mail), None)
        async with self._database.transaction() as connection:
            await batches.hold(connection, self._batch, BatchState.NOTIFYING)
            if number is not None:
                await repository.forget_in_flight(connection, self._batch, chunk=number)
            await self._settle(connection, zip(self._ids(chunk), outcomes, strict=True))
            for path in {outcome.location for outcome in outcomes if outcome.location}:
                await repository.note_outbox_object(connection, self._batch, path)
        crashpoint("mails-settled")

    async def _settle(self, connection: Connection, results: Iterable[tuple[int, Outcome]]) -> None:
        """Write what is known for good; keep what is tried again apart."""
        last = self._batch.attempts >= self._attempts_max
        final: list[tuple[int, Outcome]] = []
        in_doubt: list[tuple[int, Outcome]] = []
        deferred: list[tuple[int, Outcome]] = []
        for billing_id, outcome in results:
            if outcome.state is State.UNCERTAIN and self._resend_once:
                in_doubt.append((billing_id, outcome))
            elif outcome.state is State.DEFERRED and not last:
                if outcome.reply_code is None:
                    # Nobody has answered for this mail: it is a matter of the whole batch.
                    self.held_up_by = outcome.detail
                else:
                    deferred.append((billing_id, outcome))
            elif outcome.state is not State.WITHDRAWN:
                final.append((billing_id, _given_up(outcome)))
        noted = await self._note(connection, in_doubt + deferred)
        # In doubt for the second time: that is the end of it.
        final += [result for result in in_doubt if result[0] not in noted]
        await self._add(connection, final)
        refused = {
            billing_id: f"{outcome.reply_code or ''} {outcome.detail}"
            for billing_id, outcome in final
            if outcome.suppress
        }
        if refused:
            await repository.add_suppressions(connection, refused)
            log.info("addresses_suppressed", batch_id=self._batch.id, addresses=len(refused))

    async def _note(
        self, connection: Connection, results: Sequence[tuple[int, Outcome]]
    ) -> set[int]:
        if not results:
            return set()
        return await repository.add_attempts(
            connection, results, at=clock.now(), attempts=self._batch.attempts
        )

    async def _add(self, connection: Connection, results: Sequence[tuple[int, Outcome]]) -> None:
        if results:
            await repository.add_notifications(
                connection, results, at=clock.now(), attempts=self._batch.attempts
            )

    def _ids(self, chunk: Sequence[Envelope]) -> list[int]:
        return [self.billing_ids[id(envelope.mail)] for envelope in chunk]


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
