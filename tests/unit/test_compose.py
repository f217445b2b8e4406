"""The compose files say what code and image know; no service has more than it needs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from cobranca.cli import app as command_line
from tests.unit.test_kubernetes import setting_names

ROOT = Path(__file__).parents[2]


def _read(name: str) -> dict[str, dict[str, Any]]:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))["services"]


SERVICES = _read("docker-compose.yml")
PROXY = _read("docker-compose.proxy.yml")
EVERY = {**SERVICES, "proxy": PROXY["proxy"]}
OURS = ("migrate", "server", "client", "worker", "scheduler")
#: What deploy/entrypoint.sh makes settings of.
TURNED = {"COBRANCA_DATABASE_HOST", "COBRANCA_NATS_HOST"}
#: Volumes with secrets, and who mounts them; `secrets` makes them all.
SECRETS_OF = {
    "secrets-product": {"server", "worker", "scheduler"},
    "secrets-migrate": {"migrate"},
    "secrets-postgresql": {"postgresql"},
    "secrets-nats": {"nats"},
    "secrets": set[str](),
    "tls": set[str](),
}


@pytest.mark.parametrize("name", OURS)
def test_command_and_settings_exist(name: str) -> None:
    program, word = SERVICES[name]["command"]
    assert program == "cobranca"
    assert word in get_command(command_line).commands  # type: ignore[attr-defined]
    given = {**SERVICES[name]["environment"], **PROXY.get(name, {}).get("environment", {})}
    assert set(given) <= setting_names() | TURNED


@pytest.mark.parametrize("name", ["worker", "scheduler"])
def test_service_can_run_many_times_on_one_machine(name: str) -> None:
    assert not {"ports", "container_name", "hostname"} & SERVICES[name].keys()


@pytest.mark.parametrize("name", sorted(EVERY.keys() - {"secrets", "migrate"}))
def test_service_that_stays_is_started_again_and_watched(name: str) -> None:
    assert EVERY[name]["restart"] == "unless-stopped"
    assert EVERY[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", sorted(EVERY))
def test_service_has_no_rights_and_bounds(name: str) -> None:
    service = EVERY[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert all("size=" in folder for folder in service["tmpfs"])
    assert service["pids_limit"] <= 512
    assert service["mem_limit"]
    root = service["user"].startswith("0:")
    assert root == (name == "secrets")
    assert set(service.get("cap_add", ())) == (
        {"CHOWN", "DAC_OVERRIDE", "FOWNER"} if root else set()
    )
    assert not root or service["network_mode"] == "none"


def test_secrets_are_where_they_are_needed_and_nowhere_else() -> None:
    for volume, users in SECRETS_OF.items():
        mounting = {
            name: mounted
            for name, service in EVERY.items()
            for mounted in service["volumes"]
            if mounted.partition(":")[0] == volume
        }
        assert mounting.keys() - {"secrets"} == users, volume
        assert "secrets" in mounting
        assert all(mounting[name].endswith(":/secrets:ro") for name in users)
    assert not SERVICES["client"]["volumes"]
    assert not {"database", "events"} & set(SERVICES["client"]["networks"])


def test_accounts_are_those_that_the_secrets_are_given_to() -> None:
    script = (ROOT / "deploy/make-secrets.sh").read_text(encoding="utf-8")
    given = dict(re.findall(r"(\w+)_UID:-(\d+)", script))
    users = {"PRODUCT": "server", "POSTGRESQL": "postgresql", "NATS": "nats", "PROXY": "proxy"}
    assert {kind: EVERY[name]["user"] for kind, name in users.items()} == {
        kind: f"{uid}:{uid}" for kind, uid in given.items()
    }


def test_only_the_proxy_is_published_to_others() -> None:
    for name, service in EVERY.items():
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:" if name != "proxy" else "${COBRANCA_PUBLISH:-")
    assert PROXY["client"]["environment"]["COBRANCA_PUBLIC_API_URL"].endswith(":8444}")


@pytest.mark.parametrize("name", sorted(EVERY))
def test_image_is_ours_or_an_exact_version(name: str) -> None:
    image = EVERY[name]["image"]
    assert image == "cobranca" or re.search(r":\d+\.\d+(\.\d+)?-\w+(@sha256:[0-9a-f]{64})?$", image)


def test_image_is_built_from_an_exact_version() -> None:
    text = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", bases[0])
