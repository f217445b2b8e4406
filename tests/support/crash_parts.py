"""What plays on the stage of the crash tests: processes of the product, and crashes of them."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil


@dataclass(slots=True, kw_only=True)
class Part:
    """A process of the product, and its log."""

    name: str
    arguments: Sequence[str]
    log: Path
    #: What its log says when it is ready.
    ready_event: str
    process: subprocess.Popen[bytes] | None = None
    env: dict[str, str] = field(default_factory=dict[str, str])

    def start(self) -> None:
        """Start it anew, with an empty log."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.arguments], env=self.env, stdout=log, stderr=log
            )

    def family(self) -> list[psutil.Process]:
        """Return the process and its children; none when it has died."""
        if self.process is None or self.process.poll() is not None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.process.pid)
            return [process, *process.children(recursive=True)]
        return []

    def end(self) -> None:
        """Kill it with its children, stopped ones too."""
        for process in self.family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        if self.process is not None:
            self.process.wait(timeout=10)

    def events(self) -> list[str]:
        """Return the names of the events in its log."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["event"] for line in lines if line.startswith("{")]


@dataclass(slots=True, kw_only=True)
class Crash:
    """A crash that has happened."""

    #: Whose process it was; None when it lives on, after an exception.
    part: Part | None
    #: The process that hangs, if one does.
    stopped: psutil.Process | None = None
    #: How many events its log had until then.
    events_before: int = 0
