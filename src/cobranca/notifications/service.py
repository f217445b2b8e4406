"""The notifying service: writes to a batch's payers and always knows which mails are in doubt."""

from __future__ import annotations

import random
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

from cobranca.domain.errors import InvalidField, Permanent
from cobranca.infra.log import get_logger
from cobranca.infra.mailer.outbox import OutboxTransport
from cobranca.infra.mailer.rate import MailRate
from cobranca.infra.mailer.smtp import SmtpTransport
from cobranca.infra.mailer.smtp_config import CHUNK_MAILS, SmtpConfig
from cobranca.infra.mailer.transport import Envelope
from cobranca.infra.telemetry import MailsSettled, PayersNotified, emit
from cobranca.infra.tracing import span
from cobranca.notifications import repository
from cobranca.notifications.delivery import Delivery, DoubtPolicy, suppressed
from cobranca.notifications.mail_text import compose
from cobranca.notifications.mail_values import mails_of
from cobranca.pipeline import lease
from cobranca.pipeline.batch import read_batch
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.pipeline.issuing_terms import get_profile

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from cobranca.infra.db import Connection
    from cobranca.infra.mailer.mail import Mail
    from cobranca.infra.mailer.transport import Transport
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.batch import Batch
    from cobranca.pipeline.issuing_terms import Profile
    from cobranca.pipeline.lease import Work

log = get_logger()

#: How long a batch is laid by whose mails wait, at the least and at the most, in seconds.
_PAUSE_S = range(10, 3600)


class Notifier:
    """Works batches with the transports of this process."""

    def __init__(self, resources: Resources) -> None:
        """Share the process's resources; a mail server is connected to when first needed."""
        self._resources = resources
        self._transports: dict[str, Transport] = {}
        per_second = resources.settings.mail_per_second
        self._rate = MailRate(resources.database, per_second) if per_second else None

    async def notify_batch(self, work: Work) -> None:
        """Write to the payers of a batch. Never twice about one billing."""
        crashpoint("notify-claimed")
        async with self._resources.database.transaction() as connection:
            batch = await read_batch(connection, work)
        if batch.removed_at is not None:
            await self._finish(batch)
        elif batch.mail == "simulate":
            await self._simulate(batch)
        else:
            await self._deliver(batch)

    async def _simulate(self, batch: Batch) -> None:
        """Count every mail as sent without making it."""
        async with self._resources.database.transaction() as connection:
            await lease.lock(connection, batch.work)
            sent = await repository.simulate_notifications(connection, batch)
            counts = {"sent": sent, "failed": 0, "uncertain": 0, "waiting": 0}
            await self._end(connection, batch, counts, retry=False)
        emit(MailsSettled(states={"SENT": sent}))

    async def _deliver(self, batch: Batch) -> None:
        settings = self._resources.settings
        async with self._resources.database.transaction() as connection:
            await lease.lock(connection, batch.work)
            doubts = DoubtPolicy.of(settings)
            settled = await repository.settle_in_flight(
                connection, batch, again=doubts.again, key_s=doubts.key_s
            )
            begun = await repository.begin_mailing(connection, batch, retry_s=settings.mail_retry_s)
            transport = self._transport(batch.mail)
            rows = await repository.read_mails(connection, batch, leaving=transport.leaving)
            profile = await get_profile(connection, batch.profile_id)
        emit(MailsSettled(states=settled))
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
            await lease.lock(connection, batch.work)
            counts = await repository.recount_batch(connection, batch)
            await self._end(
                connection, batch, counts, retry=batch.removed_at is None, held_up_by=held_up_by
            )
        crashpoint("batch-notified")

    async def _end(
        self,
        connection: Connection,
        batch: Batch,
        counts: dict[str, int],
        *,
        retry: bool,
        held_up_by: str | None = None,
    ) -> None:
        """End the work, or lay it by while mails wait for another try."""
        tried_s = await repository.note_notified(connection, batch, counts)
        if counts["waiting"] and retry:
            # For as long again as they have been tried. Spread, so that batches do not come back in
            # step.
            pause_s = min(max(tried_s, _PAUSE_S.start), _PAUSE_S.stop) * random.uniform(0.8, 1.2)  # noqa: S311
            await lease.lay_by(connection, batch.work, pause_s=pause_s, reason=held_up_by)
        else:
            await lease.finish(connection, batch.work)
        emit(PayersNotified(batch_id=batch.id, upload_id=batch.upload_id, **counts))

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
