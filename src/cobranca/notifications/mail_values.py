"""Makes the mails of billings from their rows: the same for sending and for listing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cobranca.domain.boleto import bank, digitable_lines_of, printed_our_numbers
from cobranca.domain.errors import InvalidField
from cobranca.domain.text_format import format_tax_id
from cobranca.domain.undelivered import NOT_COMPOSED
from cobranca.infra.mailer.mail import Mail, message_id
from cobranca.infra.mailer.transport import Envelope
from cobranca.notifications.mail_text import compose
from cobranca.pipeline.billing_details import NO_DETAILS, NO_NOTES, notes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from cobranca.pipeline.billing_details import BillingDetails
    from cobranca.pipeline.issuing_terms import Profile

_BARCODE_DIGITS = 44


def envelopes_of(
    rows: Sequence[dict[str, Any]],
    profile: Profile,
    pdfs: bytes,
    *,
    details: Mapping[int, BillingDetails],
    issued_on: date,
    at: datetime,
) -> tuple[list[Envelope], dict[int, str]]:
    """Return the mails of billings, and why others cannot be made, by billing id.

    Args:
        rows: billings of one batch, each with its boleto and where its PDF lies.
        profile: who is paid.
        pdfs: the batch's PDFs, one after another; empty where no mail is composed.
        details: what optional columns said, by billing id.
        issued_on: the day on which the batch was issued.
        at: the instant of sending, UTC.
    """
    envelopes: list[Envelope] = []
    unmade: dict[int, str] = {}
    mails = mails_of(rows, profile, details=details, issued_on=issued_on, at=at)
    for row, mail in zip(rows, mails, strict=True):
        if isinstance(mail, InvalidField):
            unmade[row["id"]] = f"{NOT_COMPOSED}: {mail.field}: {mail.detail}"
        else:
            place = (row["pdf_offset"] or 0, row["pdf_length"] or 0)
            envelopes.append(
                Envelope(
                    billing_id=row["id"], mail=mail, compose=partial(_bytes, mail, pdfs, *place)
                )
            )
    return envelopes, unmade


def mails_of(
    rows: Sequence[dict[str, Any]],
    profile: Profile,
    *,
    details: Mapping[int, BillingDetails],
    issued_on: date,
    at: datetime,
) -> Iterator[Mail | InvalidField]:
    """Yield the first notice of each billing, or why it cannot be made.

    Args:
        rows: billings of one batch, each with its boleto.
        profile: who is paid, and the terms of the account.
        details: what optional columns said, by billing id.
        issued_on: the day on which the batch was issued.
        at: the instant of sending, UTC; of a mail that is not the first one its row says its own.
    """
    if not rows:
        return
    beneficiary = profile.beneficiary
    unsubscribe = beneficiary.list_unsubscribe
    bank_name = bank(beneficiary.bank).name
    domain = beneficiary.email.rpartition("@")[2]
    terms = profile.terms
    is_silent = not details and not terms
    numbers = zip(rows, *_numbers(rows, profile, issued_on), strict=True)
    for row, digitable_line, our_number in numbers:
        debt_id, amount_cents = str(row["debt_id"]), row["amount_cents"]
        said, notes = NO_DETAILS, NO_NOTES
        if not is_silent:
            said = details.get(row["id"], NO_DETAILS)
            notes = notes_of(terms, said, amount_cents=amount_cents, due_date=row["due_date"])
        try:
            yield Mail(
                debt_id=debt_id,
                code=said.code or None,
                message_id=message_id(debt_id, domain, row.get("issue", 0), row.get("message", 0)),
                sender_name=beneficiary.name,
                sender_address=beneficiary.email,
                reply_to=beneficiary.reply_to,
                recipient_name=row["name"],
                recipient_address=row["email"],
                date=row.get("mail_at", at),
                beneficiary_name=beneficiary.name,
                beneficiary_tax_id=format_tax_id(beneficiary.tax_id),
                bank_name=bank_name,
                amount_cents=amount_cents,
                due_date=row["due_date"],
                digitable_line=digitable_line,
                our_number=our_number,
                demonstration=beneficiary.demonstration,
                pix_payload=profile.pix_payload(row["debt_id"], notes.due_cents(amount_cents)),
                unsubscribe_url=f"mailto:{unsubscribe}" if unsubscribe else None,
                notes=" ".join(notes.lines),
                copies=said.copies,
                replaces=row.get("issue", 0) > 0,
            )
        except InvalidField as error:
            yield error


def _numbers(
    rows: Sequence[dict[str, Any]], profile: Profile, issued_on: date
) -> tuple[list[str], list[str]]:
    """Return the digitable lines and the printed our numbers, worked out together."""
    text = "".join(row["barcode"] for row in rows).encode()
    barcodes = np.frombuffer(text, np.uint8).reshape(-1, _BARCODE_DIGITS)
    lines = [line.tobytes().decode() for line in digitable_lines_of(barcodes)]
    sequences = np.array([row["our_number"] for row in rows], np.int64)
    return lines, printed_our_numbers(profile.account, sequences, issued_on)


def _bytes(mail: Mail, pdfs: bytes, start: int, length: int) -> bytes:
    return compose(mail, pdfs[start : start + length])
