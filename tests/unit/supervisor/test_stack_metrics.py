"""Under one supervisor every process has a port of its own for its metrics."""

from __future__ import annotations

from pathlib import Path

from cobranca.infra.settings import Settings
from cobranca.supervisor.stack import Stack


def _ports(tmp_path: Path, metrics_port: int | None) -> dict[str, str | None]:
    settings = Settings(data_dir=tmp_path / "data", workers=2, metrics_port=metrics_port)
    stack = Stack(settings, ui=True, say=lambda _: None)
    return {c.name: c.environment.get("COBRANCA_METRICS_PORT") for c in stack._children}


def test_workers_follow_the_scheduler(tmp_path: Path) -> None:
    ports = _ports(tmp_path, 9400)
    assert (ports["scheduler"], ports["worker-1"], ports["worker-2"]) == ("9400", "9401", "9402")
    assert ports["api"] is None


def test_nothing_is_set_when_metrics_are_off(tmp_path: Path) -> None:
    assert set(_ports(tmp_path, None).values()) == {None}
