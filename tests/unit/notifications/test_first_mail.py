"""What would make every mail fail is refused at the start, without repeating it."""

from __future__ import annotations

import pytest

from cobranca.domain.errors import SettingsInvalid
from cobranca.infra.settings import get_settings
from cobranca.notifications.first_mail import check_mail_settings
from cobranca.notifications.mail_text import compose
from cobranca.uploads.csv_reader.names import read_name
from cobranca.uploads.csv_reader.rejects import RejectCode
from tests.unit.infra.mailer.mails import make_mail


def read_and_check(monkeypatch: pytest.MonkeyPatch, **given: str) -> None:
    """Do what each process does at its start, with settings of the beneficiary or SMTP_URL."""
    for name, value in given.items():
        own = name == "smtp_url"
        monkeypatch.setenv("SMTP_URL" if own else f"COBRANCA_BENEFICIARY__{name.upper()}", value)
    get_settings.cache_clear()
    try:
        check_mail_settings(get_settings())
    finally:
        get_settings.cache_clear()


@pytest.mark.parametrize(
    ("wrong", "setting", "secret"),
    [
        ({"name": "Aurora\r\nBcc: x@y.example"}, "COBRANCA_BENEFICIARY__NAME", "Bcc"),
        ({"name": "Aurora\u202eLtda"}, "COBRANCA_BENEFICIARY__NAME", "Ltda"),
        ({"name": "A" * 300}, "COBRANCA_BENEFICIARY__NAME", "AAAA"),
        ({"email": "x@colegio..example"}, "COBRANCA_BENEFICIARY", "colegio"),
        ({"email": "josé@colegio.example"}, "COBRANCA_BENEFICIARY", "colegio"),
        ({"email": "a@x.example, b@y.example"}, "COBRANCA_BENEFICIARY", "y.example"),
        ({"email": ""}, "COBRANCA_BENEFICIARY", "@"),
        ({"smtp_url": "smtp://u:S3CRET@h:port"}, "SMTP_URL", "S3CRET"),
        ({"smtp_url": "http://u:S3CRET@h"}, "SMTP_URL", "S3CRET"),
        ({"smtp_url": "smtp://u:S3CRET@h?starttls=maybe"}, "SMTP_URL", "S3CRET"),
        ({"smtp_url": "smtp://u:S3CRET@h?mail_from=x"}, "SMTP_URL", "S3CRET"),
        ({"smtp_url": "S3CRET"}, "SMTP_URL", "S3CRET"),
    ],
)
def test_what_would_make_every_mail_fail_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], setting: str, secret: str
) -> None:
    with pytest.raises(SettingsInvalid) as told:
        read_and_check(monkeypatch, **wrong)
    assert told.value.detail.startswith(f"{setting} ")
    assert setting != "COBRANCA_BENEFICIARY" or "email" in told.value.detail
    assert secret not in told.value.detail
    assert "\n" not in told.value.detail


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"name": "Colégio\u2003Aurora"},
        {"email": "x@xn--colgio-cva.example", "reply_to": "y@z.example"},
        {"smtp_url": "smtp://u:p@h:587?starttls=require"},
    ],
)
def test_other_settings_pass(monkeypatch: pytest.MonkeyPatch, right: dict[str, str]) -> None:
    read_and_check(monkeypatch, **right)


@pytest.mark.parametrize("character", ["\u2003", "\u2007", "\u200a", "\u200d"])
def test_a_name_with_an_odd_character_makes_a_whole_mail(character: str) -> None:
    """What a file may have in a name, a mail can carry."""
    name = f"Maria{character}Silva"
    assert read_name(name) is RejectCode.ACCEPTED
    content = compose(make_mail(recipient_name=name), b"%PDF-1.4")
    assert content.isascii()
    head = content.partition(b"\r\n\r\n")[0]
    assert head.count(b"\r\nTo: ") == 1
