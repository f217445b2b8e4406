"""The notifying service: writes to a batch's payers and always knows which mails are uncertain."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cobranca.infra.mailer.open_transport import open_transport
from cobranca.infra.mailer.rate import MailRate
from cobranca.infra.mailer.smtp import SmtpTransport
from cobranca.infra.telemetry import MailsSettled, PayersNotified, emit
from cobranca.infra.tracing import span
from cobranca.notifications import repository
from cobranca.notifications.account import SendingAccount
from cobranca.notifications.delivery import Delivery, UncertainPolicy, suppressed
from cobranca.notifications.mail_values import envelopes_of
from cobranca.notifications.second_copies.repository import list_second_copies
from cobranca.notifications.second_copies.service import carry_copies
from cobranca.pipeline import lease
from cobranca.pipeline.batch import Batch, read_batch
from cobranca.pipeline.billing_details import BillingDetails, read_details
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.pipeline.issuing_terms import Profile, get_profile

if TYPE_CHECKING:
    from cobranca.infra.db import Connection
    from cobranca.infra.mailer.transport import Envelope, Transport
    from cobranca.infra.resources import Resources
    from cobranca.notifications.second_copies.repository import MailedCopyRow
    from cobranca.pipeline.lease import Work

#: Bounds on how long deferred mails rest, in seconds.
_PAUSE_S = range(10, 3600)
#: So that batches which waited for the same quota do not all come back at once, in seconds.
_SPREAD_S = 60.0
#: How long mails rest that wait for the bank; its word wakes them sooner. Seconds.
_AWAIT_S = 3600.0
_AWAITED = "Waits until the bank has registered the titles"


class Notifier:
    """Works batches with the transports of this process."""

    def __init__(self, resources: Resources) -> None:
        """Share the process's resources; a mail server is connected to when first needed."""
        self._resources = resources
        self._transports: dict[str, Transport] = {}
        self._account = SendingAccount(resources.database, resources.bus, resources.settings)
        self._waits_for_bank = resources.settings.mail_when == "registered"
        per_second = resources.settings.mail_per_second
        self._rate = MailRate(resources.database, per_second) if per_second else None

    async def notify_batch(self, work: Work) -> None:
        """Write to the payers of a batch. Never twice about one billing."""
        crashpoint("notify-claimed")
        async with self._resources.database.transaction() as connection:
            batch = await read_batch(connection, work)
        if batch.removed_at is not None:
            await self._finish(batch, None)
        elif batch.mail == "simulate":
            await self._simulate(batch)
        else:
            delivery = await self._deliver(batch)
            with span("finish"):
                await self._finish(batch, delivery)

    async def aclose(self) -> None:
        """Let go of connections to mail servers."""
        for transport in self._transports.values():
            await transport.aclose()

    async def _simulate(self, batch: Batch) -> None:
        """Count every mail as sent without making it."""
        async with self._resources.database.transaction() as connection:
            await lease.lock(connection, batch.work)
            sent = await repository.simulate_notifications(connection, batch)
            counts = {"sent": sent, "failed": 0, "uncertain": 0, "waiting": 0}
            await self._end(connection, batch, counts)
        emit(MailsSettled(states={"SENT": sent}))

    async def _deliver(self, batch: Batch) -> Delivery | None:
        """Hand over the mails that wait; None when our account may not send now."""
        transport = await self._transport(batch.mail)
        account = self._account if transport.reaches_people else None
        policy = UncertainPolicy.of(self._resources.settings)
        async with self._resources.database.transaction() as connection:
            await lease.lock(connection, batch.work)
            settled = await repository.settle_in_flight(
                connection, batch, resend=policy.tries_again, window_s=policy.idempotency_window_s
            )
            held = account is not None and await account.find_hold(connection) is not None
            waiting = None if held else await self._read(connection, batch, transport)
        emit(MailsSettled(states=settled))
        if waiting is None:
            return None
        rate = self._rate if transport.reaches_people else None
        delivery = Delivery(
            self._resources, batch, transport, account=account, rate=rate, last=waiting.last
        )
        with span("compose"):
            envelopes = await self._compose(batch, waiting, delivery)
        with span("deliver", mails=len(envelopes)):
            await delivery.run(envelopes)
        return delivery

    async def _read(self, connection: Connection, batch: Batch, transport: Transport) -> _Waiting:
        begun = await repository.begin_mailing(
            connection, batch, retry_s=self._resources.settings.mail_retry_s
        )
        rows = await repository.read_mails(
            connection,
            batch,
            reaches_people=transport.reaches_people,
            registered=self._waits_for_bank,
        )
        copied = [row["id"] for row in rows if row.get("second_copy_at")]
        return _Waiting(
            at=begun["at"].astimezone(UTC),
            last=begun["last"],
            rows=rows,
            copies=await list_second_copies(connection, copied) if copied else {},
            profile=await get_profile(connection, batch.profile_id),
            details=await self._read_details(
                connection, batch, reaches_people=transport.reaches_people
            ),
        )

    async def _read_details(
        self, connection: Connection, batch: Batch, *, reaches_people: bool
    ) -> dict[int, BillingDetails]:
        """Return what optional columns said, without copies to suppressed addresses."""
        details = await read_details(
            connection, first_id=batch.first_billing_id, last_id=batch.last_billing_id
        )
        copies = {copy.lower() for each in details.values() for copy in each.copies}
        if not copies or not reaches_people:
            return details
        gone = await repository.find_suppressed(
            connection, beneficiary_id=batch.beneficiary_id, addresses=copies
        )
        return {
            billing_id: replace(
                each, copies=tuple(copy for copy in each.copies if copy.lower() not in gone)
            )
            for billing_id, each in details.items()
        }

    async def _compose(self, batch: Batch, waiting: _Waiting, delivery: Delivery) -> list[Envelope]:
        """Make the mails; one that cannot be made fails alone and does not hold up the others."""
        if batch.issued_on is None:
            raise LookupError(f"batch {batch.id} has no boletos")
        pdfs = b""
        if batch.mail == "smtp" and batch.object_path is not None:
            pdfs = await self._resources.storage.get(batch.object_path)
        wanted = [row for row in waiting.rows if not row["suppressed_at"]]
        envelopes, unsent = envelopes_of(
            wanted,
            waiting.profile,
            pdfs,
            details=waiting.details,
            issued_on=batch.issued_on,
            at=waiting.at,
        )
        if waiting.copies:
            envelopes, useless = carry_copies(
                envelopes, waiting.copies, waiting.profile, waiting.details
            )
            unsent |= useless
        unsent |= {
            row["id"]: suppressed(row["suppressed_at"])
            for row in waiting.rows
            if row["suppressed_at"]
        }
        await delivery.fail(unsent)
        return envelopes

    async def _finish(self, batch: Batch, delivery: Delivery | None) -> None:
        """End the work, or put it off while mails wait; without a delivery none was possible."""
        async with self._resources.database.transaction() as connection:
            await lease.lock(connection, batch.work)
            counts = await repository.recount_batch(connection, batch)
            awaits = self._waits_for_bank and await self._awaits_bank(connection, batch, counts)
            if counts["waiting"] and batch.removed_at is None:
                await self._put_off(connection, batch, counts, delivery)
            elif not awaits:
                await self._end(connection, batch, counts)
        crashpoint("batch-notified")

    async def _awaits_bank(
        self, connection: Connection, batch: Batch, counts: dict[str, int]
    ) -> bool:
        """Lay the batch by when all that waits, waits for the bank; return whether it does.

        What waits for the bank, or was refused by it, is taken off `counts`.
        """
        bank = await repository.count_unregistered(connection, batch)
        counts["waiting"] -= bank.refused + bank.undecided
        if counts["waiting"] or not bank.undecided or batch.removed_at is not None:
            return False
        await repository.note_awaiting(connection, batch, counts)
        await lease.lay_by(connection, batch.work, pause_s=_AWAIT_S, reason=_AWAITED)
        return True

    async def _end(self, connection: Connection, batch: Batch, counts: dict[str, int]) -> None:
        await repository.note_notified(connection, batch, counts)
        await lease.finish(connection, batch.work)
        emit(PayersNotified(batch_id=batch.id, upload_id=batch.upload_id, **counts))

    async def _put_off(
        self,
        connection: Connection,
        batch: Batch,
        counts: dict[str, int],
        delivery: Delivery | None,
    ) -> None:
        """Let mails wait: until a hold of our account ends, for a person, or for a while."""
        hold = await self._account.find_hold(connection) if batch.mail == "smtp" else None
        reason = hold.reason if hold else delivery.reason if delivery else None
        alone = delivery is not None and delivery.held == counts["waiting"] > 0
        held = hold is not None or alone
        tried_s = await repository.note_notified(connection, batch, counts, held=held)
        if hold is not None and hold.waits_s is not None:
            pause_s = hold.waits_s + random.uniform(0, _SPREAD_S)  # noqa: S311
            await lease.lay_by(connection, batch.work, pause_s=pause_s, reason=reason)
        elif held:
            await lease.stop(connection, batch.work, reason=reason or "")
        else:
            # For as long again as they have been tried. Spread, so that batches do not come back in
            # step.
            pause_s = min(max(tried_s, _PAUSE_S.start), _PAUSE_S.stop)
            pause_s *= random.uniform(0.8, 1.2)  # noqa: S311
            await lease.lay_by(connection, batch.work, pause_s=pause_s, reason=reason)
        emit(PayersNotified(batch_id=batch.id, upload_id=batch.upload_id, **counts))

    async def _transport(self, name: str) -> Transport:
        transport = self._transports.get(name)
        if transport is None:
            transport = self._transports[name] = open_transport(self._resources, name)
        if isinstance(transport, SmtpTransport):
            await self._account.register(transport.config)
        return transport


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """What is to be written to the payers of a batch."""

    #: The Date of all mails of the batch.
    at: datetime
    #: It is the last try of what is put off.
    last: bool
    rows: list[dict[str, Any]]
    profile: Profile
    #: What optional columns said, by billing id.
    details: dict[int, BillingDetails]
    #: The second copies that some of them carry, by billing id.
    copies: dict[int, MailedCopyRow]
