"""Tells why a mail did not arrive, in the few words that decide what a person does about it."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final

from cobranca.domain.mail_reply import Category, State, classify, classify_bounce

#: How the product itself says why it has not handed a mail over.
NOT_SENT: Final = "Not sent: a mail server refused this address for good"
NOT_COMPOSED: Final = "not composed"
#: Beside the states of mails: it came back after a server had taken it.
BOUNCED: Final = "BOUNCED"
_KEPT: Final = 4096


class Reason(StrEnum):
    """Why a mail did not arrive."""

    #: There is no such mailbox: mend the address.
    NO_ADDRESS = "NO_ADDRESS"
    #: The mailbox is full or takes nothing for now.
    MAILBOX_FULL = "MAILBOX_FULL"
    #: The receiver does not want it, or gives no reason that is known.
    REFUSED = "REFUSED"
    #: Not handed over: the address is on the list of those that are not written to.
    BLOCKED = "BLOCKED"
    #: Put off again and again, until the time for it was over.
    TIME_OVER = "TIME_OVER"
    #: No server answered, or none after the mail had been handed over.
    NO_ANSWER = "NO_ANSWER"
    #: It could not be made: a value of the billing cannot stand in a mail.
    NOT_MADE = "NOT_MADE"


_BY_CATEGORY: Final = {
    Category.MAILBOX_UNKNOWN: Reason.NO_ADDRESS,
    Category.MAILBOX_UNAVAILABLE: Reason.MAILBOX_FULL,
    Category.TEMPORARY: Reason.TIME_OVER,
    Category.RATE: Reason.TIME_OVER,
}


@lru_cache(maxsize=_KEPT)
def reason_of(state: str, reply_code: int | None, status: str | None, detail: str) -> Reason:
    """Judge an outcome as it was noted.

    Args:
        state: FAILED, UNCERTAIN or BOUNCED.
        reply_code: the server's three digits, if it answered.
        status: RFC 3463, of what came back.
        detail: what was said, without addresses.
    """
    if state == BOUNCED:
        return _BY_CATEGORY.get(classify_bounce(status, detail).category, Reason.REFUSED)
    if detail.startswith(NOT_SENT):
        return Reason.BLOCKED
    if detail.startswith(NOT_COMPOSED):
        return Reason.NOT_MADE
    if reply_code is None or state == State.UNCERTAIN:
        return Reason.NO_ANSWER
    return _BY_CATEGORY.get(classify(reply_code, None, detail).category, Reason.REFUSED)
