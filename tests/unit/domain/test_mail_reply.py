"""Whose fault an answer is: the table of real answers, and the rules that hold for any answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain import mail_reply, mail_words
from cobranca.domain.mail_reply import (
    Category,
    Fault,
    Resumption,
    Stage,
    State,
    classify,
    classify_bounce,
    status_in,
)
from cobranca.notifications import bounce_report, bounce_text, mime_parts
from tests.support import mail_table

F, C, R = Fault, Category, Resumption
#: What the table cannot tell: the category, and when to go on.
CASES: list[tuple[int, str | None, str, Fault, Category, Resumption]] = [
    (250, "2.0.0", "queued as 4F1", F.NONE, C.NONE, R.NEVER),
    (421, None, "closing", F.RECIPIENT_SERVER, C.TEMPORARY, R.SOON),
    (421, "4.7.0", "too many connections from your IP", F.OURS, C.RATE, R.SOON),
    (432, "4.7.12", "password transition", F.OURS, C.CONFIGURATION, R.SOON),
    (450, None, "mailbox unavailable", F.RECIPIENT_SERVER, C.MAILBOX_UNAVAILABLE, R.SOON),
    (450, "4.2.0", "Greylisted, see http://x", F.RECIPIENT_SERVER, C.TEMPORARY, R.SOON),
    (450, "4.2.1", "receiving mail too fast", F.RECIPIENT_SERVER, C.RATE, R.SOON),
    (451, "4.7.1", "try later, policy", F.OURS, C.POLICY, R.SOON),
    (452, None, "insufficient system storage", F.RECIPIENT_SERVER, C.TEMPORARY, R.SOON),
    (452, "4.2.2", "mailbox full", F.RECIPIENT_SERVER, C.MAILBOX_UNAVAILABLE, R.SOON),
    (499, None, "", F.RECIPIENT_SERVER, C.TEMPORARY, R.SOON),
    (535, "5.7.8", "bad credentials", F.OURS, C.CONFIGURATION, R.BY_PERSON),
    (550, None, "no such user here", F.RECIPIENT, C.MAILBOX_UNKNOWN, R.NEVER),
    (550, "5.1.1", "", F.RECIPIENT, C.MAILBOX_UNKNOWN, R.NEVER),
    (550, "5.7.1", "no such user", F.RECIPIENT, C.MAILBOX_UNKNOWN, R.NEVER),
    (550, "4.7.1", "class does not fit", F.UNKNOWN, C.REFUSED, R.SOON),
    (550, None, "", F.UNKNOWN, C.REFUSED, R.SOON),
    (550, "5.4.5", "Daily user sending limit exceeded", F.OURS, C.RATE, R.WITHIN_DAY),
    (550, "5.4.5", "", F.OURS, C.RATE, R.WITHIN_HOUR),
    (550, None, "exceeded the max emails per hour (200)", F.OURS, C.RATE, R.WITHIN_HOUR),
    (550, None, "Limite diário de envios atingido", F.OURS, C.RATE, R.WITHIN_DAY),
    (550, "5.7.1", "relay access denied", F.OURS, C.CONFIGURATION, R.BY_PERSON),
    (550, "5.1.8", "user unknown", F.OURS, C.CONFIGURATION, R.BY_PERSON),
    (550, "5.7.26", "unauthenticated, DMARC", F.OURS, C.CONFIGURATION, R.BY_PERSON),
    (552, None, "message size exceeds fixed limit", F.OURS, C.MESSAGE, R.BY_PERSON),
    (552, None, "exceeded storage allocation", F.RECIPIENT_SERVER, C.MAILBOX_UNAVAILABLE, R.SOON),
    (554, "5.7.1", "rejected by policy", F.OURS, C.POLICY, R.BY_PERSON),
    (556, None, "", F.RECIPIENT, C.MAILBOX_UNKNOWN, R.NEVER),
    (599, None, "", F.UNKNOWN, C.REFUSED, R.SOON),
]


@pytest.mark.parametrize(("code", "enhanced", "text", "fault", "category", "resumption"), CASES)
def test_answer_means(
    code: int,
    enhanced: str | None,
    text: str,
    fault: Fault,
    category: Category,
    resumption: Resumption,
) -> None:
    verdict = classify(code, enhanced, text)
    assert (verdict.fault, verdict.category, verdict.resumption) == (fault, category, resumption)


# --------------------------------------------------------------------------------- the table


def test_the_table_is_large_and_a_fifth_of_it_is_held_out() -> None:
    rows = mail_table.replies()
    assert len(rows) >= 300
    assert len([row for row in rows if row.part == "held-out"]) >= len(rows) / 5
    assert {row.fault for row in rows} == set(mail_table.FAULTS)


def test_no_healthy_payer_is_suppressed() -> None:
    assert mail_table.wrongly_suppressed() == []


@pytest.mark.parametrize(("part", "share"), [("learned", 0.99), ("held-out", 0.93)])
def test_the_fault_is_known(part: str, share: float) -> None:
    rows = [row for row in mail_table.replies() if row.part == part]
    wrong = [(row.fault, row.verdict.fault, row.text) for row in rows if not _right(row)]
    assert len(wrong) <= (1 - share) * len(rows), wrong


@pytest.mark.parametrize(("part", "share"), [("learned", 0.98), ("held-out", 0.85)])
def test_dead_mailboxes_are_recognised(part: str, share: float) -> None:
    dead = [row for row in mail_table.replies() if (row.part, row.fault) == (part, F.RECIPIENT)]
    assert len([row for row in dead if _right(row)]) >= share * len(dead)


def test_the_document_shows_what_becomes_of_the_table() -> None:
    text = mail_table.DOCUMENT.read_text(encoding="utf-8")
    assert mail_table.documented(text) == text, "run: python -m tests.support.mail_table"


def _right(row: mail_table.Reply) -> bool:
    return row.verdict.fault is row.fault


# --------------------------------------------------------------------------------- the rules


@pytest.mark.parametrize("code", range(200, 300))
def test_only_2xx_is_sent(code: int) -> None:
    assert classify(code).state is State.SENT


@pytest.mark.parametrize("code", [0, 199, 354, 600, 999])
def test_what_no_server_may_answer_is_uncertain(code: int) -> None:
    assert classify(code).state is State.UNCERTAIN


WORDS = st.sampled_from([row.text for row in mail_table.replies()])
CODES = st.integers(400, 599)
ENHANCED = st.one_of(st.none(), st.from_regex(r"[45]\.\d{1,3}\.\d{1,3}", fullmatch=True))


@given(
    code=CODES, enhanced=ENHANCED, text=WORDS | st.text(max_size=300), stage=st.sampled_from(Stage)
)
def test_only_the_recipients_own_fault_is_final(
    code: int, enhanced: str | None, text: str, stage: Stage
) -> None:
    verdict = classify(code, enhanced, text, stage=stage)
    final = verdict.fault is F.RECIPIENT
    assert (verdict.state is State.FAILED) == final == (verdict.fault is Fault.RECIPIENT)
    assert (verdict.resumption is R.NEVER) == final
    assert (verdict.category is C.MAILBOX_UNKNOWN) == final


@given(code=st.integers(400, 499), enhanced=ENHANCED, text=WORDS)
def test_4xx_is_never_final(code: int, enhanced: str | None, text: str) -> None:
    assert classify(code, enhanced, text).fault is not Fault.RECIPIENT


@given(code=CODES, enhanced=ENHANCED, text=WORDS)
def test_before_rcpt_no_answer_is_about_the_recipient(
    code: int, enhanced: str | None, text: str
) -> None:
    for stage in (Stage.SESSION, Stage.SENDER):
        assert classify(code, enhanced, text, stage=stage).fault is not Fault.RECIPIENT


@given(st.text(alphabet="bcfgjkvwxz ", max_size=80), st.sampled_from([550, 551, 553, 554]))
def test_words_that_nobody_knows_suppress_nobody(text: str, code: int) -> None:
    assert classify(code, None, text).fault is F.UNKNOWN


@pytest.mark.parametrize(
    "ours",
    [
        "blocked using zen.spamhaus.org",
        "SPF check failed",
        "sender address rejected",
        "relay access denied",
        "daily sending quota exceeded",
        "authentication required",
        "limite de envio excedido",
    ],
)
@pytest.mark.parametrize("theirs", ["user unknown", "no such mailbox", "usuário inexistente"])
def test_what_speaks_of_us_outweighs_what_speaks_of_the_mailbox(ours: str, theirs: str) -> None:
    for text in (f"{ours}; {theirs}", f"{theirs}; {ours}"):
        assert classify(550, "5.1.1", text).fault is F.OURS
        assert classify_bounce("5.1.1", f"550 {text}").fault is F.OURS


@pytest.mark.parametrize(
    "name", ["spam", "relay", "policy", "blocked", "sender", "quota", "dmarc.reject", "helo"]
)
def test_a_name_in_an_address_or_a_host_is_no_word(name: str) -> None:
    for text in (
        f"<{name}@example.org>: User unknown",
        f"User unknown <ana@{name}.example.org>",
        f"mx1.{name}.example.org: User unknown",
    ):
        assert classify(550, "5.1.1", text).fault is F.RECIPIENT


# --------------------------------------------------------------------------------- bounces


def test_the_remote_servers_words_outweigh_the_relays_status() -> None:
    assert classify_bounce("5.1.1", "550 5.7.1 Message refused").fault is F.OURS
    assert classify_bounce("5.1.1", "552 5.2.2 Refused").fault is F.RECIPIENT_SERVER
    assert classify_bounce("5.7.1", "550 5.1.1 Refused").fault is F.RECIPIENT
    assert classify_bounce("5.1.1", "550 Refused").fault is F.UNKNOWN
    assert classify_bounce("5.1.1", "").fault is F.RECIPIENT


def test_the_innermost_reply_counts() -> None:
    wrapped = "554 5.4.7 delivery failed: host mx.example.org said: 550 5.1.1 refused"
    assert status_in(wrapped) == "5.1.1"
    assert classify_bounce(None, wrapped).fault is F.RECIPIENT
    passing = "554 5.1.1 gave up; last answer was <421 4.4.2 refused>"
    assert classify_bounce("5.1.1", passing).fault is F.RECIPIENT_SERVER
    assert status_in("Sorry, no mailbox here by that name. (#5.1.1)") == "5.1.1"


def test_a_domain_that_is_gone_is_so_for_good_though_the_status_says_not_now() -> None:
    words = "DNS Error: DNS type 'mx' lookup of gmal.com responded with code NXDOMAIN"
    assert classify_bounce("4.0.0", words).fault is F.RECIPIENT
    # At the recipient our relay may speak of our own domain.
    assert classify(550, None, "Domain not found").fault is F.UNKNOWN


# --------------------------------------------------------------------------------- bounds


@pytest.mark.parametrize(
    "unit",
    [
        "a", "a@", "@", "<", "5.1.1 ", "550 ", "user ", "user unknown ", "1.", "a.", "http://",
        "recipient ", "mailbox is ", "exceeded ", "message ", "per ", "sender ", "\0", "\u0301",
        "550-5.7.1 ", "; 550", "the account ", "limit of ",
    ],
)  # fmt: skip
def test_work_is_bounded_by_the_text_that_is_looked_at(unit: str) -> None:
    """What is beyond the bound costs nothing: a text of a megabyte is judged as its beginning."""
    long = unit * (1_000_000 // len(unit))
    assert classify(550, None, long) == classify(550, None, long[:4000])
    assert classify_bounce("5.0.0", long) == classify_bounce("5.0.0", long[:4000])


def test_no_expression_repeats_a_repetition_without_a_bound() -> None:
    """That is what makes an expression take quadratic or exponential time."""
    patterns = [
        expression
        for module in (mail_words, mail_reply, bounce_text, bounce_report, mime_parts)
        for value in vars(module).values()
        for expression in _patterns(value)
    ]
    assert len(patterns) > 40
    assert [one.pattern for one in patterns if not _is_simple(re._parser.parse(one.pattern))] == []


def _patterns(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _patterns(one)


def _is_simple(parsed: Any, *, inside: bool = False) -> bool:
    """Tell whether no repetition without a bound is in another, or repeats any character."""
    for operation, argument in parsed:
        if operation in {re._constants.MAX_REPEAT, re._constants.MIN_REPEAT}:
            _, most, repeated = argument
            endless = most is re._constants.MAXREPEAT
            if endless and (inside or repeated[0][0] is re._constants.ANY):
                return False
            if not _is_simple(repeated, inside=inside or endless):
                return False
        elif operation is re._constants.SUBPATTERN:
            if not _is_simple(argument[-1], inside=inside):
                return False
        elif operation is re._constants.BRANCH and not all(
            _is_simple(branch, inside=inside) for branch in argument[1]
        ):
            return False
    return True
