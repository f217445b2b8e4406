"""What comes back is read as what it is: a corpus of servers' forms, and of what is no bounce."""

from __future__ import annotations

import base64
import json
import quopri
from email.header import Header
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.mail_reply import Category
from cobranca.notifications.bounce_report import (
    MAILS_MAX,
    RECIPIENTS_MAX,
    Kind,
    SentMail,
    read_notice,
)
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


# --------------------------------------------------------------------------------- texts

FORMS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "golden" / "mail_bounces.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def form(row: dict[str, Any], *, encoded: bool = True) -> bytes:
    """Return a message of the table; its subject as an encoded word, or in bare bytes."""
    charset, body = row["charset"], row["body"].encode(row["charset"])
    if row["encoding"] == "base64":
        body = base64.encodebytes(body)
    elif row["encoding"] == "quoted-printable":
        body = quopri.encodestring(body)
    subject = Header(row["subject"], charset).encode() if encoded else row["subject"]
    kind = "html" if "HTML" in row["head"] else "plain"
    head = [
        f"From: {row['sender']}",
        f"Subject: {subject}",
        *([f"Return-Path: {row['path']}"] if row["path"] else []),
        *(field for field in row["head"] if ":" in field),
        f"Content-Type: text/{kind}; charset={charset}",
        f"Content-Transfer-Encoding: {row['encoding']}",
    ]
    returned = f"\n--- Original message ---\nMessage-ID: <{DEBT_ID}.0@aurora.example>\n"
    tail = b"" if row["encoding"] == "base64" else returned.encode()
    return "\n".join(head).encode(charset) + b"\n\n" + body + tail


@pytest.mark.parametrize("encoded", [True, False])
@pytest.mark.parametrize("row", FORMS, ids=[row["source"] for row in FORMS])
def test_a_text_is_read_as_what_it_is(row: dict[str, Any], encoded: bool) -> None:
    notice = read_notice(form(row, encoded=encoded))
    assert (notice.kind, notice.fault) == (row["kind"], row["fault"]), notice
    if row["encoding"] != "base64":
        assert {mail.debt_id for mail in notice.mails} == {UUID(DEBT_ID)}


@given(st.sampled_from(FORMS), st.text(max_size=60))
def test_a_servers_failure_is_never_taken_for_an_absence(row: dict[str, Any], name: str) -> None:
    """Our own subject comes back in theirs, with whatever name a beneficiary has."""
    told = f"Undeliverable: Boleto de {name} férias absent out of office"
    subject = " ".join(told.split())
    if row["kind"] == "FAILED" and row["path"] == "<>":
        notice = read_notice(form({**row, "subject": subject, "charset": "utf-8"}))
        assert notice.kind is FAILED


# --------------------------------------------------------------------------------- reports


def report(*, status: str = "", action: str = "failed", **fields: str) -> bytes:
    """Return a delivery status with these fields about maria."""
    given = {"Action": action, "Status": status}
    given |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"{name}: {value}" for name, value in given.items()]
    return (
        "From: MAILER-DAEMON@mx.example.net\nContent-Type: multipart/report; boundary=b\n\n"
        "--b\n\nA mensagem voltou.\n\n--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; maria@exemplo.com.br\n"
        + "\n".join(lines)
        + f"\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{DEBT_ID}.0@aurora.example>"
        "\n\n--b--\n"
    ).encode()


@pytest.mark.parametrize(
    ("status", "diagnostic", "told", "hard"),
    [
        ("5.1.1", "smtp; 550 5.7.1 IP address is on a blacklist", "5.7.1", False),
        ("5.1.1", "smtp; 552 5.2.2 Over quota", "5.2.2", False),
        ("5.1.1", "smtp; 550 5.1.1 SPF check failed", "5.1.1", False),
        ("5.1.3", "smtp; 553 http://www.spamhaus.org/query/bl?ip=203.0.113.9", "5.1.3", False),
        ("5.1.1", "smtp; 550 we do not like you", "5.1.1", False),
        ("5.4.4", "X-Postfix; Name service error: Malformed or unexpected reply", "5.4.4", False),
        ("5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied", "5.4.1", True),
        ("5.5.0", "smtp; 550 5.5.0 Requested action not taken: mailbox unavailable", "5.5.0", True),
        ("5.7.27", "smtp; 550 Host does not accept mail", "5.7.27", True),
        ("5.7.27", "smtp; 550 5.7.27 Sender domain has null MX", "5.7.27", False),
        ("5.0.0", "smtp; 550 Invalid recipient", "5.0.0", True),
        ("5.0.0", "The email account that you tried to reach does not exist.", "5.0.0", True),
        ("", "Connection timed out", None, False),
        ("5.1.1", "", "5.1.1", True),
    ],
)
def test_the_remote_servers_own_word_counts(
    status: str, diagnostic: str, told: str | None, hard: bool
) -> None:
    notice = read_notice(report(status=status, Diagnostic_Code=diagnostic))
    assert (notice.kind, notice.status, notice.hard) == (FAILED, told, hard)


def test_a_gateways_own_field_is_read() -> None:
    supplement = '<203.0.113.5 #5.0.0 smtp; 550 "Unknown User">'
    assert read_notice(report(status="5.0.0", X_Supplementary_Info=supplement)).hard


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("expired", "", FAILED),
        ("failed", "4.4.7", FAILED),
        ("deliverable", "2.1.5", Kind.DELIVERED),
        ("undeliverable", "5.1.1", FAILED),
        ("delayed", "4.4.1", DELAYED),
        ("", "5.1.1", FAILED),
        ("", "", Kind.UNKNOWN),
    ],
)
def test_the_action_tells_the_kind(action: str, status: str, kind: Kind) -> None:
    assert read_notice(report(status=status, action=action)).kind is kind


# --------------------------------------------------------------------------------- strangers

MIB = 1024 * 1024
UUIDS = "".join(f"{n:08x}-ff16-467f-bea7-5f05d494280f.0@a.example\n" for n in range(35_000))
HEAD = b"From: MAILER-DAEMON@x\n"
#: What was seen to stop the API, or `cobranca bounces`, and more of its kinds.
ATTACKS = {
    "an address without an end": HEAD + b"X-Failed-Recipients: " + b"a" * 2 * MIB,
    "a recipient without an end": report(Final_Recipient="a" * 2 * MIB),
    "an address in every letter": HEAD + b"X-Failed-Recipients: " + b"a@" * MIB,
    "parts in parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000)
    ),
    "mails in mails": b"Content-Type: message/rfc822\n\n" * 60_000,
    "boundaries in pieces": b"".join(
        b"Content-Type: multipart/mixed; boundary*0=b%d\n\n--b%d\n" % (n, n) for n in range(9000)
    ),
    "many parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n\n" * 400_000,
    "many parameters": b"Content-Type: text/plain" + b"; a=b" * 400_000 + b"\n\n",
    "many fields": b"a: b\n" * 400_000,
    "a field without an end": b"Subject: " + b"=?utf-8?q?a" * 180_000,
    "encoded words": b"Subject: " + b"=?utf-8?q?=41?= " * 130_000,
    "an encoded word without an end": b"Subject: =?utf-8?b?" + b"QUFB" * 500_000,
    "many ids": HEAD + b"\n" + UUIDS.encode(),
    "NUL in the diagnostic": report(status="5.1.1", Diagnostic_Code="smtp; 550 no\0such user"),
    "a charset that takes long": b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * MIB,
    "a charset that unpacks": b"Content-Type: text/plain; charset=zlib_codec\n\n" + b"x" * 99,
    "half letters": HEAD + b"Subject: =?utf-16?b?2AA=?=\n\n\xed\xa0\x80 550 5.1.1 \xed\xa0\x80",
    "base64 without an end": b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
    + b"QUFB" * 500_000,
    "HTML": HEAD + b"Content-Type: text/html\n\n" + b"<" * 2 * MIB,
    "entities": HEAD + b"Content-Type: text/html\n\n" + b"&#" + b"9" * 2 * MIB,
    "groups": b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 120_000,
    "blanks": HEAD + b"\n" + b" " * 2 * MIB,
    "line ends": HEAD + b"\r" * 2 * MIB,
    "codes": HEAD + b"\n" + b"550 5.1.1 " * 200_000,
    "combining marks": HEAD + b"Subject: a" + "\u0315\u0300".encode() * 400_000,
    "letters that grow": HEAD + b"Subject: " + "\ufdfa".encode() * 600_000,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_strangers_message_is_read_within_bounds(name: str) -> None:
    """Ten times the bytes may cost ten times as much, and no bound is passed."""
    notice = read_notice(ATTACKS[name])
    assert len(notice.mails) <= MAILS_MAX
    assert len(notice.recipients) <= RECIPIENTS_MAX
    for text in (notice.detail, *notice.recipients):
        assert text.isprintable()
        assert len(text) <= 320


def test_no_text_has_a_character_that_a_database_refuses() -> None:
    notice = read_notice(ATTACKS["NUL in the diagnostic"])
    assert (notice.kind, notice.detail) == (FAILED, "550 no such user")


@given(
    noise=st.lists(
        st.sampled_from(
            [b"Content-Type: ", b"multipart/report", b"; boundary=b", b"\n--b\n", b"message/rfc822",
             b"message/delivery-status", b"Action: failed\n", b"Status: 5.1.1\n", b"\n\n", b"\0",
             b"=?utf-8?b?", b"?=", b"Diagnostic-Code: ", b"550 5.1.1 ", b"charset=", b"\xff\xfe",
             b"Content-Transfer-Encoding: base64\n", b"From: MAILER-DAEMON@x\n", b"Subject: "]
        ) | st.binary(max_size=20),
        max_size=60,
    )
)  # fmt: skip
def test_pieces_of_messages_in_any_order_are_read(noise: list[bytes]) -> None:
    notice = read_notice(b"".join(noise))
    assert notice.detail.isprintable()
    assert not notice.hard or notice.kind is FAILED
