"""What looks like a setting and is not read is told, and no value of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cobranca.domain.errors import SettingsInvalid
from cobranca.infra.settings import get_settings
from cobranca.infra.settings_check import setting_names, unread_settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the file of an installation's settings would be."""
    monkeypatch.setenv("COBRANCA_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    return tmp_path / "cobranca.env"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("COBRANCA_SMTP_URL", "COBRANCA_SMTP_URL is not read: the setting is SMTP_URL"),
        ("COBRANCA_DATABASE_URL", "the setting is DATABASE_URL"),
        ("COBRANCA_LEASE", "is COBRANCA_LEASE_S meant?"),
        ("COBRANCA_BENEFICIARY__NAM", "is COBRANCA_BENEFICIARY__NAME meant?"),
        ("COBRANCA_BENEFICIARY_NAME", "is COBRANCA_BENEFICIARY__NAME meant?"),
        ("COBRANCA_QUITE_ANOTHER_THING", "COBRANCA_QUITE_ANOTHER_THING is not read"),
    ],
)
def test_a_name_that_nobody_reads_is_told(
    name: str, says: str, env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del env_file
    monkeypatch.setenv(name, "S3CRET")
    (told,) = [message for message in unread_settings() if name in message]
    assert says in told
    assert "S3CRET" not in told


@pytest.mark.parametrize(
    "name",
    [
        *sorted(setting_names()),
        "cobranca_host",
        "COBRANCA_BENEFICIARY__BANK_PARAMETERS__WALLET",
    ],
)
def test_a_setting_is_not_told(name: str, env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name != "COBRANCA_DATA_DIR":
        monkeypatch.setenv(name, "x")
        env_file.write_text(f"# a comment\n\nexport {name}='x'\n", encoding="utf-8")
    assert [message for message in unread_settings() if name in message] == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("SMTP_UR=S3CRET", "line 2: SMTP_UR is not read; is SMTP_URL meant?"),
        ("SMTP_URL", "line 2: SMTP_URL has no value"),
        ("this is S3CRET", "line 2: this is no `NAME=value`"),
        ("S3CRETabc==", "line 2: this name is not read"),
        ("COBRANCA_DATA_DIR=S3CRET", "line 2: COBRANCA_DATA_DIR is read from the environment only"),
        ("AWS_SECRET_ACCESS_KEY=S3CRET", "line 2: this name is not read"),
    ],
)
def test_a_line_that_is_not_read_is_told(line: str, says: str, env_file: Path) -> None:
    env_file.write_text(f"COBRANCA_MAIL=outbox\n{line}\n", encoding="utf-8")
    (told,) = [message for message in unread_settings() if "cobranca.env" in message]
    assert says in told
    assert "S3CRET" not in told


def test_a_file_that_is_something_else_is_told_in_a_few_lines(env_file: Path) -> None:
    env_file.write_text("no line of this\n" * 5000, encoding="utf-8")
    assert len(unread_settings()) == 20


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "postgresql://u:S3CRET%zz@h/d", "DATABASE_URL is not a PostgreSQL"),
        ("DATABASE_URL", "postgresql://u:S3 CRET@h:port/d", "DATABASE_URL is not a PostgreSQL"),
        ("DATABASE_URL", "S3CRET", "DATABASE_URL is not a PostgreSQL"),
        ("COBRANCA_PAGE_ORIGINS", "S3CRET", "COBRANCA_PAGE_ORIGINS must be JSON"),
        ("COBRANCA_BENEFICIARY__BANK_PARAMETERS", "S3CRET", "COBRANCA_BENEFICIARY must be JSON"),
    ],
)
def test_a_value_that_cannot_be_read_is_named_and_not_shown(
    name: str, value: str, says: str, env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del env_file
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as refused:
        get_settings()
    assert says in refused.value.detail
    assert "S3" not in refused.value.detail
    assert "S3" not in str(refused.value.__cause__)


def test_a_file_in_another_encoding_is_refused_in_a_sentence(env_file: Path) -> None:
    env_file.write_bytes("COBRANCA_BENEFICIARY__NAME=São João".encode("latin-1"))
    with pytest.raises(SettingsInvalid, match="is not UTF-8"):
        get_settings()
