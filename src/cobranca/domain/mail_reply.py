"""Judges a mail server's answer by whose fault it is: the payer's mailbox, its server, or ours.

RFC 5321 section 4.2 gives the three digits, RFC 3463 and the registry of RFC 5248 the enhanced
codes. Servers use both loosely, and relays make up codes of their own; so the words are asked
first (`mail_words`), then the enhanced code, then the digits. Only what says for certain that
there is no such mailbox is final.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from cobranca.domain.mail_words import (
    TEXT_MAX,
    Topic,
    domain_is_gone,
    fold,
    names_day,
    names_hour,
    topics,
)


class State(StrEnum):
    """What became of a mail that a transport was given."""

    #: The other side has taken charge of it.
    SENT = "SENT"
    #: It was refused for good.
    FAILED = "FAILED"
    #: It was not taken, and may be offered again later.
    DEFERRED = "DEFERRED"
    #: It was handed over and the answer was lost: it may or may not have arrived.
    UNCERTAIN = "UNCERTAIN"
    #: It was not handed over, since the caller does not want it sent any more.
    WITHDRAWN = "WITHDRAWN"


class Category(StrEnum):
    """Why, in the words that decide what to do about it."""

    NONE = "NONE"
    #: The connection or the server, not the mail: offer it again.
    TEMPORARY = "TEMPORARY"
    #: The address has no mailbox, or one that is switched off for good: never write to it again.
    MAILBOX_UNKNOWN = "MAILBOX_UNKNOWN"
    #: The mailbox is there and takes nothing now: full, locked, or busy.
    MAILBOX_UNAVAILABLE = "MAILBOX_UNAVAILABLE"
    #: The receiver does not want this mail: reputation, content, authentication of the sender.
    POLICY = "POLICY"
    #: Too many too fast: slow down.
    RATE = "RATE"
    #: The message itself: too large, or of a form that the server does not take.
    MESSAGE = "MESSAGE"
    #: Our own settings or account: login, relay, address, name.
    CONFIGURATION = "CONFIGURATION"
    #: Refused for no reason that the tables know.
    REFUSED = "REFUSED"


class Fault(StrEnum):
    """Who is to blame that a mail was not taken."""

    #: It was taken, or no answer says anything.
    NONE = "NONE"
    #: The payer's address: there is no such mailbox. Final, and suppressed.
    RECIPIENT = "RECIPIENT"
    #: The payer's mailbox or server, for now: tried again.
    RECIPIENT_SERVER = "RECIPIENT_SERVER"
    #: Our account, quota, address, relay or content: never final; the batch is laid by.
    OURS = "OURS"
    #: Nobody can tell: tried again, then told. Suppresses nobody.
    UNKNOWN = "UNKNOWN"


class Stage(StrEnum):
    """What a server answered to."""

    #: The greeting, EHLO, STARTTLS, AUTH: before any mail.
    SESSION = "session"
    #: MAIL FROM.
    SENDER = "sender"
    #: RCPT TO.
    RECIPIENT = "recipient"
    #: DATA and the final dot.
    MESSAGE = "message"
    #: It came back later, as a message.
    BOUNCE = "bounce"


class Resumption(StrEnum):
    """When it makes sense to offer the mail again."""

    #: Never: it was taken, or there is nobody to take it.
    NEVER = "NEVER"
    #: After the usual pause.
    SOON = "SOON"
    #: When a quota of an hour ends.
    WITHIN_HOUR = "WITHIN_HOUR"
    #: When a quota of a day ends.
    WITHIN_DAY = "WITHIN_DAY"
    #: When a person has mended something of ours.
    BY_PERSON = "BY_PERSON"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer means: who is at fault, what becomes of the mail, and when to go on."""

    fault: Fault
    state: State
    category: Category
    resumption: Resumption = Resumption.NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    fault: Fault
    category: Category


_SERVER, _OURS = Fault.RECIPIENT_SERVER, Fault.OURS
_GONE = _Finding(fault=Fault.RECIPIENT, category=Category.MAILBOX_UNKNOWN)
_BUSY = _Finding(fault=_SERVER, category=Category.MAILBOX_UNAVAILABLE)
_PASSING = _Finding(fault=_SERVER, category=Category.TEMPORARY)
_CHOICE = _Finding(fault=_SERVER, category=Category.POLICY)
_SLOW = _Finding(fault=_SERVER, category=Category.RATE)
_SETTINGS = _Finding(fault=_OURS, category=Category.CONFIGURATION)
_POLICY = _Finding(fault=_OURS, category=Category.POLICY)
_QUOTA = _Finding(fault=_OURS, category=Category.RATE)
_FORM = _Finding(fault=_OURS, category=Category.MESSAGE)
_UNKNOWN = _Finding(fault=Fault.UNKNOWN, category=Category.REFUSED)

_BY_TOPIC: dict[Topic, _Finding] = {
    Topic.HIDDEN_UNKNOWN: _GONE,
    Topic.RECEIVING_RATE: _SLOW,
    Topic.FULL: _BUSY,
    Topic.CHOICE: _CHOICE,
    Topic.FORM: _FORM,
    Topic.QUOTA: _QUOTA,
    Topic.PASSING: _PASSING,
    Topic.LOCKED: _BUSY,
    Topic.SETTINGS: _SETTINGS,
    Topic.ACCOUNT: _SETTINGS,
    Topic.POLICY: _POLICY,
    Topic.WEAK_QUOTA: _BUSY,
    Topic.LATER: _PASSING,
    Topic.CLOSED: _GONE,
    Topic.ROUTE: _GONE,
    Topic.NO_DOMAIN: _GONE,
    Topic.NO_MAILBOX: _GONE,
    Topic.ADDRESS: _GONE,
    Topic.SERVER: _PASSING,
}

#: Enhanced codes by their last two numbers (subject, detail) that say what they mean.
_BY_CODE: dict[str, _Finding] = {
    **dict.fromkeys(("1.1", "1.2", "1.3", "1.6", "1.10", "2.1"), _GONE),
    **dict.fromkeys(("1.7", "1.8", "1.9", "2.252", "7.54", "7.57", "7.60", "7.64"), _SETTINGS),
    **dict.fromkeys(("7.3", "7.8", "7.9", "7.10", "7.11", "7.12", "7.13", "7.14"), _SETTINGS),
    **dict.fromkeys(("1.90", "2.120", "4.5", "5.3", "7.28", "7.508", "7.705"), _QUOTA),
    **dict.fromkeys(("2.3", "3.4"), _FORM),
    "2.2": _BUSY,
    # The person or the organisation lets in only whom it knows.
    **dict.fromkeys((f"7.{detail}" for detail in range(120, 139)), _CHOICE),
}
#: By the subject alone; those of the address (1), the protocol (5) and none (0) say too little.
_BY_SUBJECT = {"2": _BUSY, "3": _PASSING, "4": _PASSING, "6": _FORM, "7": _POLICY}
#: Said by servers of almost anything.
_VAGUE = frozenset({"0.0", "1.0", "2.0", "3.0", "5.0"})
#: These mean us, or the person's choice, in whatever words.
_SURE = frozenset({"1.7", "1.8", *(f"7.{detail}" for detail in range(120, 139))})
#: Words that mean something beside certain codes only.
_ONLY_WITH = {
    Topic.HIDDEN_UNKNOWN: frozenset({"4.1"}),
    Topic.ADDRESS: frozenset({"1.0"}),
    Topic.ROUTE: frozenset({"1.2", "4.4"}),
}
#: Of a mailbox or an address: "account disabled" beside one of these is the payer's account.
_OF_MAILBOX = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"})

#: Three digits, where nothing tells more.
_BY_REPLY: dict[int, _Finding] = {
    421: _PASSING,
    432: _SETTINGS,
    450: _BUSY,
    454: _SETTINGS,
    513: _SETTINGS,
    523: _FORM,
    541: _POLICY,
    552: _BUSY,
    556: _GONE,
    571: _POLICY,
}
#: Of logging in (RFC 4954), whatever the rest says.
_AUTHENTICATION_REPLIES = frozenset({530, 534, 535, 538})

_CODE = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
#: A reply that a text quotes: at its beginning, or after what introduces one.
_QUOTED = re.compile(
    r"(?:^|[:;>'\"(<\n-]\s{0,2}|said:? |returned:? |response:? |error:? |\b[45]\d\d )"
    r"([45]\d\d)(?=[\s-]|$)"
)


def classify(
    reply_code: int,
    enhanced_code: str | None = None,
    text: str = "",
    *,
    stage: Stage = Stage.RECIPIENT,
) -> Verdict:
    """Judge the final answer to a command of ours.

    Args:
        reply_code: the three digits, 200 to 599.
        enhanced_code: such as "5.1.1"; believed only when its class fits the reply code.
        text: of the answer. It is kept nowhere.
        stage: what the server answered to; of the mailbox it can speak at the recipient only.

    Returns:
        SENT for 2xx. FAILED only where there is no such mailbox; DEFERRED for all else that was
        refused, since a wrong password or a spent quota must not fail a million mails. Anything
        that no server may answer is UNCERTAIN.
    """
    if 200 <= reply_code < 300:
        return Verdict(fault=Fault.NONE, state=State.SENT, category=Category.NONE)
    if not 400 <= reply_code < 600:
        return Verdict(fault=Fault.NONE, state=State.UNCERTAIN, category=Category.NONE)
    if enhanced_code is not None and enhanced_code[:1] != str(reply_code)[0]:
        enhanced_code = None
    text = text[:TEXT_MAX]
    quoted, code = _innermost(text)
    lasting = reply_code >= 500 and not _passing(quoted, code)
    own = "" if quoted is not None else (enhanced_code or "")
    detail = (code or own)[2:]
    finding = _judge(quoted or reply_code, detail, text, stage, lasting=lasting)
    return _verdict(finding, text, lasting=lasting)


def classify_bounce(status: str | None, words: str) -> Verdict:
    """Judge a failure that came back as a message.

    What the remote server itself said, as the words quote it, outweighs the status: a relay makes
    one up where it was told none, and 5.1.1 is what many take for any 550.

    Args:
        status: of RFC 3463, as the reporting server gives it.
        words: the diagnostic code, or what a text for people says.
    """
    words = words[:TEXT_MAX]
    reply, code = _innermost(words)
    own = status or ""
    lasting = not _passing(reply, code or ("" if reply else own))
    made_up = reply is not None and not code
    detail = code[2:] if code else "" if made_up else own[2:]
    finding = _judge(reply or 0, detail, words, Stage.BOUNCE, lasting=lasting)
    if made_up and finding.fault is Fault.UNKNOWN:
        other = _judge(0, own[2:], "", Stage.BOUNCE, lasting=lasting)
        finding = finding if other.fault is Fault.RECIPIENT else other
    return _verdict(finding, words, lasting=lasting)


def status_in(text: str) -> str | None:
    """Return the enhanced code of the innermost reply that a text quotes."""
    return _innermost(text[:TEXT_MAX])[1] or None


def _innermost(text: str) -> tuple[int | None, str]:
    """Return the reply that a text quotes last, and the enhanced code after it.

    Without a reply, an enhanced code alone counts, such as qmail's (#5.1.1).
    """
    reply: int | None = None
    start = 0
    for quoted in _QUOTED.finditer(text):
        reply, start = int(quoted[1]), quoted.start(1)
    codes = [code[0] for code in _CODE.finditer(text, start)]
    return reply, codes[-1] if codes else ""


def _passing(reply: int | None, code: str) -> bool:
    """Tell whether what is quoted is a refusal for the time being."""
    return str(reply).startswith("4") if reply is not None else code.startswith("4")


def _judge(reply_code: int, detail: str, text: str, stage: Stage, *, lasting: bool) -> _Finding:
    finding = _finding(reply_code, detail, fold(text), stage, lasting=lasting)
    if finding.fault in {Fault.RECIPIENT, Fault.UNKNOWN} and lasting:
        if stage in {Stage.SENDER, Stage.SESSION}:
            return _SETTINGS
        if stage is Stage.MESSAGE and finding.fault is Fault.UNKNOWN:
            return _POLICY
    return finding


def _finding(reply_code: int, detail: str, folded: str, stage: Stage, *, lasting: bool) -> _Finding:
    if reply_code in _AUTHENTICATION_REPLIES:
        return _SETTINGS
    if detail in _SURE:
        return _BY_CODE[detail]
    told = _by_words(detail, folded, stage, lasting=lasting)
    if told is not None:
        return told
    finding = _by_code(detail) or _BY_REPLY.get(reply_code)
    if finding is None:
        return _UNKNOWN if lasting else _PASSING
    # A 4xx that calls an address unknown means only: not now.
    return finding if lasting or finding is not _GONE else _BUSY


def _by_words(detail: str, folded: str, stage: Stage, *, lasting: bool) -> _Finding | None:
    """Return what the words say, unless the code makes another sense of them, or none."""
    without = {topic for topic, details in _ONLY_WITH.items() if detail not in details}
    if detail in _OF_MAILBOX:
        without |= {Topic.ACCOUNT, Topic.LATER}
    topic = topics(folded, frozenset(without))
    if topic is None:
        return None
    finding, by_code = _BY_TOPIC[topic], _by_code(detail)
    if topic in {Topic.SERVER, Topic.LATER} and by_code is not None:
        # "Try again" and the like are said of everything; of a policy only for the time being.
        return None if lasting or by_code is not _POLICY else finding
    if finding is not _GONE or (stage is Stage.BOUNCE and domain_is_gone(folded)):
        return finding
    if by_code in {_BUSY, _FORM, _QUOTA} or not lasting:
        return None if lasting else _BUSY
    if topic is Topic.NO_DOMAIN and stage is not Stage.BOUNCE and detail not in _OF_MAILBOX:
        # Of our relay it may be our domain, unless it says that the domain takes no mail.
        return finding if domain_is_gone(folded) else None
    return finding


def _by_code(detail: str) -> _Finding | None:
    if detail in _VAGUE:
        return None
    return _BY_CODE.get(detail) or _BY_SUBJECT.get(detail[:1] if "." in detail else "")


def _verdict(finding: _Finding, text: str, *, lasting: bool) -> Verdict:
    final = finding.fault is Fault.RECIPIENT
    return Verdict(
        fault=finding.fault,
        state=State.FAILED if final else State.DEFERRED,
        category=finding.category,
        resumption=Resumption.NEVER if final else _resumption(finding, text, lasting=lasting),
    )


def _resumption(finding: _Finding, text: str, *, lasting: bool) -> Resumption:
    if finding.fault is not Fault.OURS:
        return Resumption.SOON
    if finding.category is not Category.RATE:
        return Resumption.BY_PERSON if lasting else Resumption.SOON
    folded = fold(text)
    if names_day(folded):
        return Resumption.WITHIN_DAY
    return Resumption.WITHIN_HOUR if lasting or names_hour(folded) else Resumption.SOON
