"""One attempt at a batch's mails: a chunk is noted before it leaves, and settled after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cobranca.domain.billing import BatchState
from cobranca.infra import batches, clock
from cobranca.infra.mailer.transport import Outcome, State
from cobranca.notifications import repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cobranca.infra.batches import Batch
    from cobranca.infra.db import Connection
    from cobranca.infra.mailer.transport import Envelope, Transport
    from cobranca.infra.resources import Resources


class Delivery:
    """Stands between the transport and the database while a batch's mails are delivered."""

    def __init__(self, resources: Resources, batch: Batch, transport: Transport) -> None:
        """Prepare; `billing_ids` is to be filled with the billing of each mail, by `id(mail)`."""
        self._database = resources.database
        self._attempts_max = resources.settings.attempts_max
        self._resend_once = resources.settings.uncertain == "resend_once"
        self._batch = batch
        self._transport = transport
        self._chunks: dict[int, int] = {}
        self._chunk_count = 0
        self.billing_ids: dict[int, int] = {}

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

    async def fail(self, billing_id: int, detail: str) -> None:
        """Record a mail that cannot be made."""
        outcome = Outcome(state=State.FAILED, detail=detail)
        async with self._database.transaction() as connection:
            await batches.hold(connection, self._batch, BatchState.NOTIFYING)
            await self._add(connection, [(billing_id, outcome)])

    async def _before_handover(self, chunk: Sequence[Envelope]) -> list[int]:
        """Write the chunk down, and withdraw what a person has removed meanwhile."""
        ids = self._ids(chunk)
        async with self._database.transaction() as connection:
            await batches.hold(connection, self._batch, BatchState.NOTIFYING)
            removed = await repository.find_removed(connection, self._batch, ids)
            if not self._transport.idempotent:
                self._chunk_count += 1
                self._chunks[id(chunk[0].mail)] = self._chunk_count
                await repository.note_in_flight(
                    connection,
                    self._batch,
                    chunk=self._chunk_count,
                    billing_ids=[i for i in ids if i not in removed],
                )
        return [place for place, billing_id in enumerate(ids) if billing_id in removed]

    async def _report(self, chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
        number = self._chunks.pop(id(chunk[0].mail), None)
        async with self._database.transaction() as connection:
            await batches.hold(connection, self._batch, BatchState.NOTIFYING)
            if number is not None:
                await repository.forget_in_flight(connection, self._batch, chunk=number)
            await self._settle(connection, zip(self._ids(chunk), outcomes, strict=True))
            for path in {outcome.location for outcome in outcomes if outcome.location}:
                await repository.note_outbox_object(connection, self._batch, path)

    async def _settle(self, connection: Connection, results: Iterable[tuple[int, Outcome]]) -> None:
        """Write what is known for good; keep what is tried again apart."""
        last = self._batch.attempts >= self._attempts_max
        final: list[tuple[int, Outcome]] = []
        in_doubt: list[tuple[int, Outcome]] = []
        for billing_id, outcome in results:
            if outcome.state is State.UNCERTAIN and self._resend_once:
                in_doubt.append((billing_id, outcome))
            elif outcome.state is State.DEFERRED:
                if last:
                    final.append((billing_id, _given_up(outcome)))
            elif outcome.state is not State.WITHDRAWN:
                final.append((billing_id, outcome))
        noted = await self._note(connection, in_doubt)
        # In doubt for the second time: that is the end of it.
        final += [result for result in in_doubt if result[0] not in noted]
        await self._add(connection, final)

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


def _given_up(outcome: Outcome) -> Outcome:
    """Turn a mail deferred at the last allowed attempt into a failed one."""
    return replace(outcome, state=State.FAILED)
