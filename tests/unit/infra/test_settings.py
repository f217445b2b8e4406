"""Settings that are no allowed value stop the start, rather than every mail."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from cobranca.domain.errors import SettingsInvalid
from cobranca.infra.settings import BeneficiarySettings, Settings, get_settings, is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRETS = ["COBRANCA_API_KEY", "SMTP_URL", "DATABASE_URL", "NATS_URL", "COBRANCA_STORAGE_URL"]
PROCESSES = ["up", "api", "worker", "scheduler", "ui", "migrate"]


@pytest.fixture
def fresh_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the settings be read anew, from a folder of their own."""
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COBRANCA_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


@pytest.mark.parametrize("field", ["reply_to", "list_unsubscribe"])
@pytest.mark.parametrize("text", ["a b", "x@são.example", "x@y.example\r\nBcc: z@y.example", ""])
def test_what_is_no_address_is_refused(field: str, text: str) -> None:
    with pytest.raises(ValidationError):
        BeneficiarySettings(**{field: text})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("NAME", "山田太郎", "name: the slip cannot print"),
        ("INSTRUCTIONS", '["Pague até 山."]', "instructions: the slip cannot print '山'"),
        ("INSTRUCTIONS", str(["linha"] * 21).replace("'", '"'), "take 21 lines, .* room for 20"),
    ],
)
def test_what_every_slip_would_lose_is_refused(
    field: str, value: str, says: str, fresh_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del fresh_settings
    monkeypatch.setenv(f"COBRANCA_BENEFICIARY__{field}", value)
    with pytest.raises(SettingsInvalid, match=f"COBRANCA_BENEFICIARY .*{says}"):
        get_settings()


def test_a_slip_prints_all_that_is_let_through(
    fresh_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del fresh_settings
    monkeypatch.setenv("COBRANCA_BENEFICIARY__NAME", "Padaria do Zé 😀")
    monkeypatch.setenv("COBRANCA_BENEFICIARY__INSTRUCTIONS", '["Não receber após 30 dias."]')
    assert get_settings().beneficiary.instructions == ["Não receber após 30 dias."]


@pytest.mark.parametrize("name", ["X Y", "X:", "X\r\nBcc", "", "x" * 65])
def test_what_is_no_field_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Settings(smtp_idempotency_header=name)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", ["", " ", "\t"])
def test_a_secret_that_is_set_and_empty_is_refused(
    name: str, value: str, fresh_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=f"{name} is set and empty"):
        get_settings()
    monkeypatch.delenv(name)
    (fresh_settings / "cobranca.env").write_text(f"{name}={value}\n", encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=f"{name} is set and empty"):
        get_settings()


@pytest.mark.parametrize("key", ["k", "k" * 19, "k" * 19 + "é", "k" * 19 + "\n", "two words" * 3])
def test_a_key_that_can_be_guessed_or_not_be_sent_is_refused(
    key: str, fresh_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COBRANCA_API_KEY", key)
    with pytest.raises(SettingsInvalid, match="COBRANCA_API_KEY must have") as refused:
        get_settings()
    assert key not in refused.value.detail


@pytest.mark.parametrize("process", PROCESSES)
def test_no_process_starts_with_an_empty_key(process: str, tmp_path: Path) -> None:
    open_to_all = {"COBRANCA_HOST": "0.0.0.0", "COBRANCA_METRICS_HOST": "0.0.0.0"}  # noqa: S104
    ended = subprocess.run(
        [sys.executable, "-c", "from cobranca.cli import main; main()", process],
        env={
            **{n: v for n, v in os.environ.items() if not n.startswith("COBRANCA_")},
            **open_to_all,
            "COBRANCA_DATA_DIR": str(tmp_path / "data"),
            "COBRANCA_METRICS_PORT": "9",
            "COBRANCA_API_KEY": "",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("COBRANCA_API_KEY is set and empty")
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "::ffff:127.0.0.1"])
def test_this_machines_own_address_needs_no_key(host: str) -> None:
    assert is_loopback(host)
    assert Settings().key_for(host) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.org", "", "127.0.0.1.nip"])  # noqa: S104
def test_any_other_address_needs_one(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(SettingsInvalid, match="COBRANCA_API_KEY"):
        Settings().key_for(host)
