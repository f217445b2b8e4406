"""The manifests of deploy/kubernetes are whole, and say what the code and the image know."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from cobranca.cli import app as command_line
from cobranca.infra.settings import Settings, is_loopback
from cobranca.worker import KINDS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
OBJECTS: list[dict[str, Any]] = [
    document
    for path in sorted(FOLDER.glob("*.yaml"))
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]
WORKLOADS = [o for o in OBJECTS if o["kind"] in {"Deployment", "Job"}]
DEPLOYMENTS = [o for o in OBJECTS if o["kind"] == "Deployment"]
PROXY = "cobranca-proxy"
#: What runs our image.
OURS = [o for o in WORKLOADS if o["metadata"]["name"] != PROXY]
PROXY_CONFIGURATION = (ROOT / "deploy/proxy/haproxy.cfg").read_text(encoding="utf-8")
API_VERSIONS = {
    "ConfigMap": "v1", "Deployment": "apps/v1", "Job": "batch/v1", "Service": "v1",
    "PodDisruptionBudget": "policy/v1", "ServiceAccount": "v1",
    "NetworkPolicy": "networking.k8s.io/v1",
}  # fmt: skip
#: Variables of the secret, and the setting that each is.
SECRETS = {"DATABASE_URL", "NATS_URL", "COBRANCA_API_KEY", "SMTP_URL"}


def _name(manifest: dict[str, Any]) -> str:
    name: str = manifest["metadata"]["name"]
    return name


def _container(manifest: dict[str, Any]) -> dict[str, Any]:
    (container,) = manifest["spec"]["template"]["spec"]["containers"]
    return container


def _labels(manifest: dict[str, Any]) -> dict[str, str]:
    labels: dict[str, str] = manifest["spec"]["template"]["metadata"]["labels"]
    return labels


def setting_names() -> set[str]:
    """Return the environment variables that are settings."""
    return {
        alias if isinstance(alias := field.validation_alias, str) else f"COBRANCA_{name}".upper()
        for name, field in Settings.model_fields.items()
    }


def test_every_process_is_there_once() -> None:
    names = [(manifest["kind"], _name(manifest)) for manifest in OBJECTS]
    assert len(names) == len(set(names))
    assert {_name(manifest) for manifest in WORKLOADS} == {
        f"cobranca-{part}"
        for part in ("api", "issuer", "notifier", "scheduler", "ui", "migrate", "proxy")
    }
    assert all(manifest["apiVersion"] == API_VERSIONS[manifest["kind"]] for manifest in OBJECTS)


def test_no_secret_is_in_a_file() -> None:
    assert not [manifest for manifest in OBJECTS if manifest["kind"] == "Secret"]
    given = json.dumps([m["data"] for m in OBJECTS if m["kind"] == "ConfigMap"])
    assert not [name for name in SECRETS if name in given]
    for manifest in OURS:
        for variable in _container(manifest).get("env", ()):
            assert variable["name"] in SECRETS
            assert variable["valueFrom"]["secretKeyRef"]["name"] == "cobranca-secrets"


def test_settings_exist_and_are_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    (config,) = [m for m in OBJECTS if m["kind"] == "ConfigMap" and _name(m) == "cobranca"]
    assert set(config["data"]) | SECRETS <= setting_names()
    assert all(isinstance(value, str) for value in config["data"].values())
    for name, value in {**config["data"], "COBRANCA_API_KEY": "k" * 20}.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    ports = {p["name"]: p["containerPort"] for d in DEPLOYMENTS for p in _container(d)["ports"]}
    assert ports["metrics"] == settings.metrics_port
    assert not is_loopback(settings.host)


@pytest.mark.parametrize("manifest", OURS, ids=_name)
def test_command_can_be_run(manifest: dict[str, Any]) -> None:
    program, *words = _container(manifest)["command"]
    assert program == "cobranca"
    assert words[0] in get_command(command_line).commands  # type: ignore[attr-defined]
    if words[1:]:
        assert words[1] == "--role"
        assert set(words[2].split(",")) <= set(KINDS.roles())


def test_all_roles_of_workers_run() -> None:
    commands = [_container(d)["command"] for d in DEPLOYMENTS if d in OURS]
    roles = {word for command in commands if "--role" in command for word in command[-1].split(",")}
    assert roles == set(KINDS.roles())


@pytest.mark.parametrize("manifest", WORKLOADS, ids=_name)
def test_pod_is_bounded_and_has_no_rights(manifest: dict[str, Any]) -> None:
    pod, container = manifest["spec"]["template"]["spec"], _container(manifest)
    assert container["resources"]["limits"]["memory"]
    assert set(container["resources"]["requests"]) == {"cpu", "memory"}
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    rights = container["securityContext"]
    assert rights["readOnlyRootFilesystem"] is True
    assert rights["allowPrivilegeEscalation"] is False
    assert rights["capabilities"] == {"drop": ["ALL"]}
    uid = pod["securityContext"]["runAsUser"]
    if manifest in OURS:
        assert f"--uid {uid}" in (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    assert uid != 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}


@pytest.mark.parametrize("manifest", DEPLOYMENTS, ids=_name)
def test_deployment_has_probes_a_budget_and_its_own_labels(manifest: dict[str, Any]) -> None:
    container = _container(manifest)
    ports = {port["name"] for port in container["ports"]}
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["port"] in ports
    labels = manifest["spec"]["template"]["metadata"]["labels"]
    selectors = [manifest["spec"]["selector"]["matchLabels"]]
    budgets = [o for o in OBJECTS if o["kind"] == "PodDisruptionBudget"]
    (budget,) = [b for b in budgets if _name(b) == _name(manifest)]
    selectors.append(budget["spec"]["selector"]["matchLabels"])
    assert budget["spec"]["maxUnavailable"] < manifest["spec"]["replicas"]
    for selector in selectors:
        assert selector.items() <= labels.items()
    assert all(mount["name"] in _volumes(manifest) for mount in container["volumeMounts"])


def _volumes(manifest: dict[str, Any]) -> set[str]:
    return {volume["name"] for volume in manifest["spec"]["template"]["spec"]["volumes"]}


@pytest.mark.parametrize("service", [o for o in OBJECTS if o["kind"] == "Service"], ids=_name)
def test_service_finds_a_port_of_its_pods(service: dict[str, Any]) -> None:
    wanted: dict[str, str] = service["spec"]["selector"]
    (deployment,) = [d for d in DEPLOYMENTS if wanted.items() <= _labels(d).items()]
    ports = {port["name"] for port in _container(deployment)["ports"]}
    assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports
    if service["spec"].get("type") == "LoadBalancer":
        assert _name(deployment) == PROXY
        assert service["spec"]["externalTrafficPolicy"] == "Local"


def test_proxy_is_the_one_that_is_tested() -> None:
    (config,) = [m for m in OBJECTS if m["kind"] == "ConfigMap" and _name(m) == PROXY]
    assert config["data"] == {"haproxy.cfg": PROXY_CONFIGURATION}
    (proxy,) = [d for d in DEPLOYMENTS if _name(d) == PROXY]
    compose = yaml.safe_load((ROOT / "docker-compose.proxy.yml").read_text(encoding="utf-8"))
    assert _container(proxy)["image"] == compose["services"]["proxy"]["image"]
    given = {v["name"]: v.get("value", "") for v in _container(proxy)["env"]}
    for name, part in (("COBRANCA_PROXY_API", "api"), ("COBRANCA_PROXY_PAGE", "ui")):
        assert f"presetenv {name} " in PROXY_CONFIGURATION
        (service,) = [
            o
            for o in OBJECTS
            if o["kind"] == "Service" and o["metadata"]["name"] == f"cobranca-{part}"
        ]
        port = service["spec"]["ports"][0]["port"]
        assert given[name] == f"cobranca-{part}.$(NAMESPACE).svc.cluster.local:{port}"


def test_database_is_asked_for_with_tls() -> None:
    for path in (FOLDER / "config.yaml", ROOT / "docs" / "scaling.md"):
        text = path.read_text(encoding="utf-8")
        assert re.search(r"database-url='?postgresql://\S*sslmode=verify-full", text), path
