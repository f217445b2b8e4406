"""What is counted of what happens, and how calls are labelled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog

from cobranca.http.metrics import Measured
from cobranca.infra import metrics, telemetry
from cobranca.infra.log import set_up_logging

INGESTED = telemetry.UploadIngested(
    upload_public_id="u", repeated=False, records=10, accepted=7, rejected=2, duplicates=1,
    batches=1, seconds=0.5,
)  # fmt: skip
NOTIFIED = telemetry.PayersNotified(
    batch_id=1, upload_id=1, sent=5, failed=2, uncertain=1, waiting=0
)
FAILED = telemetry.WorkFailed(
    kind="issue", work_id=1, subject_id=1, attempt=1, error=ValueError("x")
)


def value(name: str, **labels: str) -> float:
    """Return a metric as a scrape would show it; 0 when it is not there."""
    shown = (metrics.REGISTRY, metrics.BACKLOG)
    found = (registry.get_sample_value(f"cobranca_{name}", labels) for registry in shown)
    return next((number for number in found if number is not None), 0.0)


@pytest.mark.parametrize(
    ("event", "name", "labels", "gain"),
    [
        (INGESTED, "records_total", {"outcome": "accepted"}, 7),
        (INGESTED, "records_total", {"outcome": "rejected"}, 2),
        (INGESTED, "records_total", {"outcome": "duplicate"}, 1),
        (INGESTED, "uploads_total", {"outcome": "new"}, 1),
        (INGESTED, "ingest_seconds_count", {}, 1),
        (replace(INGESTED, repeated=True), "uploads_total", {"outcome": "repeated"}, 1),
        (replace(INGESTED, repeated=True), "records_total", {"outcome": "accepted"}, 0),
        (telemetry.IngestProcessDied(), "ingest_deaths_total", {}, 1),
        (
            telemetry.BoletosIssued(batch_id=1, upload_id=1, boletos=100),
            "boletos_issued_total",
            {},
            100,
        ),
        (NOTIFIED, "mails_total", {"outcome": "sent"}, 0),
        (telemetry.MailsSettled(states={"SENT": 5}), "mails_total", {"outcome": "sent"}, 5),
        (replace(NOTIFIED, waiting=3), "batches_deferred_total", {}, 1),
        (
            telemetry.MailServerUnavailable(category="RATE", detail="d"),
            "smtp_unavailable_total",
            {"category": "RATE"},
            1,
        ),
        (
            telemetry.BounceRead(outcome="BOUNCED", suppressed=True),
            "bounces_total",
            {"outcome": "bounced"},
            1,
        ),
        (FAILED, "work_failures_total", {}, 1),
        (FAILED, "log_lines_total", {"level": "error"}, 1),
        (
            telemetry.WorkTakenOver(kind="issue", work_id=1, subject_id=1, fence=2),
            "leases_lost_total",
            {},
            1,
        ),
        (
            telemetry.EventNotPublished(name="WorkReady", error="e"),
            "events_not_published_total",
            {"event": "WorkReady"},
            1,
        ),
        (telemetry.WorkRepublished(found=4, published=4), "work_republished_total", {}, 4),
        (telemetry.SweepFailed(code="c", detail="d"), "sweeps_failed_total", {}, 1),
    ],
)
@pytest.mark.usefixtures("_logging")
def test_an_event_is_counted(
    event: telemetry.TelemetryEvent, name: str, labels: dict[str, str], gain: int
) -> None:
    set_up_logging("info", "test")
    before = value(name, **labels)
    telemetry.emit(event)
    assert value(name, **labels) - before == gain


@pytest.fixture
def _logging() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.usefixtures("_logging")
@pytest.mark.parametrize(("level", "shown"), [("info", True), ("warning", False)])
def test_a_quiet_log_is_counted_all_the_same(
    capsys: pytest.CaptureFixture[str], level: str, shown: bool
) -> None:
    set_up_logging(level, "test")
    before = value("boletos_issued_total")
    telemetry.emit(telemetry.BoletosIssued(batch_id=1, upload_id=2, boletos=3))
    assert value("boletos_issued_total") - before == 3
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == (["boletos_issued"] if shown else [])


def test_unknown_backlog_is_absent_not_old() -> None:
    metrics.set_backlog({"ISSUED": (2, 900)}, 12.0)
    assert value("batches", state="ISSUED") == 2
    assert value("backlog_billings", state="ISSUED") == 900
    metrics.set_backlog(None, 0.0)
    assert metrics.BACKLOG.get_sample_value("cobranca_batches", {"state": "ISSUED"}) is None
    assert value("database_up") == 0
    assert "cobranca_oldest_unfinished_batch_seconds NaN" in metrics.render(backlog=True).decode()
    assert "cobranca_database_up" not in metrics.render().decode(), "a worker asks no database"


def test_what_an_alert_waits_for_is_there_before_it_happens() -> None:
    text = metrics.render().decode()
    for sample in (
        'cobranca_events_not_published_total{event="WorkReady"}',
        'cobranca_smtp_unavailable_total{category="CONFIGURATION"}',
        'cobranca_mails_total{outcome="uncertain"}',
        'cobranca_log_lines_total{level="error"}',
    ):
        assert f"\n{sample} " in text


def test_disk_is_measured_before_its_folder_is_made(tmp_path: Any) -> None:
    metrics.watch_disk(tmp_path / "not" / "yet")
    assert value("disk_free_bytes") > 0


# ------------------------------------------------------------------------------------- HTTP


async def _call(path: str, route: Any, status: int | None, method: str = "GET") -> None:
    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if route is not None:
            scope["route"] = route
        if status is not None:
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    async def send(_message: Any) -> None:
        """Nobody reads the answer here."""

    await Measured(app)({"type": "http", "method": method, "path": path}, send, send)  # type: ignore[arg-type]


class _Route:
    path = "/billings/{debt_id}"


@pytest.mark.parametrize(
    ("route", "status", "method", "labels"),
    [
        (_Route, 200, "GET", {"route": _Route.path, "method": "GET", "status": "200"}),
        (None, 404, "GET", {"route": "none", "method": "GET", "status": "404"}),
        (_Route, None, "GET", {"route": _Route.path, "method": "GET", "status": "none"}),
        (None, 405, "BREW", {"route": "none", "method": "other", "status": "405"}),
    ],
)
async def test_calls_are_labelled_by_their_route(
    route: Any, status: int | None, method: str, labels: dict[str, str]
) -> None:
    before = value("http_requests_total", **labels)
    await _call("/billings/anything", route, status, method)
    assert value("http_requests_total", **labels) - before == 1
    assert "anything" not in metrics.render().decode()
