"""What comes back is read as what it is: a corpus of servers' forms, and of what is no bounce."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.mail_reply import Category
from cobranca.notifications.bounce_report import BOUNDARIES_MAX, Kind, SentMail, read_notice
from tests.unit.infra.mailer.mails import DEBT_ID

BOUNCES = Path(__file__).parent / "bounces"
FAILED, DELAYED = Kind.FAILED, Kind.DELAYED
#: File, kind, status, whether it suppresses the address.
CORPUS = [
    ("postfix_unknown_user", FAILED, "5.1.1", True),
    ("postfix_delayed", DELAYED, "4.4.1", False),
    ("postfix_expired", FAILED, "4.4.1", False),
    ("postfix_mailbox_full", FAILED, "5.2.2", False),
    ("postfix_domain_not_found", FAILED, "5.4.4", True),
    ("exim_report", FAILED, "5.1.1", True),
    ("exim_text_only", FAILED, "5.1.1", True),
    ("exim_warning", DELAYED, None, False),
    ("exchange_365", FAILED, "5.1.10", True),
    ("exchange_365_policy", FAILED, "5.7.124", False),
    ("gmail_unknown", FAILED, "5.1.1", True),
    ("gmail_disabled", FAILED, "5.2.1", True),
    ("gmail_rate", FAILED, "5.2.1", False),
    ("sendmail", FAILED, "5.1.1", True),
    ("qmail", FAILED, "5.1.1", True),
    ("qmail_no_code", FAILED, "5.1.1", True),
    ("portuguese_text", FAILED, "5.2.2", False),
    ("german_report", FAILED, "5.1.2", True),
    ("envelope_id_only", FAILED, "5.1.1", True),
    ("no_blank_line_between_groups", FAILED, "5.1.1", True),
    ("smtputf8_report", FAILED, "5.1.1", True),
    ("truncated_in_status", FAILED, "5.1.1", True),
    ("delivered_report", Kind.DELIVERED, "2.0.0", False),
    ("out_of_office", Kind.AUTOMATIC, None, False),
    ("out_of_office_of_postmaster", Kind.AUTOMATIC, None, False),
    ("read_receipt", Kind.AUTOMATIC, None, False),
    ("a_persons_answer", Kind.UNKNOWN, None, False),
    ("another_senders_mail", FAILED, "5.1.1", True),
]
#: What these lack: the rest of the message, or anything of ours.
NAMELESS = {"truncated_in_status", "another_senders_mail"}


def corpus(name: str) -> bytes:
    return (BOUNCES / f"{name}.eml").read_bytes()


def test_every_file_of_the_corpus_is_read() -> None:
    assert {path.stem for path in BOUNCES.iterdir()} == {name for name, *_ in CORPUS}


@pytest.mark.parametrize(("name", "kind", "status", "hard"), CORPUS)
def test_it_is_read_as_what_it_is(name: str, kind: Kind, status: str | None, hard: bool) -> None:
    notice = read_notice(corpus(name))
    assert (notice.kind, notice.status, notice.hard) == (kind, status, hard)
    named = {mail.debt_id for mail in notice.mails}
    assert named == (set() if name in NAMELESS else {UUID(DEBT_ID)})
    assert "maria" not in notice.detail
    if kind is FAILED and name not in {"qmail", "qmail_no_code", "portuguese_text"}:
        assert "maria@exemplo.com.br" in notice.recipients


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize(("name", "kind", "status", "hard"), CORPUS)
def test_the_end_of_lines_changes_nothing(
    name: str, kind: Kind, status: str | None, hard: bool, newline: bytes
) -> None:
    notice = read_notice(corpus(name).replace(b"\r\n", newline))
    assert (notice.kind, notice.status, notice.hard) == (kind, status, hard)


def test_the_message_id_tells_the_debt_and_the_senders_domain() -> None:
    first = read_notice(corpus("postfix_unknown_user")).mails[0]
    assert first == SentMail(debt_id=UUID(DEBT_ID), domain="aurora.example")
    assert read_notice(corpus("envelope_id_only")).mails == (
        SentMail(debt_id=UUID(DEBT_ID), domain=None),
    )


def test_of_several_recipients_the_one_that_failed_counts() -> None:
    delivered = (
        b"Final-Recipient: rfc822; other@exemplo.com.br\r\nAction: relayed\r\nStatus: 2.0.0\r\n\r\n"
    )
    text = corpus("postfix_mailbox_full")
    notice = read_notice(text.replace(b"Final-Recipient", delivered + b"Final-Recipient"))
    assert (notice.kind, notice.status) == (FAILED, "5.2.2")
    assert notice.category is Category.MAILBOX_UNAVAILABLE


def test_many_parts_are_not_read() -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(BOUNDARIES_MAX + 1)
    )
    assert read_notice(nested).kind is Kind.UNKNOWN


@given(
    name=st.sampled_from([name for name, *_ in CORPUS]),
    start=st.floats(0, 1),
    length=st.integers(0, 400),
    noise=st.binary(max_size=60),
)
def test_nothing_that_comes_makes_it_fail(
    name: str, start: float, length: int, noise: bytes
) -> None:
    """Any piece of a bounce may be lost or replaced; nothing raises, and no address is told."""
    text = corpus(name)
    place = int(start * len(text))
    notice = read_notice(text[:place] + noise + text[place + length :])
    assert notice.kind in Kind


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(content: bytes) -> None:
    assert read_notice(content).kind in Kind
