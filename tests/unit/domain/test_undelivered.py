"""The reason for which a mail did not arrive, in the words that decide what to do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.mail_reply import Category, State, classify
from cobranca.domain.undelivered import Reason, reason_of
from cobranca.notifications.delivery import suppressed


@pytest.mark.parametrize(
    ("state", "reply", "status", "detail", "reason"),
    [
        ("FAILED", 550, None, "5.1.1 no such user", Reason.NO_ADDRESS),
        ("FAILED", 452, None, "4.2.2 mailbox full", Reason.MAILBOX_FULL),
        ("FAILED", 552, None, "5.2.2 over quota", Reason.MAILBOX_FULL),
        ("FAILED", 554, None, "5.7.1 refused by policy", Reason.REFUSED),
        ("FAILED", 451, None, "4.3.0 try again later", Reason.TIME_OVER),
        ("FAILED", None, None, "the connection was lost", Reason.NO_ANSWER),
        ("FAILED", None, None, "not composed: email: is none", Reason.NOT_MADE),
        ("UNCERTAIN", None, None, "no answer to the final dot", Reason.NO_ANSWER),
        ("UNCERTAIN", 550, None, "5.1.1 no such user", Reason.NO_ANSWER),
        ("BOUNCED", None, "5.1.1", "550 5.1.1 user unknown", Reason.NO_ADDRESS),
        ("BOUNCED", None, "5.2.2", "552 5.2.2 mailbox full", Reason.MAILBOX_FULL),
        ("BOUNCED", None, None, "something else", Reason.REFUSED),
    ],
)
def test_reasons(
    state: str, reply: int | None, status: str | None, detail: str, reason: Reason
) -> None:
    assert reason_of(state, reply, status, detail) is reason


def test_an_address_that_is_not_written_to_is_blocked() -> None:
    detail = suppressed(datetime(2026, 1, 2, tzinfo=UTC))
    assert reason_of("FAILED", None, None, detail) is Reason.BLOCKED


@given(st.integers(400, 599), st.text(max_size=80))
def test_no_mailbox_is_said_exactly_where_the_sender_says_so(reply: int, detail: str) -> None:
    verdict = classify(reply, None, detail)
    told = reason_of(State.FAILED, reply, None, detail)
    assert (told is Reason.NO_ADDRESS) == (verdict.category is Category.MAILBOX_UNKNOWN)
