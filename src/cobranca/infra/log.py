"""Structured logs: a JSON object a line, on standard error; ids, never personal data."""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import structlog
import structlog.tracebacks

from cobranca.infra import telemetry

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from cobranca.infra.telemetry import TelemetryEvent

#: Without the frames' locals, which hold payers' data.
_TRACEBACKS = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
_NAME = re.compile(r"(?<!^)(?=[A-Z])")
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
#: From here up a line is counted, also when the log is told to be quieter.
_COUNTED = _LEVELS["info"]


def set_up_logging(level: str, process: str) -> None:
    """Send this process's own logs and the libraries' warnings to standard error as JSON lines."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format='{"event":"%(message)s","logger":"%(name)s"}',
    )
    structlog.configure(
        processors=[
            _count_line,
            _dropping_below(_LEVELS[level]),
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_TRACEBACKS),
            structlog.processors.JSONRenderer(),
        ],
        # What is only counted passes here, and is dropped once it has been.
        wrapper_class=structlog.make_filtering_bound_logger(min(_LEVELS[level], _COUNTED)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)


def watch_lines(watcher: Callable[[str], None]) -> None:
    """Tell `watcher` the level of every line, also of those that a quiet log drops."""
    _line_watchers.append(watcher)


_line_watchers: list[Callable[[str], None]] = []


def _count_line(_logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
    level = "error" if method in {"exception", "critical"} else method
    for watcher in _line_watchers:
        watcher(level)
    return event


def _dropping_below(level: int) -> Any:
    def drop(_logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
        if _LEVELS.get(method, _LEVELS["error"]) < level:
            raise structlog.DropEvent
        return event

    return drop


def get_logger() -> Any:
    """Return the logger that every module uses."""
    return structlog.get_logger()


def _write(event: TelemetryEvent) -> None:
    """Write an event of the telemetry as a line, named in snake case."""
    said = {field.name: getattr(event, field.name) for field in fields(event)}
    error = said.pop("error", None)
    if isinstance(error, Exception):
        said["exc_info"] = error
    elif error is not None:
        said["error"] = error
    name = _NAME.sub("_", type(event).__name__).lower()
    getattr(get_logger(), event.level)(name, **said)


telemetry.subscribe(_write)
