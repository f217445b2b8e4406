"""The network policies of deploy/kubernetes let through what the product needs, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.test_kubernetes import OBJECTS, WORKLOADS

POLICIES: list[dict[str, Any]] = [o["spec"] for o in OBJECTS if o["kind"] == "NetworkPolicy"]
PODS: dict[str, dict[str, str]] = {
    w["metadata"]["name"].removeprefix("cobranca-"): w["spec"]["template"]["metadata"]["labels"]
    for w in WORKLOADS
}
#: Who may come to which port of whom; "monitoring" is a namespace, "anybody" is no selector.
INGRESS = {
    ("anybody", "proxy", 8443), ("anybody", "proxy", 8444),
    ("proxy", "api", 8000), ("monitoring", "api", 8000), ("proxy", "ui", 8888),
    ("monitoring", "issuer", 9400), ("monitoring", "notifier", 9400),
    ("monitoring", "scheduler", 9400),
}  # fmt: skip
DATABASE, NATS, HTTPS, SMTP = 5432, 4222, 443, (465, 587)
#: To which ports each may go, beside names (53), which all may ask for.
EGRESS = {
    "proxy": {8000, 8888},
    "api": {DATABASE, NATS, HTTPS},
    "issuer": {DATABASE, NATS, HTTPS},
    "notifier": {DATABASE, NATS, HTTPS, *SMTP},
    "scheduler": {DATABASE, NATS, HTTPS},
    "migrate": {DATABASE},
    "ui": set[int](),
}


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Return whether a selector takes a pod; only what our policies say is understood."""
    assert selector.keys() <= {"matchLabels", "matchExpressions"}
    assert selector, "an empty selector takes the pods of other products too"
    wanted: dict[str, str] = selector.get("matchLabels", {})
    for term in selector.get("matchExpressions", ()):
        assert term["operator"] == "In"
        if labels.get(term["key"]) not in term["values"]:
            return False
    return wanted.items() <= labels.items()


def _of(pod: str, direction: str) -> list[dict[str, Any]]:
    return [
        policy
        for policy in POLICIES
        if direction.title() in policy["policyTypes"] and _selects(policy["podSelector"], PODS[pod])
    ]


def _peers(rule: dict[str, Any]) -> set[str]:
    if "from" not in rule:
        return {"anybody"}
    found: set[str] = set()
    for peer in rule["from"]:
        (kind,) = peer
        if kind == "podSelector":
            found |= {pod for pod, labels in PODS.items() if _selects(peer[kind], labels)}
        else:
            found.add(peer[kind]["matchLabels"]["kubernetes.io/metadata.name"])
    return found


@pytest.mark.parametrize("pod", sorted(PODS))
@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_everything_is_denied_that_is_not_said(pod: str, direction: str) -> None:
    assert any(not policy.get(direction) for policy in _of(pod, direction))


def test_who_may_come_where() -> None:
    found = {
        (peer, pod, port["port"])
        for pod in PODS
        for policy in _of(pod, "ingress")
        for rule in policy.get("ingress", ())
        for port in rule["ports"]
        for peer in _peers(rule)
    }
    assert found == INGRESS


@pytest.mark.parametrize("pod", sorted(PODS))
def test_where_each_may_go(pod: str) -> None:
    rules = [rule for policy in _of(pod, "egress") for rule in policy.get("egress", ())]
    ports = {port["port"] for rule in rules for port in rule["ports"]}
    assert ports == EGRESS[pod] | {53}
    assert all(rule["to"] for rule in rules)


def test_nobody_may_ask_for_the_machines_credentials() -> None:
    blocks = [
        peer["ipBlock"]
        for policy in POLICIES
        for rule in policy.get("egress", ())
        for peer in rule["to"]
        if "ipBlock" in peer
    ]
    assert blocks
    for block in blocks:
        assert block["cidr"] != "0.0.0.0/0" or block["except"] == ["169.254.0.0/16"]
