"""A database that cannot be migrated is told in words, by every command that migrates one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from cobranca.cli import app
from cobranca.domain.errors import Transient
from cobranca.infra import migrations
from cobranca.infra.settings import get_settings
from cobranca.supervisor.embedded.free_port import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

COMMANDS = ("migrate", "up", "bill")


@pytest.fixture(autouse=True)
def _installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set an installation whose servers are elsewhere, and do not answer."""
    host = "127.0.0.1"
    monkeypatch.setenv("COBRANCA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COBRANCA_API_PORT", str(free_port(host)))
    monkeypatch.setenv("COBRANCA_UI_PORT", str(free_port(host)))
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{host}:{free_port(host)}/none")
    monkeypatch.setenv("NATS_URL", f"nats://{host}:{free_port(host)}")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.mark.parametrize("command", COMMANDS)
def test_tables_that_others_hold_are_told_with_what_to_do(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_url: str) -> list[str]:
        raise Transient("Look for old ones in pg_stat_activity")

    monkeypatch.setattr(migrations, "migrate", busy)
    answer = _run(command, tmp_path)
    assert (answer.exit_code, answer.stderr) == (1, "Look for old ones in pg_stat_activity\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_does_not_answer_is_told(command: str, tmp_path: Path) -> None:
    answer = _run(command, tmp_path)
    assert answer.exit_code == 1
    assert "The database of DATABASE_URL cannot be migrated" in answer.stderr
    assert "Traceback" not in answer.stderr


def _run(command: str, folder: Path) -> Result:
    file = folder / "debts.csv"
    file.touch()
    return CliRunner().invoke(app, [command, *([str(file)] if command == "bill" else [])])
