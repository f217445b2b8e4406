"""Reads what comes back to the sender of a mail: a failure, a delay, an absence notice.

RFC 3464 gives the form that most servers keep; others write a text for people. Which of our mails
it is about is told by our Message-ID, wherever in the message it stands, or by the envelope id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import StrEnum
from typing import TYPE_CHECKING, cast
from uuid import UUID

from cobranca.domain.mail_reply import Category, classify
from cobranca.infra.mailer.smtp_session import redact

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Parts inside parts that are still looked at; more are made to keep a reader busy.
BOUNDARIES_MAX = 50


class Kind(StrEnum):
    """What a message that came back says."""

    #: The mail was not delivered, and will not be.
    FAILED = "FAILED"
    #: It is still being tried.
    DELAYED = "DELAYED"
    #: It was delivered, or passed on to a server that says no more.
    DELIVERED = "DELIVERED"
    #: A program answered for a person: absence, receipt.
    AUTOMATIC = "AUTOMATIC"
    #: None of these.
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """One of our mails, as a bounce names it."""

    debt_id: UUID
    #: Of the Message-ID; None when only the envelope id was given.
    domain: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a message says, and about which of our mails it may be, the likeliest first."""

    kind: Kind
    mails: tuple[SentMail, ...] = ()
    #: In lower case; empty when it names none.
    recipients: frozenset[str] = frozenset()
    #: RFC 3463.
    status: str | None = None
    category: Category = Category.NONE
    #: The server's words, without addresses.
    detail: str = ""

    @property
    def hard(self) -> bool:
        """Whether the address has no mailbox, rather than a full one or a server with a policy."""
        known = self.status is not None and not self.status.startswith("5.7")
        return self.kind is Kind.FAILED and known and self.category is Category.MAILBOX_UNKNOWN


_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_TYPES = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
)
_RECEIPT_TYPES = frozenset(
    {"message/disposition-notification", "message/global-disposition-notification"}
)
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_MESSAGE_ID = re.compile(rf"\b({_UUID})\.\d{{1,3}}@([A-Za-z0-9.-]{{1,120}})", re.IGNORECASE)
_ENVELOPE_ID = re.compile(rf"({_UUID})\.\d{{1,3}}", re.IGNORECASE)
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])")
_ADDRESS = re.compile(r"[^\s<>;,\"']+@[^\s<>;,\"']+")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
#: Codes that tell no more than their first digit.
_VAGUE = frozenset({"0.0", "5.0"})

_DAEMON = re.compile(
    r"mailer-?daemon|postmaster|mail delivery|maildelivery|mdaemon|mail administrator",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"out of (?:the )?office|auto(?:matic)?[ -]?(?:reply|response)|resposta autom|f[eé]rias"
    r"|aus[eê]ncia|respuesta autom|abwesen|absen[ct]e?|auto-?répon|autorespon",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"delayed|delivery delay|warning message|will (?:be retried|retry)|still (?:being )?try"
    r"|keep trying|atrasad|adiad|continuar.{0,10} tentando|tentar.{0,20} novamente|verzögert"
    r"|retard|aplazad",
    re.IGNORECASE,
)
_UNDELIVERED = re.compile(
    r"undeliver|not (?:be )?delivered|delivery (?:\w+ ){0,3}fail|could not deliver"
    r"|couldn't (?:be )?deliver|returned mail|failure notice|permanent (?:fatal )?error"
    r"|n[aã]o (?:foi|p[oô]de ser|ser[aá]) entregue|no se (?:ha podido|pudo) entregar"
    r"|nicht zugestellt|pas pu être remis",
    re.IGNORECASE,
)


def read_notice(content: bytes) -> Notice:
    """Read a message that came to the envelope's sender. Never raises for what it holds.

    Args:
        content: the message of RFC 5322, whole or cut off.
    """
    if content.lower().count(b"boundary=") > BOUNDARIES_MAX:
        return Notice(kind=Kind.UNKNOWN, detail="has too many parts")
    message = message_from_bytes(content)
    parts = list(_own_parts(message))
    groups = [block for part in parts for block in _blocks(part)]
    mails = _mails(content, parts, groups)
    reports = [block for block in groups if block.get("Final-Recipient") or block.get("Action")]
    if reports:
        return _from_report(reports, mails)
    if any(part.get_content_type() in _RECEIPT_TYPES for part in parts):
        return Notice(kind=Kind.AUTOMATIC, mails=mails)
    return _from_text(message, parts, mails)


def _own_parts(message: Message) -> Iterator[Message]:
    """Yield the parts of the message itself, and not of the one that it returns."""
    yield message
    kind = message.get_content_type()
    if message.is_multipart() and kind not in _RETURNED_TYPES | _STATUS_TYPES | _RECEIPT_TYPES:
        for part in _payload(message):
            yield from _own_parts(part)


def _payload(message: Message) -> list[Message]:
    payload = message.get_payload()
    return cast("list[Message]", payload) if isinstance(payload, list) else []


def _blocks(part: Message) -> list[Message]:
    """Return the groups of fields of a delivery status; of any other part, none."""
    if part.get_content_type() not in _STATUS_TYPES:
        return []
    blocks = _payload(part)
    if not blocks:
        return [message_from_string(text) for text in _text(part).split("\n\n")]
    if part.get_content_type() == "message/delivery-status":
        return blocks
    # Python reads a message/global-delivery-status as a message: head and body.
    return blocks[:1] + [message_from_string(text) for text in _text(blocks[0]).split("\n\n")]


def _text(part: Message) -> str:
    """Return what a part says, decoded as far as it can be."""
    decoded = part.get_payload(decode=True)
    octets = (
        decoded
        if isinstance(decoded, bytes)
        else str(part.get_payload()).encode("utf-8", "replace")
    )
    return octets.decode("utf-8", "replace").replace("\r\n", "\n")


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())


def _mails(content: bytes, parts: list[Message], groups: list[Message]) -> tuple[SentMail, ...]:
    """Find our own mails: by the returned head first, then by any mention."""
    texts = [_field(returned, "Message-ID") for part in parts for returned in _returned(part)]
    texts += [_field(block, "X-Original-Message-ID") for block in groups]
    texts += [_text(part) for part in parts if part.get_content_maintype() == "text"]
    texts.append(content.decode("latin-1"))
    found: dict[SentMail, None] = {}
    for text in texts:
        for debt_id, domain in _MESSAGE_ID.findall(text):
            found[SentMail(debt_id=UUID(debt_id), domain=domain.lower().rstrip("."))] = None
    for block in groups:
        match = _ENVELOPE_ID.search(_field(block, "Original-Envelope-Id"))
        if match:
            found[SentMail(debt_id=UUID(match[1]), domain=None)] = None
    return tuple(found)


def _returned(part: Message) -> list[Message]:
    """Return the head of the mail that a part gives back, if that is what it is."""
    if part.get_content_type() not in _RETURNED_TYPES:
        return []
    return _payload(part) or [message_from_string(_text(part))]


def _from_report(reports: list[Message], mails: tuple[SentMail, ...]) -> Notice:
    """Read the groups of recipients: one that failed counts for more than one that did not."""
    order = (Kind.FAILED, Kind.DELAYED, Kind.DELIVERED, Kind.UNKNOWN)
    block = min(reports, key=lambda report: order.index(_kind_of(report)))
    diagnostic = _field(block, "Diagnostic-Code").partition(";")[2].strip()
    status = _best_status(_field(block, "Status"), diagnostic)
    recipients = {
        address
        for name in ("Original-Recipient", "Final-Recipient", "X-Actual-Recipient")
        for address in _addresses(_field(block, name))
    }
    return _notice(
        _kind_of(block), mails, frozenset(recipients), status, diagnostic or _field(block, "Status")
    )


def _kind_of(block: Message) -> Kind:
    action = _field(block, "Action").lower()
    if action.startswith("fail"):
        return Kind.FAILED
    if action.startswith("delay"):
        return Kind.DELAYED
    if action in {"delivered", "relayed", "expanded"}:
        return Kind.DELIVERED
    by_class = {"5": Kind.FAILED, "4": Kind.DELAYED, "2": Kind.DELIVERED}
    return by_class.get(_field(block, "Status")[:1], Kind.UNKNOWN) if not action else Kind.UNKNOWN


def _best_status(status: str, diagnostic: str) -> str | None:
    """Return the status, or the server's own where the reporting one's tells less."""
    own = _CODE.search(status)
    told = _CODE.search(diagnostic)
    if own and own[1][2:] not in _VAGUE:
        return own[1]
    return told[1] if told else own[1] if own else None


def _addresses(text: str) -> list[str]:
    """Return the addresses of a field such as `rfc822; name@host`, xtext undone."""
    plain = _XTEXT.sub(lambda code: chr(int(code[1], 16)), text) if "+" in text else text
    return [address.lower().strip(".") for address in _ADDRESS.findall(f"{text} {plain}")]


def _from_text(message: Message, parts: list[Message], mails: tuple[SentMail, ...]) -> Notice:
    """Read a message that has no delivery status."""
    subject = _field(message, "Subject")
    failed = frozenset(_addresses(_field(message, "X-Failed-Recipients")))
    answered = _field(message, "Auto-Submitted").lower().startswith("auto-replied")
    if not failed and (_ABSENT.search(subject) or _is_autoreply(message)):
        return Notice(kind=Kind.AUTOMATIC, mails=mails)
    if failed or _DAEMON.search(_field(message, "From") + _field(message, "Return-Path")):
        text = "\n".join(_text(part) for part in parts if part.get_content_maintype() == "text")
        return _from_words(f"{subject}\n{text}", mails, failed)
    return Notice(kind=Kind.AUTOMATIC if answered else Kind.UNKNOWN, mails=mails)


def _is_autoreply(message: Message) -> bool:
    marks = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-MS-Exchange-Inbox-Rules-Loop")
    return any(mark in message for mark in marks) or _field(message, "Precedence").lower() in {
        "auto_reply",
        "auto-reply",
    }


def _from_words(text: str, mails: tuple[SentMail, ...], failed: frozenset[str]) -> Notice:
    """Read the text that a mail server wrote for people."""
    # What follows is our own mail, whose words are not the server's.
    said = re.split(
        r"(?im)^(?:-+ ?(?:this is a copy|original|below|the following is)|return-path:"
        r"|received: |message-id:)",
        text,
        maxsplit=1,
    )[0]
    code = _CODE.search(said)
    reply = _REPLY.search(said)
    status = code[1] if code else None
    lasting = bool((code and code[1][0] == "5") or (reply and reply[1][0] == "5"))
    if not lasting and (_DELAYED.search(said) or (code and code[1][0] == "4")):
        return Notice(kind=Kind.DELAYED, mails=mails, recipients=failed, status=status)
    if not (lasting or failed or _UNDELIVERED.search(said)):
        return Notice(kind=Kind.UNKNOWN, mails=mails)
    start = min((match.start() for match in (code, reply) if match), default=0)
    return _notice(Kind.FAILED, mails, failed, status or "5.0.0", said[max(start - 4, 0) :])


def _notice(
    kind: Kind,
    mails: tuple[SentMail, ...],
    recipients: frozenset[str],
    status: str | None,
    words: str,
) -> Notice:
    # 500 alone says nothing of the address; a code or words must.
    reply_code = 400 if status is not None and status[0] == "4" else 500
    meaning = classify(reply_code, status, words)
    return Notice(
        kind=kind,
        mails=mails,
        recipients=recipients,
        status=status,
        category=meaning.category,
        detail=redact(words, next(iter(recipients), "")),
    )
