"""Traces that follow one upload through all processes, when OpenTelemetry's own variables ask so.

OTEL_EXPORTER_OTLP_ENDPOINT switches it on. Off, a span is a bare call, and nothing of OpenTelemetry
is imported here. No span carries personal data: attributes are ids and counts, and of an error its
code or its class, never its text.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from structlog.contextvars import bound_contextvars

from cobranca.infra.span import Span

if TYPE_CHECKING:
    from collections.abc import Generator

    from cobranca.infra.otlp import Exported

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

#: What takes this process's spans; None while tracing is off.
_exported: Exported | None = None

_NOTHING = Span()


def set_up_tracing(process: str) -> None:
    """Export this process's spans as `cobranca-{process}` if the environment says where to."""
    global _exported  # noqa: PLW0603 - one a process, as OpenTelemetry has it.
    if _exported is None and _wanted():
        # The SDK costs memory and time at the start: only who traces pays.
        from cobranca.infra.otlp import Exported  # noqa: PLC0415

        _exported = Exported(process)


def stop_tracing() -> None:
    """Export what waits, for a moment at the most, and trace no more."""
    global _exported  # noqa: PLW0603
    if _exported is not None:
        _exported.close()
        _exported = None


def is_tracing() -> bool:
    """Whether spans are exported."""
    return _exported is not None


@contextmanager
def span(
    name: str, *, parent: str | None = None, server: bool = False, **attributes: str | int
) -> Generator[Span]:
    """Time the body as a child of `parent` (a W3C traceparent), or of the span that is under way.

    Lines of the log written meanwhile carry its trace_id. An exception marks it as failed.
    """
    if _exported is None:
        yield _NOTHING
        return
    with _exported.span(name, parent=parent, server=server) as traced:
        traced.note(**attributes)
        with bound_contextvars(trace_id=traced.trace_id):
            yield traced


def note(**attributes: str | int) -> None:
    """Add ids and counts to the span that is under way."""
    if _exported is not None:
        _exported.current().note(**attributes)


def traceparent() -> str | None:
    """Return the span that is under way, for work elsewhere to be its child; None while off."""
    return _exported.current().traceparent if _exported is not None else None


def _wanted() -> bool:
    env = os.environ
    off = env.get("OTEL_SDK_DISABLED", "").lower() == "true" or (
        env.get("OTEL_TRACES_EXPORTER", "otlp") != "otlp"
    )
    return not off and any(env.get(name) for name in _ENDPOINTS)
