"""The notifying service: writes to a batch's payers and always knows which mails are in doubt."""

from __future__ import annotations

import random
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

from cobranca.domain.billing import BatchState
from cobranca.domain.errors import InvalidField, Permanent
from cobranca.domain.events import PayersNotified
from cobranca.infra.log import get_logger
from cobranca.infra.mailer.outbox import OutboxTransport
from cobranca.infra.mailer.rate import MailRate
from cobranca.infra.mailer.smtp import SmtpTransport
from cobranca.infra.mailer.smtp_config import CHUNK_MAILS, SmtpConfig
from cobranca.infra.mailer.transport import Envelope
from cobranca.infra.metrics import count_mails
from cobranca.infra.tracing import span
from cobranca.notifications import repository
from cobranca.notifications.delivery import Delivery, DoubtPolicy, suppressed
from cobranca.notifications.mail_text import compose
from cobranca.notifications.mail_values import mails_of
from cobranca.pipeline import lease
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.pipeline.issuing_terms import get_profile

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from cobranca.infra.db import Connection
    from cobranca.infra.mailer.mail import Mail
    from cobranca.infra.mailer.transport import Transport
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.issuing_terms import Profile
    from cobranca.pipeline.lease import Batch

log = get_logger()


class Notifier:
    """Works batches with the transports of this process."""

    def __init__(self, resources: Resources) -> None:
        """Share the process's resources; a mail server is connected to when first needed."""
        self._resources = resources
        self._transports: dict[str, Transport] = {}
        per_second = resources.settings.mail_per_second
        self._rate = MailRate(resources.database, per_second) if per_second else None

    async def notify_batch(self, batch_id: int | None) -> bool:
        """Write to the payers of a batch, and return whether one was to be had.

        An event told of `batch_id`, if any. Never twice about one billing.
        """
        settings = self._resources.settings
        async with self._resources.database.transaction() as connection:
            batch = await lease.claim(
                connection, batch_id, BatchState.NOTIFYING, lease_s=settings.lease_s
            )
        if batch is None:
            return False
        async with lease.kept_lease(
            self._resources.database, batch, BatchState.NOTIFYING, settings
        ):
            crashpoint("notify-claimed")
            if batch.removed_at is not None:
                await self._finish(batch)
            elif batch.mail == "simulate":
                await self._simulate(batch)
            else:
                await self._deliver(batch)
        return True

    async def _simulate(self, batch: Batch) -> None:
        """Count every mail as sent without making it."""
        async with self._resources.database.transaction() as connection:
            await lease.hold(connection, batch, BatchState.NOTIFYING)
            sent = await repository.simulate_notifications(connection, batch)
            counts = {"sent": sent, "failed": 0, "uncertain": 0, "waiting": 0}
            event = await self._end(connection, batch, counts, retry=False)
        count_mails({"SENT": sent})
        await self._resources.bus.publish([event])

    async def _deliver(self, batch: Batch) -> None:
        settings = self._resources.settings
        async with self._resources.database.transaction() as connection:
            await lease.hold(connection, batch, BatchState.NOTIFYING)
            doubts = DoubtPolicy.of(settings)
            settled = await repository.settle_in_flight(
                connection, batch, again=doubts.again, key_s=doubts.key_s
            )
            begun = await repository.begin_mailing(connection, batch, retry_s=settings.mail_retry_s)
            transport = self._transport(batch.mail)
            rows = await repository.read_mails(connection, batch, leaving=transport.leaving)
            profile = await get_profile(connection, batch.profile_id)
        count_mails(settled)
        delivery = Delivery(self._resources, batch, transport, self._rate, last=begun["last"])
        at = begun["at"].astimezone(UTC)
        with span("compose"):
            envelopes = await self._envelopes(batch, profile, rows, delivery, at=at)
        with span("deliver", mails=len(envelopes)):
            await delivery.run(envelopes)
        with span("finish"):
            await self._finish(batch, held_up_by=delivery.held_up_by)

    async def _envelopes(
        self,
        batch: Batch,
        profile: Profile,
        rows: list[dict[str, Any]],
        delivery: Delivery,
        *,
        at: datetime,
    ) -> list[Envelope]:
        """Make the mails; one that cannot be made fails alone and does not hold up the others."""
        pdfs = b""
        if batch.mail == "smtp" and batch.object_path is not None:
            pdfs = await self._resources.storage.get(batch.object_path)
        if batch.issued_on is None:
            raise LookupError(f"batch {batch.id} has no boletos")
        unsent = {r["id"]: suppressed(r["suppressed_at"]) for r in rows if r["suppressed_at"]}
        rows = [row for row in rows if row["id"] not in unsent]
        mails = mails_of(rows, profile, issued_on=batch.issued_on, at=at)
        envelopes: list[Envelope] = []
        for row, mail in zip(rows, mails, strict=True):
            if isinstance(mail, InvalidField):
                unsent[row["id"]] = f"{mail.field}: {mail.detail}"
                continue
            start, length = row["pdf_offset"] or 0, row["pdf_length"] or 0
            delivery.billing_ids[id(mail)] = row["id"]
            envelopes.append(
                Envelope(mail=mail, compose=partial(_bytes, mail, pdfs, start, length))
            )
        await delivery.fail(unsent)
        return envelopes

    async def _finish(self, batch: Batch, *, held_up_by: str | None = None) -> None:
        async with self._resources.database.transaction() as connection:
            await lease.hold(connection, batch, BatchState.NOTIFYING)
            counts = await repository.recount_batch(connection, batch)
            event = await self._end(
                connection, batch, counts, retry=batch.removed_at is None, held_up_by=held_up_by
            )
        crashpoint("batch-notified")
        await self._resources.bus.publish([event])

    async def _end(
        self,
        connection: Connection,
        batch: Batch,
        counts: dict[str, int],
        *,
        retry: bool,
        held_up_by: str | None = None,
    ) -> PayersNotified:
        """End the batch, or lay it by while mails wait for another try."""
        waiting = bool(counts["waiting"]) and retry
        await repository.finish_notifying(
            connection,
            batch,
            counts,
            # Spread, so that batches do not come back in step.
            spread=random.uniform(0.8, 1.2) if waiting else None,  # noqa: S311
            last_error=held_up_by if waiting else None,
        )
        log.info("payers_notified", batch_id=batch.id, upload_id=batch.upload_id, **counts)
        return PayersNotified(
            batch_id=batch.id,
            upload_id=batch.upload_id,
            sent=counts["sent"],
            failed=counts["failed"],
            uncertain=counts["uncertain"],
        )

    async def aclose(self) -> None:
        """Let go of connections to mail servers."""
        for transport in self._transports.values():
            await transport.aclose()

    def _transport(self, name: str) -> Transport:
        if name not in self._transports:
            self._transports[name] = self._open_transport(name)
        return self._transports[name]

    def _open_transport(self, name: str) -> Transport:
        settings = self._resources.settings
        if name == "outbox":
            return OutboxTransport(self._resources.storage.put)
        if settings.smtp_url is None:
            raise Permanent("Set SMTP_URL to send mail by SMTP")
        url = settings.smtp_url.get_secret_value()
        mails_max = self._rate.mails_max if self._rate else CHUNK_MAILS
        return SmtpTransport(
            SmtpConfig.from_url(
                url,
                connections=settings.smtp_connections,
                chunk_mails=min(CHUNK_MAILS, mails_max),
                domain_mails=settings.smtp_domain_mails,
                idempotency_header=settings.smtp_idempotency_header,
            )
        )


def _bytes(mail: Mail, pdfs: bytes, start: int, length: int) -> bytes:
    return compose(mail, pdfs[start : start + length])
