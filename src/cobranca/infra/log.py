"""Structured logs: a JSON object a line, on standard error; ids, never personal data."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import structlog
import structlog.tracebacks

from cobranca.infra.metrics import count_event

if TYPE_CHECKING:
    from collections.abc import MutableMapping

#: Without the frames' locals, which hold payers' data.
_TRACEBACKS = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
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
            count_event,
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


def _dropping_below(level: int) -> Any:
    def drop(_logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
        if _LEVELS.get(method, _LEVELS["error"]) < level:
            raise structlog.DropEvent
        return event

    return drop


def get_logger() -> Any:
    """Return the logger that every module uses."""
    return structlog.get_logger()
