"""Dashboard, alert rules and runbook speak of what the code measures, and of all of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cobranca.infra import metrics

ROOT = Path(__file__).parents[2]
DASHBOARD = json.loads((ROOT / "deploy/grafana/cobranca.json").read_text(encoding="utf-8"))
ALERTS = (ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8")
RULES = [rule for group in yaml.safe_load(ALERTS)["groups"] for rule in group["rules"]]
RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")

_METRIC = re.compile(r"\b(cobranca_\w+)(?:\{([^}]*)\})?")
_LABEL = re.compile(r"(\w+)\s*[=!]~?")


def _families() -> dict[str, tuple[str, set[str]]]:
    """Return every metric of the code by its documented name, with its kind and its labels."""
    found: dict[str, tuple[str, set[str]]] = {}
    for registry in (metrics.REGISTRY, metrics.BACKLOG):
        for collector in set(registry._collector_to_names):
            name = getattr(collector, "_name", "")
            kind = getattr(collector, "_type", "")
            if name:
                full = f"{name}_total" if kind == "counter" else name
                found[full] = (kind, set(collector._labelnames))
    return found


FAMILIES = _families()


def _samples() -> dict[str, set[str]]:
    """Return what may stand in an expression, with the labels that it has there."""
    samples: dict[str, set[str]] = {}
    for name, (kind, labels) in FAMILIES.items():
        if kind == "histogram":
            samples |= {f"{name}_bucket": labels | {"le"}}
            samples |= {f"{name}_sum": labels, f"{name}_count": labels}
        else:
            samples[name] = labels
    return samples


def _expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in RULES)
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


def _unknown(expression: str) -> list[str]:
    """Return the metrics and labels of an expression that the code does not have."""
    samples, wrong = _samples(), []
    for name, selector in _METRIC.findall(expression):
        if name not in samples:
            wrong.append(name)
            continue
        given = set(_LABEL.findall(selector or "")) - {"job", "instance"}
        wrong += [f"{name}{{{label}}}" for label in sorted(given - samples[name])]
    return wrong


def test_code_has_metrics() -> None:
    assert len(FAMILIES) >= 20
    assert all(name.startswith("cobranca_") for name in FAMILIES)


@pytest.mark.parametrize("expression", list(_expressions()))
def test_expression_uses_metrics_that_exist(expression: str) -> None:
    assert not _unknown(expression)
    assert _METRIC.search(expression) or "process_" in expression or "up{" in expression
    assert expression.count("(") == expression.count(")")


@pytest.mark.parametrize(
    "expression",
    ["sum(cobranca_nothing_total)", 'cobranca_batches{outcome="sent"}', "cobranca_mails"],
)
def test_unknown_metrics_and_labels_are_found(expression: str) -> None:
    assert _unknown(expression)


def test_runbook_lists_every_metric_with_its_kind_and_labels() -> None:
    documented = {}
    for name, kind, labels in re.findall(
        r"^\| `(cobranca_\w+)` \| (\w+)(?:; ([\w, ]+))? \|", RUNBOOK, re.MULTILINE
    ):
        documented[name] = (kind, set(labels.split(", ")) if labels else set())
    assert documented == FAMILIES


def test_every_metric_is_looked_at_somewhere() -> None:
    shown = " ".join(_expressions())
    assert not [name for name in FAMILIES if name not in shown]


def test_every_alert_is_in_the_runbook_and_no_other() -> None:
    names = [rule["alert"] for rule in RULES]
    assert names == re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE)
    for rule in RULES:
        anchor = rule["annotations"]["runbook"]
        assert anchor == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]


def test_alerts_named_in_the_runbook_exist() -> None:
    assert set(re.findall(r"\b(Cobranca[A-Z]\w+)", RUNBOOK)) <= {rule["alert"] for rule in RULES}


def test_states_and_outcomes_in_expressions_are_those_of_the_code() -> None:
    from cobranca.domain.billing import BatchState

    known = {*BatchState, "PAUSED", "sent", "failed", "uncertain", "unknown", "warning", "error"}
    for expression in _expressions():
        for values in re.findall(r'(?:state|outcome|level)=~?"([^"]*)"', expression):
            assert set(values.split("|")) <= known


def test_dashboard_can_be_imported() -> None:
    panels: list[dict[str, Any]] = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert DASHBOARD["templating"]["list"][0]["name"] == "datasource"
    for panel in panels:
        assert panel["title"]
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        if panel["type"] != "row":
            assert panel["description"]
            assert panel["datasource"]["uid"] == "${datasource}"


def test_example_of_prometheus_names_its_jobs_as_the_rules_expect() -> None:
    text = (ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8")
    config = yaml.safe_load(text)
    assert config["rule_files"] == ["alerts.yml"]
    assert all(job["job_name"].startswith("cobranca") for job in config["scrape_configs"])
