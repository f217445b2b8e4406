"""Structured logs: a JSON object a line, on standard error; ids, never personal data."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
import structlog.tracebacks

#: Without the frames' locals, which hold payers' data.
_TRACEBACKS = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def set_up_logging(level: str, process: str) -> None:
    """Send this process's own logs and the libraries' warnings to standard error as JSON lines."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format='{"event":"%(message)s","logger":"%(name)s"}',
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_TRACEBACKS),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)


def get_logger() -> Any:
    """Return the logger that every module uses."""
    return structlog.get_logger()
