"""One mail made from the real settings: what would make every mail fail is told at the start."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from cobranca.domain.email_address import check_address
from cobranca.domain.errors import InputError, InvalidField, SettingsInvalid
from cobranca.domain.text_format import format_tax_id
from cobranca.infra import clock
from cobranca.infra.mailer.mail import Mail, message_id
from cobranca.infra.mailer.open_transport import smtp_config
from cobranca.notifications.mail_text import compose

if TYPE_CHECKING:
    from cobranca.infra.settings import Settings

#: Which setting a field of a mail comes from.
_SETTING_OF = {
    "sender_name": "COBRANCA_BENEFICIARY__NAME",
    "beneficiary_name": "COBRANCA_BENEFICIARY__NAME",
    "sender_address": "COBRANCA_BENEFICIARY__EMAIL",
    "message_id": "COBRANCA_BENEFICIARY__EMAIL",
    "reply_to": "COBRANCA_BENEFICIARY__REPLY_TO",
    "unsubscribe_url": "COBRANCA_BENEFICIARY__LIST_UNSUBSCRIBE",
}


def check_mail_settings(settings: Settings) -> None:
    """Make one mail as the settings say, and let go of it.

    Raises:
        SettingsInvalid: no mail could be made or sent with them. It names the setting, and never
            repeats its value.
    """
    try:
        if settings.smtp_url is not None:
            smtp_config(settings)
        compose(_first_mail(settings), b"%PDF-1.4")
    except InvalidField as error:
        setting = _SETTING_OF.get(error.field, error.field)
        raise SettingsInvalid(f"{setting} {error.detail}") from None
    except InputError as error:
        raise SettingsInvalid(f"No mail can be made: {error.detail}") from None


def _first_mail(settings: Settings) -> Mail:
    """Return a mail to the beneficiary itself about a debt that nobody has."""
    beneficiary = settings.beneficiary
    check_address("sender_address", beneficiary.email)
    if not beneficiary.email.isascii():
        raise InvalidField("sender_address", "must be ASCII; write its domain as xn--")
    now = clock.now().astimezone(UTC)
    unsubscribe = beneficiary.list_unsubscribe
    return Mail(
        debt_id="0",
        message_id=message_id("0", beneficiary.email.rpartition("@")[2], 0),
        sender_name=beneficiary.name,
        sender_address=beneficiary.email,
        reply_to=beneficiary.reply_to,
        recipient_name="Ana",
        recipient_address=beneficiary.email,
        date=now,
        beneficiary_name=beneficiary.name,
        beneficiary_tax_id=format_tax_id(beneficiary.tax_id),
        amount_cents=1,
        due_date=now.date(),
        digitable_line="0" * 47,
        our_number="0",
        demonstration=beneficiary.demonstration,
        unsubscribe_url=f"mailto:{unsubscribe}" if unsubscribe else None,
    )
