"""What a process counts and times, for Prometheus. No personal data, and every label is bounded.

Counters of the pipeline are fed by the telemetry's events, so that the code which works says once
what happened. Counters begin at 0 with the process.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, get_args

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
from cobranca.infra import telemetry
from cobranca.infra.disk import free_bytes
from cobranca.infra.log import watch_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cobranca.infra.telemetry import TelemetryEvent, UploadIngested

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
CONNECTIONS_ENDED = _counter(
    "connections_ended_total", "Connections that a bound has ended before or within a call", "code"
)
BOLETOS = _counter("boletos_issued_total", "Boletos issued")
MAILS = _counter("mails_total", "Mails whose outcome is written down for good", "outcome")
BOUNCES = _counter("bounces_total", "Messages that came back, by what became of them", "outcome")
MAILS_DEFERRED = _counter("batches_deferred_total", "Batches laid by for mails to be tried again")
SMTP_UNAVAILABLE = _counter("smtp_unavailable_total", "Mail server not to be had", "category")
MAIL_HOLDS = _counter("mail_holds_total", "Times that all mails of our account were held", "cause")
WORK_FAILURES = _counter("work_failures_total", "Work given back after an error")
LEASES_LOST = _counter("leases_lost_total", "Batches that another worker had taken over")
EVENTS_LOST = _counter("events_not_published_total", "Events that the sweep must publish", "event")
REPUBLISHED = _counter("work_republished_total", "Stalled work that the sweep found")
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

_RECORD_OUTCOMES = ("accepted", "rejected", "duplicate")
for _family, _values in (
    (UPLOADS, ("new", "repeated")),
    (RECORDS, _RECORD_OUTCOMES),
    (MAILS, ("sent", "failed", "uncertain")),
    (BOUNCES, ("bounced", "repeated", "delayed", "ignored", "unknown")),
    (SMTP_UNAVAILABLE, tuple(Category)),
    (MAIL_HOLDS, ("quota", "account", "brake")),
    (EVENTS_LOST, tuple(event.__name__ for event in get_args(Event))),
    (LOG_LINES, ("warning", "error")),
):
    for _value in _values:
        _family.labels(_value)  # An alert on an increase needs the zero before it.


def render(*, backlog: bool = False) -> bytes:
    """Return this process's metrics in the text format, and on demand the backlog's."""
    return generate_latest(REGISTRY) + (generate_latest(BACKLOG) if backlog else b"")


def watch_disk(folder: Path) -> None:
    """Measure the disk of `folder` at every scrape; the folder need not be there yet."""
    DISK_FREE.set_function(partial(free_bytes, folder))


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


def count(event: TelemetryEvent) -> None:
    """Count an event; of most there is nothing to count."""
    match event:
        case telemetry.UploadIngested():
            _count_upload(event)
        case telemetry.IngestProcessDied():
            INGEST_DEATHS.inc()
        case telemetry.BoletosIssued():
            BOLETOS.inc(event.boletos)
        case telemetry.PayersNotified() if event.waiting:
            MAILS_DEFERRED.inc()
        case telemetry.MailsSettled():
            for state, mails in event.states.items():
                MAILS.labels(state.lower()).inc(mails)
        case telemetry.BounceRead():
            BOUNCES.labels(event.outcome.lower()).inc()
        case telemetry.MailServerUnavailable():
            SMTP_UNAVAILABLE.labels(event.category).inc()
        case telemetry.MailHeld():
            MAIL_HOLDS.labels(event.cause).inc()
        case _:
            _count_work(event)


def _count_upload(event: UploadIngested) -> None:
    UPLOADS.labels("repeated" if event.repeated else "new").inc()
    if event.repeated:
        return
    INGEST_SECONDS.observe(event.seconds)
    counts = (event.accepted, event.rejected, event.duplicates)
    for outcome, records in zip(_RECORD_OUTCOMES, counts, strict=True):
        RECORDS.labels(outcome).inc(records)


def _count_work(event: TelemetryEvent) -> None:
    match event:
        case telemetry.WorkFailed():
            WORK_FAILURES.inc()
        case telemetry.WorkTakenOver():
            LEASES_LOST.inc()
        case telemetry.EventNotPublished():
            EVENTS_LOST.labels(event.name).inc()
        case telemetry.WorkRepublished():
            REPUBLISHED.inc(event.found)
        case telemetry.SweepFailed():
            SWEEPS_FAILED.inc()
        case _:
            pass


telemetry.subscribe(count)
watch_lines(lambda level: LOG_LINES.labels(level).inc())
