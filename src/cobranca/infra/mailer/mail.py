"""A mail as a value: who, to whom, and the boleto it speaks of. Its text is composed elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b

from cobranca.domain.characters import refuse_controls
from cobranca.domain.email_address import ascii_domain, check_address
from cobranca.domain.errors import InvalidField
from cobranca.domain.pix import PAYLOAD_MAX

NAME_LENGTH_MAX = 255
NOTES_LENGTH_MAX = 2000
_NO_OFFSET = timedelta(0)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._-]{1,120}@[A-Za-z0-9.-]{1,120}>")
_UNSUBSCRIBE_URL = re.compile(r"mailto:[!-;=?-~]{1,900}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Everything that a mail says, checked: no value can break out of its header or line.

    Raises:
        InvalidField: a value is not what its field can carry. The detail never repeats it.
    """

    debt_id: str
    #: With its angle brackets, see `message_id`.
    message_id: str
    sender_name: str
    sender_address: str
    reply_to: str | None
    recipient_name: str
    recipient_address: str
    #: UTC. Part of the bytes: a mail composed again must carry the same one.
    date: datetime
    beneficiary_name: str
    amount_cents: int
    due_date: date
    #: 47 digits, unmasked.
    digitable_line: str
    our_number: str
    demonstration: bool
    #: The text of the QR code ("Pix copia e cola").
    pix_payload: str | None = None
    #: CNPJ or CPF as it is to be shown, so that the payer can compare it at the bank.
    beneficiary_tax_id: str | None = None
    bank_name: str | None = None
    #: What the file calls the debt, where that is no UUID.
    code: str | None = None
    #: Of RFC 2369, when the operator wants one: `mailto:` only.
    unsubscribe_url: str | None = None
    #: Fine, interest, discounts and what else the file says, in sentences; empty = nothing.
    notes: str = ""
    #: Further addresses that get the same mail.
    copies: tuple[str, ...] = ()
    #: An older billing of the same debt was cancelled, whose boleto may lie with the payer still.
    replaces: bool = False
    #: As it is to be read: the day for which the slip is a second copy; None = it is as issued.
    second_copy_day: str | None = None

    @property
    def envelope_id(self) -> str:
        """What names the mail beside its Message-ID: that without the sender's domain."""
        return self.message_id[1:].partition("@")[0]

    def __post_init__(self) -> None:
        """Refuse what could not be sent, before anything is committed about it."""
        for field in ("debt_id", "sender_name", "recipient_name", "beneficiary_name", "our_number"):
            _check_text(field, getattr(self, field))
        check_address("recipient_address", self.recipient_address)
        check_address("sender_address", self.sender_address)
        if self.reply_to is not None:
            check_address("reply_to", self.reply_to)
        if not _MESSAGE_ID.fullmatch(self.message_id):
            raise InvalidField("message_id", "must be <id@domain> in ASCII")
        if not (len(self.digitable_line) == 47 and _is_digits(self.digitable_line)):
            raise InvalidField("digitable_line", "must be 47 digits")
        if self.amount_cents <= 0:
            raise InvalidField("amount_cents", "must be more than zero")
        if self.date.utcoffset() != _NO_OFFSET:
            raise InvalidField("date", "must be an instant in UTC")
        self._check_optional()

    def _check_optional(self) -> None:
        if self.notes:
            refuse_controls("notes", self.notes)
            if len(self.notes) > NOTES_LENGTH_MAX:
                raise InvalidField("notes", f"is longer than {NOTES_LENGTH_MAX} characters")
        for address in self.copies:
            check_address("copies", address)
        for field in ("beneficiary_tax_id", "bank_name", "code", "second_copy_day"):
            text = getattr(self, field)
            if text is not None:
                _check_text(field, text)
        if self.pix_payload is not None:
            refuse_controls("pix_payload", self.pix_payload)
            if len(self.pix_payload) > PAYLOAD_MAX:
                raise InvalidField("pix_payload", f"is longer than {PAYLOAD_MAX}")
        if self.unsubscribe_url is not None and not _UNSUBSCRIBE_URL.fullmatch(
            self.unsubscribe_url
        ):
            raise InvalidField("unsubscribe_url", "must be a mailto: address")


def message_id(debt_id: str, domain: str, generation: int, message: int = 0) -> str:
    """Return the Message-ID of the mail: the same arguments give the same one, always.

    Args:
        debt_id: the billing's public id; what cannot stand in a Message-ID is hashed.
        domain: of the sender; written in A-labels.
        generation: 0 for the first notice, one more for each mail that is meant to be another:
            the debt was billed again.
        message: 0 for the first mail about it, one more for each that goes to another address, or
            after one that was delivered or came back: servers drop what they have had already.
    """
    token = debt_id
    if not _TOKEN.fullmatch(debt_id):
        token = blake2b(debt_id.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
    sequel = f".{message}" if message else ""
    return f"<{token}.{generation}{sequel}@{ascii_domain(domain)}>"


def _check_text(field: str, text: str) -> None:
    if not text.isprintable():
        refuse_controls(field, text)
    if len(text) > NAME_LENGTH_MAX:
        raise InvalidField(field, f"is longer than {NAME_LENGTH_MAX} characters")


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
