"""Traces as a collector gets them: one for an upload, through API, ingest and workers."""

from __future__ import annotations

import gzip
import json
import logging
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from structlog.testing import capture_logs

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from cobranca.infra import tracing
from cobranca.notifications.service import Notifier
from tests.support.factories import add_upload, statuses
from tests.support.product import Product, free_port, wait_for
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources

CALLERS_TRACE, CALLERS_SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{CALLERS_TRACE}-{CALLERS_SPAN}-01"
BATCHES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """One span as it arrived."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    service: str
    failed: bool


@dataclass(slots=True)
class Collector:
    """An OTLP/HTTP receiver; it answers no request before `answering` is set."""

    url: str = ""
    spans: list[Got] = field(default_factory=list[Got])
    bodies: list[bytes] = field(default_factory=list[bytes])
    answering: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)

    def take(self, body: bytes) -> None:
        """Keep what one request brought."""
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = {a.key: a.value.string_value for a in resource.resource.attributes}
            self.spans += [
                Got(
                    name=span.name,
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    service=service["service.name"],
                    failed=span.status.code == span.status.STATUS_CODE_ERROR,
                )
                for scope in resource.scope_spans
                for span in scope.spans
            ]


@contextmanager
def running_collector(port: int = 0) -> Iterator[Collector]:
    """Listen for spans on a port, or a free one."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.asked.set()
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.answering.wait(60)
            zipped = self.headers.get("Content-Encoding") == "gzip"
            collector.take(gzip.decompress(body) if zipped else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield collector
    finally:
        collector.answering.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Return a collector that answers at once."""
    with running_collector() as running:
        running.answering.set()
        yield running


@pytest.fixture
def traced_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Let this process trace, as the test's environment says; it traces no more at the end."""
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    yield monkeypatch
    tracing.stop_tracing()


@pytest.mark.stack
def test_one_trace_follows_an_upload_through_all_processes(collector: Collector) -> None:
    content = b"".join(generate_csv(SampleOptions(rows=200, seed=7)))
    settings = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "COBRANCA_BATCH_ROWS": str(200 // BATCHES),
    }
    with tempfile.TemporaryDirectory(prefix="cobranca-traced-") as folder:
        Path(folder).chmod(0o711)
        data_dir = Path(folder) / "data"
        with Product(data_dir, **settings) as product:
            answer = httpx.post(
                f"{product.api_url}/billings/csv/upload",
                content=content,
                headers={"Content-Type": "text/csv", "traceparent": TRACEPARENT},
                timeout=60,
            ).json()
            product.wait_until_ended(answer["upload_id"])
            wait_for(lambda: "upload_finished" in _names(collector), 60, "the last span")
        lines = [
            json.loads(line)
            for log in (data_dir / "logs").glob("*.log")
            for line in log.read_text().splitlines()
            if line.startswith("{")
        ]
    spans = [span for span in collector.spans if span.trace_id == CALLERS_TRACE]
    _check_parents(spans)
    assert {span.service for span in spans} == {
        "cobranca-api", "cobranca-ingest", "cobranca-worker"
    }  # fmt: skip
    assert not [span for span in spans if span.failed]
    traced = Counter(line["event"] for line in lines if line.get("trace_id") == CALLERS_TRACE)
    assert traced["upload_ingested"] == traced["upload_finished"] == 1
    assert traced["boletos_issued"] == traced["payers_notified"] == BATCHES
    _check_no_personal_data(collector.bodies, content)


def _names(collector: Collector) -> set[str]:
    return {span.name for span in collector.spans}


def _check_parents(spans: list[Got]) -> None:
    """Compare the tree of names, each with how many there are, with the line's."""
    by_id = {span.span_id: span for span in spans}
    tree = Counter(
        (by_id[span.parent_id].name if span.parent_id in by_id else span.parent_id, span.name)
        for span in spans
    )
    request = "POST /billings/csv/upload"
    once = [(CALLERS_SPAN, request)]
    once += [(request, name) for name in ("receive", "ingest", "upload_finished")]
    once += [("ingest", "copy"), ("ingest", "commit")]
    each = [(request, "issue"), (request, "notify")]
    each += [("issue", name) for name in ("render", "store", "write")]
    each += [("notify", name) for name in ("compose", "deliver", "finish")]
    reads = tree.pop(("ingest", "read"))
    assert reads >= 1
    assert tree == Counter(once) + Counter(dict.fromkeys(each, BATCHES))


def _check_no_personal_data(bodies: list[bytes], content: bytes) -> None:
    sent = b"".join(bodies)
    for line in content.splitlines()[1:]:
        name, tax_id, email, _, _, debt_id = line.split(b",")
        for value in (name, email, debt_id):
            assert value not in sent
        assert tax_id not in sent or len(tax_id) < 6


async def test_a_batch_belongs_to_its_uploads_trace_whoever_finds_it(
    resources: Resources, collector: Collector, traced_to: pytest.MonkeyPatch
) -> None:
    await add_upload(resources, rows=10)
    async with resources.database.transaction() as c:
        await c.execute("UPDATE work_group SET traceparent = %s", [TRACEPARENT])
    traced_to.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    tracing.set_up_tracing("test")
    await issue_batch(resources)
    await notify_batch(resources, Notifier(resources))
    tracing.stop_tracing()
    roots = {s.name: s.trace_id for s in collector.spans if s.parent_id == CALLERS_SPAN}
    assert roots == dict.fromkeys(("issue", "notify"), CALLERS_TRACE)


async def test_a_failed_batch_is_marked_without_its_errors_words(
    resources: Resources, collector: Collector, traced_to: pytest.MonkeyPatch
) -> None:
    await add_upload(resources, rows=10)
    traced_to.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    traced_to.setattr(
        "cobranca.boletos.pdf.render_batch", lambda *_: (_ for _ in ()).throw(ValueError("Ana 3"))
    )
    tracing.set_up_tracing("test")
    await issue_batch(resources)
    tracing.stop_tracing()
    assert {s.name for s in collector.spans if s.failed} == {"issue", "render"}
    sent = b"".join(collector.bodies)
    assert b"ValueError" in sent
    assert b"Ana 3" not in sent


async def test_a_collector_that_hangs_holds_nothing_up(
    resources: Resources, traced_to: pytest.MonkeyPatch
) -> None:
    upload = await add_upload(resources, rows=10)
    with running_collector() as hanging:
        traced_to.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", hanging.url)
        tracing.set_up_tracing("test")
        with tracing.span("first"):
            pass
        assert hanging.asked.wait(30)
        await issue_batch(resources)
        for _ in range(5000):  # More than its queue takes.
            with tracing.span("one more"):
                pass
        assert await statuses(resources, upload["id"]) == {"ISSUED": 10}
        tracing.stop_tracing()
        assert not hanging.answering.is_set()


def test_a_collector_that_is_down_is_told_once_and_its_return_once(
    traced_to: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[bool] = []
    export = OTLPSpanExporter.export

    def counted(self: OTLPSpanExporter, spans: object) -> object:
        result = export(self, spans)  # pyright: ignore[reportArgumentType]
        tries.append(result.name == "SUCCESS")
        return result

    traced_to.setattr(OTLPSpanExporter, "export", counted)
    traced_to.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
    port = free_port()
    traced_to.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
    with caplog.at_level(logging.WARNING), capture_logs() as lines:
        tracing.set_up_tracing("test")

        def tried(times: int) -> bool:
            with tracing.span("work"):
                return len(tries) >= times

        wait_for(lambda: tried(3), 60, "three failed exports")
        assert not any(tries)
        with running_collector(port) as back:
            back.answering.set()
            wait_for(lambda: tried(0) and any(tries), 60, "an export")
            tracing.stop_tracing()
    # On a machine that is too busy for one export after it was back, this begins anew.
    told = [line["event"] for line in lines]
    assert told[:2] == ["traces_not_exported", "traces_exported_again"]
    assert all(one != other for one, other in pairwise(told))
    assert caplog.records == []


_OFF = """
import sys
import cobranca.api, cobranca.worker, cobranca.uploads.ingest
from cobranca.infra import tracing
tracing.set_up_tracing("api")
with tracing.span("work", rows=1) as span:
    span.note(rows=2)
    assert tracing.traceparent() is None
sdk = ("opentelemetry.sdk", "opentelemetry.exporter")
sys.exit(", ".join(name for name in sys.modules if name.startswith(sdk)) or 0)
"""


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_off_nothing_of_the_sdk_is_imported(variables: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _OFF],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
