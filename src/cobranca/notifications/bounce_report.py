"""Reads what comes back to the sender of a mail: a failure, a delay, an absence notice.

RFC 3464 gives the form that most servers keep; others write a text for people (`bounce_text`).
Which of our mails it is about is told by our Message-ID, wherever in the message it stands, or by
the envelope id. Pure, and bounded in all it looks at; `bounce_reader` gives it a process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from cobranca.domain.mail_reply import Category, Fault, classify_bounce, status_in
from cobranca.domain.mail_words import printable, redact
from cobranca.notifications.bounce_text import Sense, quoted_reply, read_text, server_words
from cobranca.notifications.mime_parts import (
    MESSAGE_BYTES_MAX,
    Part,
    read_fields,
    read_groups,
    read_parts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Of the mails that a message may be about, and of the addresses that it names.
MAILS_MAX = 20
RECIPIENTS_MAX = 20


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
    #: Which of the mails about the debt: 0 for the first.
    message: int = 0


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
    fault: Fault = Fault.NONE
    #: The server's words, without addresses.
    detail: str = ""

    @property
    def hard(self) -> bool:
        """Whether the address is known to have no mailbox."""
        return self.kind is Kind.FAILED and self.fault is Fault.RECIPIENT


_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_TYPES = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
)
_RECEIPT_TYPES = frozenset(
    {"message/disposition-notification", "message/global-disposition-notification"}
)
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
#: The debt, its issue, and which of the mails about it.
_MAIL = rf"({_UUID})\.\d{{1,3}}(?:\.(\d{{1,4}}))?"
_MESSAGE_ID = re.compile(rf"\b{_MAIL}@([A-Za-z0-9.-]{{1,120}})", re.IGNORECASE)
_ENVELOPE_ID = re.compile(_MAIL, re.IGNORECASE)
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = re.compile(r"[^\s<>;,\"'@]{1,64}@[^\s<>;,\"'@]{1,255}")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_DIAGNOSTIC_TYPE = re.compile(r"^\s{0,9}[\w-]{1,40}\s{0,9};")
#: A delivery status in the midst of a text.
_REPORT_IN_TEXT = re.compile(r"(?im)^[> \t]{0,9}final-recipient\s?:")
_SUPPLEMENT = re.compile(r"^<\S{1,60}\s")
#: Codes that tell no more than their first digit.
_VAGUE = frozenset({"0.0", "5.0"})
_BY_ACTION = {
    "failed": Kind.FAILED,
    "failure": Kind.FAILED,
    "expired": Kind.FAILED,
    "delayed": Kind.DELAYED,
    "delay": Kind.DELAYED,
    "delivered": Kind.DELIVERED,
    "relayed": Kind.DELIVERED,
    "expanded": Kind.DELIVERED,
    "deliverable": Kind.DELIVERED,
}
_BY_CLASS = {"5": Kind.FAILED, "4": Kind.DELAYED, "2": Kind.DELIVERED}
#: One that failed counts for more than one that did not.
_ORDER = (Kind.FAILED, Kind.DELAYED, Kind.DELIVERED, Kind.UNKNOWN)
_BY_SENSE = {
    Sense.FAILED: Kind.FAILED,
    Sense.DELAYED: Kind.DELAYED,
    Sense.AUTOMATIC: Kind.AUTOMATIC,
    Sense.UNKNOWN: Kind.UNKNOWN,
}

_Fields = dict[str, str]


def read_notice(content: bytes) -> Notice:
    """Read a message that came to the envelope's sender. Never raises for what it holds.

    Args:
        content: the message of RFC 5322, whole or cut off.
    """
    content = content[:MESSAGE_BYTES_MAX]
    parts = read_parts(content)
    groups = [group for part in parts for group in _groups(part)]
    mails = _mails(content, parts, groups)
    reports = [group for group in groups if "final-recipient" in group or "action" in group]
    if reports:
        return _from_report(reports, mails, parts)
    if any(part.kind in _RECEIPT_TYPES for part in parts):
        return Notice(kind=Kind.AUTOMATIC, mails=mails)
    failed = _addresses([parts[0].field("X-Failed-Recipients")])
    said = read_text(parts, names_failed=bool(failed))
    kind = _BY_SENSE[said.sense]
    # A mail that was passed on comes back about another address than ours.
    failed = failed or _addresses([server_words(parts)])
    if kind is Kind.FAILED:
        status = status_in(said.words) or _code_in(said.words) or "5.0.0"
        return _failure(mails, failed, status, said.words, own_status=None)
    status = _code_in(said.words) if kind is Kind.DELAYED else None
    return Notice(kind=kind, mails=mails, recipients=failed, status=status)


def _groups(part: Part) -> list[_Fields]:
    """Return the groups of fields of a delivery status, also when it stands in a text."""
    if part.kind in _STATUS_TYPES:
        return read_groups(part.content(MESSAGE_BYTES_MAX))
    if part.kind != "text/plain":
        return []
    text = part.text
    start = _REPORT_IN_TEXT.search(text)
    if start is None:
        return []
    before = text.rfind("\n\n", 0, start.start()) + 2
    lines = [line.lstrip("> \t") for line in text[max(before, 0) :].split("\n")[:40]]
    fields = read_fields("\n".join(lines).partition("\n\n")[0].encode())
    return [fields] if "action" in fields or "status" in fields else []


def _mails(content: bytes, parts: list[Part], groups: list[_Fields]) -> tuple[SentMail, ...]:
    """Find our own mails: by the returned head first, then by any mention."""
    found: dict[SentMail, None] = {}
    for text in _texts(content, parts, groups):
        for told in _MESSAGE_ID.finditer(text):
            domain = told[3].lower().rstrip(".")
            mail = SentMail(debt_id=UUID(told[1]), domain=domain, message=int(told[2] or 0))
            found[mail] = None
            if len(found) >= MAILS_MAX:
                return tuple(found)
    for group in groups:
        match = _ENVELOPE_ID.search(group.get("original-envelope-id", ""))
        if match and len(found) < MAILS_MAX:
            message = int(match[2] or 0)
            found[SentMail(debt_id=UUID(match[1]), domain=None, message=message)] = None
    return tuple(found)


def _texts(content: bytes, parts: list[Part], groups: list[_Fields]) -> Iterator[str]:
    returned = [part.content(MESSAGE_BYTES_MAX) for part in parts if part.kind in _RETURNED_TYPES]
    for mail in returned:
        yield read_fields(mail.strip().partition(b"\n\n")[0]).get("message-id", "")
    for group in groups:
        yield group.get("x-original-message-id", "")
    for part in parts:
        if part.kind.startswith("text/"):
            yield part.text
    for mail in returned:
        yield mail.decode("latin-1")
    yield content.decode("latin-1")


def _from_report(reports: list[_Fields], mails: tuple[SentMail, ...], parts: list[Part]) -> Notice:
    """Read the groups of recipients: one that failed counts for more than one that did not."""
    group = min(reports, key=lambda report: _ORDER.index(_kind_of(report)))
    kind = _kind_of(group)
    words = _words_of(group)
    if not words or (_CODE.sub("", words).strip() == "" and words[2:].strip() in _VAGUE):
        words = quoted_reply(parts) or words
    status = _best_status(group.get("status", ""), words)
    names = ("original-recipient", "final-recipient", "x-actual-recipient")
    recipients = _addresses(group.get(name, "") for name in names)
    if kind is not Kind.FAILED:
        return Notice(
            kind=kind,
            mails=mails,
            recipients=recipients,
            status=status,
            detail=_told(words, recipients),
        )
    return _failure(mails, recipients, status, words, own_status=_code_in(group.get("status", "")))


def _kind_of(group: _Fields) -> Kind:
    action = group.get("action", "").lower().split()
    by_class = _BY_CLASS.get(group.get("status", "").strip()[:1], Kind.UNKNOWN)
    return _BY_ACTION.get(action[0].strip("();,.")) or by_class if action else by_class


def _words_of(group: _Fields) -> str:
    """Return the remote server's words: the diagnostic, what a gateway adds, or the comment."""
    diagnostic = _DIAGNOSTIC_TYPE.sub("", group.get("diagnostic-code", "")).strip()
    if diagnostic:
        return diagnostic
    supplement = _SUPPLEMENT.sub("", group.get("x-supplementary-info", "")).strip("<> ")
    return supplement or group.get("status", "")


def _best_status(status: str, words: str) -> str | None:
    """Return the remote server's status, or the reporting one's where that one gave none."""
    own, told = _code_in(status), status_in(words)
    if told and told[2:] not in _VAGUE:
        return told
    return own or told


def _code_in(text: str) -> str | None:
    code = _CODE.search(text)
    return code[1] if code else None


def _addresses(texts: Iterable[str]) -> frozenset[str]:
    """Return the addresses of fields such as `rfc822; name@host`, xtext undone."""
    found: set[str] = set()
    for text in texts:
        plain = _XTEXT.sub(lambda code: chr(int(code[1], 16)), text) if "+" in text else text
        for address in _ADDRESS.finditer(f"{text} {plain}"):
            if len(found) < RECIPIENTS_MAX:
                found.add(printable(address[0].lower()).strip("."))
    return frozenset(found)


def _failure(
    mails: tuple[SentMail, ...],
    recipients: frozenset[str],
    status: str | None,
    words: str,
    *,
    own_status: str | None,
) -> Notice:
    verdict = classify_bounce(own_status, words)
    return Notice(
        kind=Kind.FAILED,
        mails=mails,
        recipients=recipients,
        status=status,
        category=verdict.category,
        fault=verdict.fault,
        detail=_told(words, recipients),
    )


def _told(words: str, recipients: frozenset[str]) -> str:
    return redact(words, next(iter(sorted(recipients)), ""))
