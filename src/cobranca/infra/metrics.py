"""What a process counts and times, for Prometheus. No personal data, and every label is bounded.

Counters of the pipeline are fed by the log: a line that says what happened is counted by
`count_event`, so that the code which works says it once. Counters begin at 0 with the process.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from cobranca.domain.events import Event
from cobranca.domain.mail_reply import Category

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping
    from pathlib import Path

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
disable_created_metrics()  # When a counter began is the process's start, told once.
REGISTRY = CollectorRegistry()
#: What the database says, for every process alike; only the API asks it.
BACKLOG = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_HTTP_BUCKETS_S = (0.005, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 120.0)
_INGEST_BUCKETS_S = (0.1, 0.3, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(f"cobranca_{name}", text, labels, registry=REGISTRY)


def _gauge(name: str, text: str, *labels: str, registry: CollectorRegistry = REGISTRY) -> Gauge:
    return Gauge(f"cobranca_{name}", text, labels, registry=registry)


HTTP_REQUESTS = _counter("http_requests_total", "Answers", "route", "method", "status")
HTTP_SECONDS = Histogram(
    "cobranca_http_request_seconds",
    "From the call to the first byte of its answer; an upload's body is part of it",
    ("route", "method"),
    buckets=_HTTP_BUCKETS_S,
    registry=REGISTRY,
)
UPLOADS = _counter("uploads_total", "Files read: new, or the same bytes again", "outcome")
RECORDS = _counter("records_total", "Records of new files by what became of them", "outcome")
INGEST_SECONDS = Histogram(
    "cobranca_ingest_seconds",
    "Reading one file into the database, waiting for its turn included",
    buckets=_INGEST_BUCKETS_S,
    registry=REGISTRY,
)
INGEST_DEATHS = _counter("ingest_deaths_total", "Reading processes that died at work")
REFUSED = _counter("calls_refused_total", "Calls turned away because a bound was reached", "code")
PLACES_TAKEN = _gauge(
    "places_taken", "Bounded places in use, by the code of the refusal when none is left", "code"
)
BOLETOS = _counter("boletos_issued_total", "Boletos issued")
MAILS = _counter("mails_total", "Mails whose outcome is written down for good", "outcome")
BOUNCES = _counter("bounces_total", "Messages that came back, by what became of them", "outcome")
MAILS_DEFERRED = _counter("batches_deferred_total", "Batches laid by for mails to be tried again")
SMTP_UNAVAILABLE = _counter("smtp_unavailable_total", "Mail server not to be had", "category")
BATCH_FAILURES = _counter("batch_failures_total", "Batches given back after an error")
LEASES_LOST = _counter("leases_lost_total", "Batches that another worker had taken over")
EVENTS_LOST = _counter("events_not_published_total", "Events that the sweep must tell", "subject")
TOLD_AGAIN = _counter("batches_told_again_total", "Batches that the sweep found standing still")
SWEEPS_FAILED = _counter("sweeps_failed_total", "Sweeps that an error cut off")
SWEPT_AT = _gauge(
    "sweep_last_success_timestamp_seconds", "When the last whole sweep ended; 0 where none is made"
)
LOG_LINES = _counter("log_lines_total", "Lines of the log, also those below its level", "level")

DISK_FREE = _gauge("disk_free_bytes", "Free on the disk of the data folder")

DATABASE_UP = _gauge("database_up", "Whether the database answered this scrape", registry=BACKLOG)
BATCHES = _gauge(
    "batches",
    "Batches that have not ended, and stopped ones, by state; PAUSED are those of paused files",
    "state",
    registry=BACKLOG,
)
BILLINGS = _gauge(
    "backlog_billings", "Billings of these batches, by the batch's state", "state", registry=BACKLOG
)
OLDEST_S = _gauge(
    "oldest_unfinished_batch_seconds",
    "Age of the file of the oldest batch that has neither ended nor been stopped or paused",
    registry=BACKLOG,
)

_UPLOAD_OUTCOMES = ("new", "repeated")
_RECORD_OUTCOMES = ("accepted", "rejected", "duplicate")
_MAIL_OUTCOMES = ("sent", "failed", "uncertain")
_BOUNCE_OUTCOMES = ("bounced", "repeated", "delayed", "ignored", "unknown")
for _family, _values in (
    (UPLOADS, _UPLOAD_OUTCOMES),
    (RECORDS, _RECORD_OUTCOMES),
    (MAILS, _MAIL_OUTCOMES),
    (BOUNCES, _BOUNCE_OUTCOMES),
    (SMTP_UNAVAILABLE, tuple(Category)),
    (EVENTS_LOST, tuple(event.subject for event in get_args(Event))),
    (LOG_LINES, ("warning", "error")),
):
    for _value in _values:
        _family.labels(_value)  # An alert on an increase needs the zero before it.


def render(*, backlog: bool = False) -> bytes:
    """Return this process's metrics in the text format, and on demand the backlog's."""
    return generate_latest(REGISTRY) + (generate_latest(BACKLOG) if backlog else b"")


def watch_disk(folder: Path) -> None:
    """Measure the disk of `folder` at every scrape; the folder need not be there yet."""

    def free_bytes() -> float:
        for place in (folder, *folder.absolute().parents):
            if place.exists():
                return shutil.disk_usage(place).free
        return 0

    DISK_FREE.set_function(free_bytes)


def set_backlog(states: Mapping[str, tuple[int, int]] | None, oldest_s: float) -> None:
    """Show batches and billings by state; None when the database did not answer.

    An unknown backlog is absent rather than old or zero.
    """
    DATABASE_UP.set(states is not None)
    BATCHES.clear()
    BILLINGS.clear()
    OLDEST_S.set(oldest_s if states is not None else float("nan"))
    for state, (batches, billings) in (states or {}).items():
        BATCHES.labels(state).set(batches)
        BILLINGS.labels(state).set(billings)


def count_mails(states: Mapping[str, int]) -> None:
    """Count mails by the state that was committed; there is no line of the log for each chunk."""
    for state, mails in states.items():
        MAILS.labels(state.lower()).inc(mails)


def count_event(_logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
    """Count a line of the log (a structlog processor); the line passes unchanged."""
    LOG_LINES.labels("error" if method in {"exception", "critical"} else method).inc()
    # A line that says less than expected counts as nothing: counting never stops the work.
    count = _EVENTS.get(event.get("event", ""))
    if count is not None:
        count(event)
    return event


def _ingested(event: Mapping[str, Any]) -> None:
    repeated = event.get("repeated", False)
    UPLOADS.labels("repeated" if repeated else "new").inc()
    if repeated:
        return
    INGEST_SECONDS.observe(event.get("seconds", 0))
    for outcome, key in zip(_RECORD_OUTCOMES, ("accepted", "rejected", "duplicates"), strict=True):
        RECORDS.labels(outcome).inc(event.get(key, 0))


def _notified(event: Mapping[str, Any]) -> None:
    if event.get("waiting", 0):
        MAILS_DEFERRED.inc()


_EVENTS: dict[str, Callable[[Mapping[str, Any]], None]] = {
    "upload_ingested": _ingested,
    "ingest_process_died": lambda _: INGEST_DEATHS.inc(),
    "boletos_issued": lambda event: BOLETOS.inc(event.get("boletos", 0)),
    "payers_notified": _notified,
    "bounce_read": lambda event: BOUNCES.labels(event.get("outcome", "").lower()).inc(),
    "smtp_server_unavailable": lambda event: SMTP_UNAVAILABLE.labels(
        event.get("category", "")
    ).inc(),
    "batch_failed": lambda _: BATCH_FAILURES.inc(),
    "batch_taken_over": lambda _: LEASES_LOST.inc(),
    "event_not_published": lambda event: EVENTS_LOST.labels(event.get("subject", "")).inc(),
    "batches_told_again": lambda event: TOLD_AGAIN.inc(event.get("found", 0)),
    "sweep_failed": lambda _: SWEEPS_FAILED.inc(),
}
