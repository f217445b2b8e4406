"""docker-compose.yml says what the code and the image know, and its workers can be many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from cobranca.cli import app as command_line
from tests.unit.test_kubernetes import setting_names

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(
    (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
)["services"]
OURS = ("migrate", "server", "client", "worker", "scheduler")
#: What deploy/entrypoint.sh makes settings of.
TURNED = {"COBRANCA_DATABASE_HOST", "COBRANCA_NATS_HOST"}


@pytest.mark.parametrize("name", OURS)
def test_command_and_settings_exist(name: str) -> None:
    program, word = SERVICES[name]["command"]
    assert program == "cobranca"
    assert word in get_command(command_line).commands  # type: ignore[attr-defined]
    assert set(SERVICES[name]["environment"]) <= setting_names() | TURNED


@pytest.mark.parametrize("name", ["worker", "scheduler"])
def test_service_can_run_many_times_on_one_machine(name: str) -> None:
    assert not {"ports", "container_name", "hostname"} & SERVICES[name].keys()


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"secrets", "migrate"}))
def test_service_that_stays_is_started_again_and_watched(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
