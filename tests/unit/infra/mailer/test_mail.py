"""What may become a mail at all, and how it is named."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.errors import InvalidField
from cobranca.infra.mailer.mail import message_id
from tests.unit.infra.mailer.mails import DEBT_ID, make_mail


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("recipient_name", "Maria\r\nBcc: x@y.example"),
        ("recipient_name", "a" * 256),
        ("sender_name", "x\x7f"),
        ("beneficiary_name", "x\u202ey"),
        ("recipient_name", "\ud800"),
        ("recipient_address", "maria@x.example\r\nRCPT TO:<b@y.example>"),
        ("recipient_address", "maria@x.example>\nDATA"),
        ("recipient_address", "a@b@c.example"),
        ("recipient_address", "a\u202eb@x.example"),
        ("recipient_address", "a\u2028b@x.example"),
        ("recipient_address", "a\x85b@x.example"),
        ("recipient_address", "maria"),
        ("recipient_address", "@x.example"),
        ("recipient_address", "maria@"),
        ("recipient_address", "maria souza@x.example"),
        ("recipient_address", "<maria@x.example>"),
        ("recipient_address", "maria,b@x.example"),
        ("recipient_address", "l" * 65 + "@x.example"),
        ("recipient_address", "a@" + "d" * 60 + ".x" * 100),
        ("recipient_address", "a@-x.example"),
        ("recipient_address", "a@x..example"),
        ("recipient_address", "a@[127.0.0.1]"),
        ("sender_address", "nobody"),
        ("reply_to", "a@b.example\n"),
        ("message_id", "<a b@c>"),
        ("message_id", "<a@c>\r\nX: y"),
        ("digitable_line", "1" * 46),
        ("digitable_line", "٣" * 47),
        ("amount_cents", 0),
        ("amount_cents", -1),
        ("pix_payload", "a\nb"),
        ("pix_payload", "a" * 513),
        ("our_number", "1\r2"),
        ("debt_id", "a\x00"),
        ("beneficiary_tax_id", "a\nb"),
        ("bank_name", "a\nb"),
        ("unsubscribe_url", "mailto:x@x.example>\r\nX: y"),
        ("unsubscribe_url", "https://x.example/"),
        ("unsubscribe_url", "javascript:alert(1)"),
        ("date", datetime(2026, 1, 1)),  # noqa: DTZ001 - without a zone on purpose
        ("date", datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-3)))),
    ],
)
def test_value_that_cannot_be_sent_is_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(InvalidField) as caught:
        make_mail(**{"message_id": "<m@aurora.example>", field: value})
    assert caught.value.field == field


@pytest.mark.parametrize("value", ["secret\r\n@x.example", "secret", "secret@x..y"])
def test_refusal_does_not_repeat_the_address(value: str) -> None:
    with pytest.raises(InvalidField) as caught:
        make_mail(recipient_address=value)
    assert "secret" not in caught.value.detail


@pytest.mark.parametrize(
    "address",
    [
        "maria@exemplo.com.br",
        "m+tag_x.y-z@sub.exemplo.com.br",
        "o'neil@x.example",
        "maria@xn--educao-7ta5a.example",
    ],
)
def test_address_that_servers_take_passes(address: str) -> None:
    assert make_mail(recipient_address=address).recipient_address == address


def test_names_of_people_pass() -> None:
    for name in ("José d'Ávila & Filhos", "Ana\u00a0Maria", "李小龍", "", 'Zé "Pequeno"'):
        assert make_mail(recipient_name=name).recipient_name == name


def test_message_id_is_a_function_of_its_arguments() -> None:
    first = message_id(DEBT_ID, "aurora.example", 0)
    assert first == f"<{DEBT_ID}.0@aurora.example>"
    assert message_id(DEBT_ID, "aurora.example", 0) == first
    assert message_id(DEBT_ID, "aurora.example", 1) != first


@settings(deadline=None)
@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_message_ids_of_any_debts_are_valid_and_different(one: str, other: str) -> None:
    mail = make_mail(message_id=message_id(one, "aurora.example", 0))
    assert (message_id(other, "aurora.example", 0) == mail.message_id) == (one == other)
