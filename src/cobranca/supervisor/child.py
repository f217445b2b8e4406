"""One process of the product under the supervisor: started, watched, started again when it dies."""

from __future__ import annotations

import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cobranca.supervisor.embedded.child_process import (
    end_group,
    open_log,
    read_from,
    spawn,
    trim_log,
)

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping

    from cobranca.supervisor.embedded.child_process import Account

_BACKOFF_FIRST_S = 0.5
_BACKOFF_MAX_S = 10.0
#: After this long a child counts as sound, and its next death is met without delay: a program that
#: cannot run ends sooner, one that was killed has done work meanwhile.
_SOUND_S = 10.0


@dataclass(slots=True, kw_only=True)
class Child:
    """A Python module that runs as a process of its own; its output goes to `log_path`."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    log_path: Path
    #: Variables of this process alone, over those that all have.
    environment: dict[str, str] = field(default_factory=dict[str, str])
    #: Who runs it; None = who we are.
    account: Account | None = None
    process: subprocess.Popen[bytes] | None = None
    _started_at: float = 0.0
    _restart_at: float | None = None
    _backoff_s: float = 0.0
    _log_start: int = 0

    def start(self, env: Mapping[str, str]) -> None:
        """Start the process; on Linux it gets SIGTERM when the calling thread ends."""
        if self.process is not None:
            end_group(self.process)
        with open_log(self.log_path) as log:
            self._log_start = self.log_path.stat().st_size
            self.process = spawn(
                [sys.executable, "-m", self.module, *self.arguments],
                output=log,
                env={**env, **self.environment},
                death_signal=signal.SIGTERM,
                account=self.account,
            )
        self._started_at = time.monotonic()
        self._restart_at = None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def last_words(self, lines: int = 8) -> str:
        """Return the last lines that the process wrote since it was started."""
        return "\n".join(read_from(self.log_path, self._log_start).splitlines()[-lines:])

    def restart_when_due(self, env: Mapping[str, str]) -> str | None:
        """Start a dead process again after its backoff; return what to tell a person, if any."""
        trim_log(self.log_path)
        if self.alive or self.process is None:
            return None
        now = time.monotonic()
        if self._restart_at is None:
            self._backoff_s = next_backoff_s(self._backoff_s, lived_s=now - self._started_at)
            self._restart_at = now + self._backoff_s
            return (
                f"{self.name} stopped ({_how(self.process.returncode)}); starting it again in "
                f"{self._backoff_s:g} s. Its log: {self.log_path}"
            )
        if now >= self._restart_at:
            self.start(env)
        return None


def next_backoff_s(last_s: float, *, lived_s: float) -> float:
    """Return the pause, in seconds, before a child is started again that lived for `lived_s`."""
    if lived_s > _SOUND_S:
        return _BACKOFF_FIRST_S
    return min(max(2 * last_s, _BACKOFF_FIRST_S), _BACKOFF_MAX_S)


def _how(returncode: int) -> str:
    if returncode < 0:
        return signal.Signals(-returncode).name
    return f"exit code {returncode}"
