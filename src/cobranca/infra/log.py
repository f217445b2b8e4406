"""Structured logs: a JSON object a line, on standard error; ids, never personal data."""

from __future__ import annotations

import logging
import re
import sys
import threading
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import structlog
import structlog.tracebacks

from cobranca.infra import telemetry

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from types import TracebackType

    from cobranca.infra.telemetry import TelemetryEvent

#: Without the frames' locals, which hold payers' data.
_TRACEBACKS = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
_NAME = re.compile(r"(?<!^)(?=[A-Z])")
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
#: From here up a line is counted, also when the log is told to be quieter.
_COUNTED = _LEVELS["info"]


def set_up_logging(level: str, process: str) -> None:
    """Send all that this process says to standard error, one JSON object a line.

    Our own lines from `level` up; the libraries' warnings and worse.
    """
    shared = _shared(process)
    logging.basicConfig(handlers=[_library_handler(shared)], level=logging.WARNING)
    structlog.configure(
        processors=[
            _count_line,
            _dropping_below(_LEVELS[level]),
            *shared,
            structlog.processors.JSONRenderer(default=repr),
        ],
        # What is only counted passes here, and is dropped once it has been.
        wrapper_class=structlog.make_filtering_bound_logger(min(_LEVELS[level], _COUNTED)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def _shared(process: str) -> list[Any]:
    """Return what every line gets, whoever writes it and in whichever thread."""

    def add_process(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Any:
        event["process"] = process
        return event

    return [
        add_process,
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_TRACEBACKS),
    ]


def log_uncaught() -> None:
    """Have this process log what it otherwise prints: exceptions that nobody caught, warnings."""

    def tell(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        get_logger().error("uncaught", exc_info=error)

    def tell_of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            get_logger().error("uncaught", exc_info=args.exc_value)

    def tell_unraisable(args: sys.UnraisableHookArgs) -> None:
        get_logger().error("unraisable", exc_info=args.exc_value)

    sys.excepthook, sys.unraisablehook = tell, tell_unraisable
    threading.excepthook = tell_of_thread
    logging.captureWarnings(capture=True)


def _library_handler(shared: list[Any]) -> logging.Handler:
    """Return what writes the lines of the libraries, which know the standard logger only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_count_line, structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(default=repr),
            ],
        )
    )
    return handler


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
