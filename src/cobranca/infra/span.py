"""A piece of work that a trace shows: here the one that shows nothing, in `otlp` the real one."""

from __future__ import annotations


class Span:
    """A piece of work that is timed; while tracing is off, nothing."""

    def note(self, **attributes: str | int) -> None:
        """Add ids and counts under `cobranca.`; with `__` for a dot, a name of OpenTelemetry's."""

    def rename(self, name: str) -> None:
        """Give it the name that it would have had if all had been known at its beginning."""

    def fail(self, why: Exception | str) -> None:
        """Mark it as failed, by an error's code or class, never its text."""
