"""OpenTelemetry's SDK, exporting by OTLP over HTTP. Imported only by processes that trace.

All of its own OTEL_* variables hold: endpoint, headers, sampler, sizes of the queue.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from cobranca.domain.errors import CobrancaError
from cobranca.infra.log import get_logger
from cobranca.infra.span import Span

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence


log = get_logger()

_W3C = TraceContextTextMapPropagator()
#: What the end of a process may wait for a collector that does not answer, in seconds.
_CLOSE_S = 2.0


class Exported:
    """The spans of one process on their way to a collector.

    They wait in a bounded queue and leave in a thread: a collector that is down or slow costs
    spans, never work.
    """

    def __init__(self, process: str) -> None:
        """Begin to export as service `cobranca-{process}`, or OTEL_SERVICE_NAME instead."""
        service = os.environ.get("OTEL_SERVICE_NAME") or "cobranca"
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": f"{service}-{process}"}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(_Told(OTLPSpanExporter())))
        self._tracer = self._provider.get_tracer("cobranca")
        # Its own lines, one for each failed attempt, say what `_Told` says once.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        atexit.register(self.close)

    @contextmanager
    def span(self, name: str, *, parent: str | None, server: bool) -> Generator[TracedSpan]:
        """Begin a span, and end it with the body."""
        with self._tracer.start_as_current_span(
            name,
            context=_W3C.extract({"traceparent": parent}) if parent else None,
            kind=trace.SpanKind.SERVER if server else trace.SpanKind.INTERNAL,
            record_exception=False,  # Its text may hold a payer's data.
            set_status_on_exception=False,
        ) as begun:
            traced = TracedSpan(begun)
            try:
                yield traced
            except Exception as error:
                traced.fail(error)
                raise

    def current(self) -> TracedSpan:
        """Return the span that is under way."""
        return TracedSpan(trace.get_current_span())

    def close(self) -> None:
        """Export what waits, for a moment at the most."""
        atexit.unregister(self.close)
        last = threading.Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(_CLOSE_S)


class TracedSpan(Span):
    """A span of OpenTelemetry's."""

    def __init__(self, begun: trace.Span) -> None:
        """Wrap it."""
        self._span = begun

    def note(self, **attributes: str | int) -> None:
        """Add ids and counts."""
        for name, value in attributes.items():
            dotted = name.replace("__", ".") if "__" in name else f"cobranca.{name}"
            self._span.set_attribute(dotted, value)

    def rename(self, name: str) -> None:
        """Change the name."""
        self._span.update_name(name)

    def fail(self, why: Exception | str) -> None:
        """Set the status to ERROR."""
        if isinstance(why, Exception):
            why = why.code if isinstance(why, CobrancaError) else type(why).__name__
        self._span.set_attribute("error.type", why)
        self._span.set_status(trace.StatusCode.ERROR)

    @property
    def trace_id(self) -> str:
        """The trace's id, 32 hexadecimal digits."""
        return trace.format_trace_id(self._span.get_span_context().trace_id)

    @property
    def traceparent(self) -> str | None:
        """What makes work elsewhere its child (W3C); None when nothing is under way."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier, trace.set_span_in_context(self._span))
        return carrier.get("traceparent")


class _Told(SpanExporter):
    """Says once that spans do not get through, and once that they do again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._working = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        working = result is SpanExportResult.SUCCESS
        if working != self._working:
            self._working = working
            if working:
                log.info("traces_exported_again")
            else:
                log.warning("traces_not_exported")
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()
