"""Compose the mail that a payer gets: the exact bytes, the same ones every time it is composed.

The bytes are put together from a template per sender, in which everything that does not change is
already encoded; only the values of the one mail are encoded per mail.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import blake2b
from html import escape
from typing import NamedTuple

from cobranca.domain.boleto import format_digitable_line
from cobranca.domain.text_format import format_brl, format_date
from cobranca.infra.mailer.mail import Mail
from cobranca.notifications.mime import (
    encode_base64,
    encode_phrase,
    encode_unstructured,
    quote_printable,
)
from cobranca.notifications.template import load_template, split_template

TEMPLATES_KEPT = 256
DATES_KEPT = 4096

#: The head and the frame of the parts. `{name}` is a value of the mail; the template of a sender
#: adds its own lines where «from» and «reply_to» stand.
_FRAME = """\
From: «from»
To: {to}
{cc}«reply_to»Subject: «subject»
 - vencimento {due_date} - {amount}
Date: {date}
Message-ID: {message_id}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_m{boundary}"
Content-Language: pt-BR
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: OOF, AutoReply
{list_unsubscribe}
--=_m{boundary}
Content-Type: multipart/alternative; boundary="=_a{boundary}"

--=_a{boundary}
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

«text»
--=_a{boundary}
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

«html»
--=_a{boundary}--

--=_m{boundary}
Content-Type: application/pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment;
 filename="{filename}"

{pdf}
--=_m{boundary}--
"""
_FRAME_MARK = re.compile(r"«(\w+)»|\{(\w+)\}")
#: Around the name of a value in a message's frame: no text of a mail can hold these characters.
_OPEN, _CLOSE = "\x00", "\x01"
_VARIABLE = re.compile(r"\x00(\w+)\x01")
_FILE_NAME_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_FILE_NAME_LENGTH_MAX = 64


class Sender(NamedTuple):
    """What a template depends on; a named tuple because it is hashed for every mail."""

    sender_name: str
    sender_address: str
    reply_to: str | None
    beneficiary_name: str
    beneficiary_tax_id: str | None
    bank_name: str | None
    demonstration: bool
    pix_payload: bool
    notes: bool
    replaces: bool
    second_copy: bool


def compose(mail: Mail, pdf: bytes) -> bytes:
    """Return the whole message of RFC 5322, in ASCII lines ended by CRLF.

    The same mail and PDF give the same bytes.
    """
    literals, names = _message_parts(_sender_of(mail))
    values = _encoded_values(mail)
    values["pdf"] = encode_base64(pdf)
    pieces = [b""] * (len(literals) + len(names))
    pieces[::2] = literals
    pieces[1::2] = [values[name] for name in names]
    return b"".join(pieces)


def subject(mail: Mail) -> str:
    """Return the subject as the payer reads it."""
    due_date, amount = format_date(mail.due_date), format_brl(mail.amount_cents)
    title = _title(mail.beneficiary_name, is_copy=mail.second_copy_day is not None)
    return f"{title} - vencimento {due_date} - {amount}"


def attachment_name(mail: Mail) -> str:
    """Return the file name of the PDF, of harmless characters only."""
    code = _FILE_NAME_UNSAFE.sub("_", mail.code or mail.debt_id)
    kind = "boleto" if mail.second_copy_day is None else "segunda-via"
    return f"{kind}-{code[:_FILE_NAME_LENGTH_MAX]}.pdf"


def _title(beneficiary_name: str, *, is_copy: bool) -> str:
    return f"{'2ª via do boleto' if is_copy else 'Boleto'} de {beneficiary_name}"


def _sender_of(mail: Mail) -> Sender:
    return Sender(
        mail.sender_name,
        mail.sender_address,
        mail.reply_to,
        mail.beneficiary_name,
        mail.beneficiary_tax_id,
        mail.bank_name,
        mail.demonstration,
        mail.pix_payload is not None,
        bool(mail.notes),
        mail.replaces,
        mail.second_copy_day is not None,
    )


def _values(mail: Mail) -> dict[str, str]:
    """Return what differs from mail to mail, as the payer reads it."""
    values = {
        "greeting": f"Olá, {mail.recipient_name}!" if mail.recipient_name else "Olá!",
        "amount": format_brl(mail.amount_cents),
        "due_date": format_date(mail.due_date),
        "our_number": mail.our_number,
        "debt_id": mail.code or mail.debt_id,
        "digitable_line": format_digitable_line(mail.digitable_line),
        "pix_payload": mail.pix_payload or "",
    }
    if mail.notes:
        values["notes"] = mail.notes
    if mail.second_copy_day is not None:
        values["second_copy_day"] = mail.second_copy_day
    return values


def _encoded_values(mail: Mail) -> dict[str, bytes]:
    """Return every value of the mail, encoded for the place it has in the message."""
    encoded: dict[str, bytes] = {}
    for name, value in _values(mail).items():
        line = encoded[name] = quote_printable(value)
        escaped = escape(value)
        encoded["html_" + name] = line if escaped == value else quote_printable(escaped)
    digest = blake2b(mail.message_id.encode(), digest_size=12).hexdigest()
    encoded["boundary"] = digest.encode()
    encoded["to"] = _mailbox("To: ", mail.recipient_name, mail.recipient_address).encode()
    copies = ",\r\n ".join(mail.copies)
    encoded["cc"] = f"Cc: {copies}\r\n".encode() if copies else b""
    encoded["date"] = _format_instant(mail.date)
    encoded["message_id"] = mail.message_id.encode()
    encoded["filename"] = attachment_name(mail).encode()
    url = mail.unsubscribe_url
    encoded["list_unsubscribe"] = f"List-Unsubscribe: <{url}>\r\n".encode() if url else b""
    return encoded


def _mailbox(field: str, name: str, address: str) -> str:
    """Return `name <address>`, with the fold that keeps the line after `field` short."""
    phrase, place = encode_phrase(name), f"<{address}>"
    if not phrase:
        return place
    column = len(field) + len(phrase) if "\r\n" not in phrase else 78
    return f"{phrase} {place}" if column + len(place) < 76 else f"{phrase}\r\n {place}"


@lru_cache(maxsize=DATES_KEPT)
def _format_instant(instant: datetime) -> bytes:
    return format_datetime(instant.replace(microsecond=0)).encode()


@lru_cache(maxsize=TEMPLATES_KEPT)
def _split(name: str, sender: Sender) -> list[str]:
    """Return the parts of a template with all that belongs to the sender filled in."""
    fields = sender._asdict()
    constants = {field: text for field, text in fields.items() if isinstance(text, str)}
    present = {field for field, value in fields.items() if value}
    escaped = escape if name.endswith(".html") else str
    return split_template(load_template(name), constants, present, escaped)


@lru_cache(maxsize=TEMPLATES_KEPT)
def _message_parts(sender: Sender) -> tuple[list[bytes], list[str]]:
    """Return a sender's message: its encoded literals, and the names of the values between them."""
    fields = {
        "from": _mailbox("From: ", sender.sender_name, sender.sender_address),
        "reply_to": f"Reply-To: {sender.reply_to}\n" if sender.reply_to else "",
        "subject": encode_unstructured(_title(sender.beneficiary_name, is_copy=sender.second_copy)),
        "text": _quoted_body(_split("boleto.txt", sender), ""),
        "html": _quoted_body(_split("boleto.html", sender), "html_"),
    }
    frame = _FRAME_MARK.sub(
        lambda mark: fields[mark[1]] if mark[1] else f"{_OPEN}{mark[2]}{_CLOSE}", _FRAME
    )
    pieces = _VARIABLE.split(frame.replace("\r\n", "\n").replace("\n", "\r\n"))
    return [literal.encode() for literal in pieces[::2]], pieces[1::2]


def _quoted_body(parts: list[str], prefix: str) -> str:
    """Return a body as quoted-printable, its variables named `prefix + name` between marks.

    Each variable stands on a line of its own between soft line breaks, so that no value, however
    long, makes a line longer than 76 characters.
    """
    body = ""
    for place, part in enumerate(parts):
        if place % 2:
            soft = "" if body.endswith("\n") else "=\n"
            body += f"{soft}{_OPEN}{prefix}{part}{_CLOSE}"
        else:
            soft = "=\n" if place and not part.startswith("\n") else ""
            body += soft + quote_printable(part).decode()
    return body
