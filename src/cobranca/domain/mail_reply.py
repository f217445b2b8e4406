"""What a server's answer means for the mail: the table of reply codes and enhanced codes.

RFC 5321 section 4.2 gives the three digits, RFC 3463 and the registry of RFC 5248 the enhanced
codes. The enhanced code tells more and is looked at first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


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
    #: The mailbox is there and takes nothing now: full, or busy.
    MAILBOX_UNAVAILABLE = "MAILBOX_UNAVAILABLE"
    #: The receiver does not want this mail: reputation, content, authentication of the sender.
    POLICY = "POLICY"
    #: Too many too fast: slow down for this domain.
    RATE = "RATE"
    #: The message itself: too large, or of a form that the server does not take.
    MESSAGE = "MESSAGE"
    #: Our own settings are wrong; no mail is to blame, so none fails at once.
    CONFIGURATION = "CONFIGURATION"
    #: Refused for good, for no reason that the tables know.
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """A state and its reason."""

    state: State
    category: Category


#: Enhanced codes by their last two numbers (subject, detail); the first number is the class.
_ENHANCED: dict[str, Category] = {
    "1.0": Category.MAILBOX_UNKNOWN,
    "1.1": Category.MAILBOX_UNKNOWN,
    "1.2": Category.MAILBOX_UNKNOWN,
    "1.3": Category.MAILBOX_UNKNOWN,
    "1.4": Category.MAILBOX_UNAVAILABLE,
    "1.6": Category.MAILBOX_UNKNOWN,
    "1.7": Category.CONFIGURATION,
    "1.8": Category.CONFIGURATION,
    "1.10": Category.MAILBOX_UNKNOWN,
    "2.0": Category.MAILBOX_UNAVAILABLE,
    "2.1": Category.MAILBOX_UNKNOWN,
    "2.2": Category.MAILBOX_UNAVAILABLE,
    "2.3": Category.MESSAGE,
    "3.1": Category.TEMPORARY,
    "3.2": Category.TEMPORARY,
    "3.4": Category.MESSAGE,
    "4.1": Category.TEMPORARY,
    "4.2": Category.TEMPORARY,
    "4.3": Category.TEMPORARY,
    "4.4": Category.MAILBOX_UNKNOWN,
    "4.5": Category.RATE,
    "4.7": Category.TEMPORARY,
    "5.1": Category.REFUSED,
    "5.3": Category.RATE,
    "6.0": Category.MESSAGE,
    "6.1": Category.MESSAGE,
    "6.7": Category.MESSAGE,
    "7.0": Category.POLICY,
    "7.1": Category.POLICY,
    "7.8": Category.CONFIGURATION,
    "7.9": Category.CONFIGURATION,
    "7.11": Category.CONFIGURATION,
    "7.13": Category.MAILBOX_UNAVAILABLE,
    "7.14": Category.CONFIGURATION,
    "7.28": Category.RATE,
}

#: Three digits, where no enhanced code tells more.
_REPLY: dict[int, Category] = {
    421: Category.TEMPORARY,
    430: Category.TEMPORARY,
    432: Category.CONFIGURATION,
    450: Category.MAILBOX_UNAVAILABLE,
    451: Category.TEMPORARY,
    452: Category.TEMPORARY,
    454: Category.CONFIGURATION,
    455: Category.MESSAGE,
    500: Category.REFUSED,
    501: Category.REFUSED,
    502: Category.REFUSED,
    503: Category.REFUSED,
    504: Category.REFUSED,
    521: Category.MAILBOX_UNKNOWN,
    523: Category.MESSAGE,
    541: Category.POLICY,
    550: Category.MAILBOX_UNKNOWN,
    551: Category.MAILBOX_UNKNOWN,
    552: Category.MAILBOX_UNAVAILABLE,
    553: Category.MAILBOX_UNKNOWN,
    554: Category.POLICY,
    555: Category.MESSAGE,
    556: Category.MAILBOX_UNKNOWN,
    557: Category.POLICY,
}

#: Words that correct the code where servers are known to give too broad a one; first match wins.
_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), category)
    for pattern, category in (
        (r"too large|size limit|message size|exceeds? .{0,20}size", Category.MESSAGE),
        (
            r"quota|mailbox (?:is )?full|insufficient (?:disk|storage)|caixa (?:\w+ )?cheia",
            Category.MAILBOX_UNAVAILABLE,
        ),
        (r"too many|rate limit|at a rate|throttl|exceeded .{0,20}limit", Category.RATE),
        (r"gr[ae]y ?-?list", Category.TEMPORARY),
        (
            r"spam|blocked|black ?list|block ?list|dnsbl|\brbl\b|reputation|policy|dmarc|dkim"
            r"|\bspf\b|unsolicited|relay",
            Category.POLICY,
        ),
        (
            r"(?:user|mailbox|recipient|address|account).{0,30}"
            r"(?:unknown|not found|not exist|no such|disabled)"
            r"|no such (?:user|mailbox|recipient|address)|unknown (?:user|recipient|mailbox)"
            r"|doesn't have an? .{0,20}account|no mailbox here"
            r"|(?:usu[aá]rio|conta|destinat[aá]rio|endere[cç]o|caixa postal).{0,30}"
            r"(?:desconhecid|inexistente|n[aã]o (?:existe|(?:foi )?encontrad))",
            Category.MAILBOX_UNKNOWN,
        ),
    )
)

#: Of logging in (RFC 4954), whatever the enhanced code says.
_AUTHENTICATION_REPLIES = frozenset({530, 534, 535, 538})
#: Said by servers of almost anything; the words of the answer, when there are any, tell more.
_VAGUE_ENHANCED = frozenset({"0.0", "7.1", "7.0", "1.0", "2.0", "2.1", "5.0"})


def classify(reply_code: int, enhanced_code: str | None = None, text: str = "") -> Classification:
    """Tell what the final answer to a mail means.

    Args:
        reply_code: the three digits, 200 to 599.
        enhanced_code: such as "5.1.1"; believed only when its class fits the reply code.
        text: of the answer. It only sharpens a vague code, and is kept nowhere.

    Returns:
        SENT for 2xx, DEFERRED for 4xx, FAILED for 5xx, except that what our own settings caused
        is DEFERRED: a wrong password must not fail a million mails. Anything else, which no
        server may answer, is UNCERTAIN.
    """
    if 200 <= reply_code < 300:
        return Classification(state=State.SENT, category=Category.NONE)
    if not 400 <= reply_code < 600:
        return Classification(state=State.UNCERTAIN, category=Category.NONE)
    category = _category(reply_code, enhanced_code, text)
    lasting = reply_code >= 500 and category is not Category.CONFIGURATION
    return Classification(state=State.FAILED if lasting else State.DEFERRED, category=category)


def _category(reply_code: int, enhanced_code: str | None, text: str) -> Category:
    if reply_code in _AUTHENTICATION_REPLIES:
        return Category.CONFIGURATION
    told: Category | None = None
    vague = True
    if enhanced_code is not None and enhanced_code[:1] == str(reply_code)[0]:
        detail = enhanced_code[2:]
        told = _ENHANCED.get(detail)
        if told is None and detail.startswith("7."):
            told = Category.POLICY
        vague = told is None or detail in _VAGUE_ENHANCED
    if vague:
        told = _from_words(text) or told or _REPLY.get(reply_code)
    if told is None:
        return Category.REFUSED if reply_code >= 500 else Category.TEMPORARY
    return _soften(told) if reply_code < 500 else told


def _from_words(text: str) -> Category | None:
    return next((category for words, category in _WORDS if words.search(text)), None)


def _soften(category: Category) -> Category:
    """Say of a 4xx that an address is unknown only what it means: not now."""
    return Category.MAILBOX_UNAVAILABLE if category is Category.MAILBOX_UNKNOWN else category
