"""Makes the mail of a billing from its row: the same for sending and for listing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.domain.boleto import bank, digitable_line_of
from cobranca.infra.mailer.mail import Mail, message_id

if TYPE_CHECKING:
    from datetime import date, datetime

    from cobranca.infra.profile import Profile


def mail_of(row: dict[str, Any], profile: Profile, *, issued_on: date | None, at: datetime) -> Mail:
    """Return the first notice of a billing.

    Raises:
        InvalidField: a value of the row cannot stand in a mail.
        LookupError: the billing has no boleto.
    """
    if issued_on is None:
        raise LookupError(f"billing {row['id']} has no boleto")
    beneficiary = profile.beneficiary
    debt_id = str(row["debt_id"])
    return Mail(
        debt_id=debt_id,
        message_id=message_id(debt_id, beneficiary.email.rpartition("@")[2], 0),
        sender_name=beneficiary.name,
        sender_address=beneficiary.email,
        reply_to=None,
        recipient_name=row["name"],
        recipient_address=row["email"],
        date=at,
        beneficiary_name=beneficiary.name,
        beneficiary_tax_id=beneficiary.tax_id,
        bank_name=bank(beneficiary.bank).name,
        amount_cents=row["amount_cents"],
        due_date=row["due_date"],
        digitable_line=digitable_line_of(row["barcode"]),
        our_number=profile.printed_our_number(row["our_number"], issued_on),
        demonstration=beneficiary.demonstration,
    )
