"""Opens the transport that an upload asks for, as the settings say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cobranca.domain.errors import SettingsInvalid
from cobranca.infra.mailer.outbox import OutboxTransport
from cobranca.infra.mailer.smtp import SmtpTransport
from cobranca.infra.mailer.smtp_config import CHUNK_MAILS, SmtpConfig

if TYPE_CHECKING:
    from cobranca.infra.mailer.transport import Transport
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings


def open_transport(resources: Resources, name: str) -> Transport:
    """Return the transport of this name: `outbox` or `smtp`.

    Raises:
        SettingsInvalid: SMTP is asked for, and SMTP_URL is missing or none.
    """
    if name == "outbox":
        return OutboxTransport(resources.storage.put)
    return SmtpTransport(smtp_config(resources.settings))


def smtp_config(settings: Settings) -> SmtpConfig:
    """Return where and how mails are handed to the server of the settings.

    Raises:
        SettingsInvalid: SMTP_URL is missing, or a URL of another kind. It is never repeated.
    """
    if settings.smtp_url is None:
        raise SettingsInvalid("Set SMTP_URL to send mail by SMTP")
    return replace(
        SmtpConfig.from_url(settings.smtp_url.get_secret_value()),
        connections=settings.smtp_connections,
        chunk_mails=_chunk_mails(settings.mail_per_second),
        idempotency_header=settings.smtp_idempotency_header,
    )


def _chunk_mails(per_second: float | None) -> int:
    """Bound a chunk to a hundredth of a second's mails, so that what waits is not written down."""
    return CHUNK_MAILS if per_second is None else max(1, min(CHUNK_MAILS, int(per_second / 100)))
