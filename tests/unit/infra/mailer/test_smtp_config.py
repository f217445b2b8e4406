"""What SMTP_URL may say."""

from __future__ import annotations

import pytest

from cobranca.domain.errors import InvalidField
from cobranca.infra.mailer.smtp_config import Encryption, SmtpConfig


@pytest.mark.parametrize(
    ("url", "host", "port", "encryption"),
    [
        ("smtp://relay", "relay", 25, Encryption.OFFERED),
        ("smtp://relay:2525/", "relay", 2525, Encryption.OFFERED),
        ("smtp://u:p@relay:587", "relay", 587, Encryption.REQUIRED),
        ("smtp://u:p@relay:587?starttls=true", "relay", 587, Encryption.OFFERED),
        ("smtp://u:p@relay:587?starttls=require", "relay", 587, Encryption.REQUIRED),
        ("smtp://relay?starttls=false", "relay", 25, Encryption.NONE),
        ("smtps://u:p@relay", "relay", 465, Encryption.IMPLICIT),
        ("smtp://[::1]:2525", "::1", 2525, Encryption.OFFERED),
    ],
)
def test_url_says_where_and_how(url: str, host: str, port: int, encryption: Encryption) -> None:
    config = SmtpConfig.from_url(url)
    assert (config.host, config.port, config.encryption) == (host, port, encryption)


def test_password_may_hold_anything_when_escaped() -> None:
    config = SmtpConfig.from_url("smtps://user%40x.example:p%3A%2F%40%25@relay")
    assert (config.username, config.password) == ("user@x.example", "p:/@%")


def test_other_parameters_are_read() -> None:
    config = SmtpConfig.from_url(
        "smtp://relay?mail_from=bounces@x.example&helo=mail.x.example&ca_file=/etc/ca.pem"
    )
    assert config.mail_from == "bounces@x.example"
    assert config.helo == "mail.x.example"
    assert config.ca_file == "/etc/ca.pem"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "relay",
        "http://relay",
        "smtp://",
        "smtp://relay:99999",
        "smtp://relay:x",
        "smtp://relay/path",
        "smtp://relay?starttls=maybe",
        "smtp://relay?startls=require",
        "smtp://relay?mail_from=nobody",
        "smtp://relay?mail_from=a@x.example%0d%0aRCPT",
        "smtp://relay?helo=a%0d%0aMAIL",
        "smtp://relay?helo=a%20b",
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(InvalidField) as caught:
        SmtpConfig.from_url(url)
    assert caught.value.field == "SMTP_URL"


def test_password_is_in_no_representation_and_no_error() -> None:
    assert "secret" not in repr(SmtpConfig.from_url("smtps://u:secret@relay"))
    with pytest.raises(InvalidField) as caught:
        SmtpConfig.from_url("smtps://u:secret@relay?nonsense=1")
    assert "secret" not in caught.value.detail
