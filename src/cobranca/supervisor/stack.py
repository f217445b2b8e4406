"""The whole product on one machine: the servers, the processes, their order of start and of end.

One data folder has one running stack, held by a lock. DATA_DIR/stack.json tells other commands
where it is. Whatever a killed supervisor left behind is ended by the next start.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from cobranca.domain.errors import SettingsInvalid
from cobranca.notifications.first_mail import check_mail_settings
from cobranca.supervisor.child import Child
from cobranca.supervisor.child_account import ChildAccount, find_child_account, give_data
from cobranca.supervisor.child_environment import child_environment
from cobranca.supervisor.data_dir import prepare_data_dir
from cobranca.supervisor.embedded.child_process import (
    FolderLock,
    StartError,
    end_all,
    end_group,
    trim_log,
)
from cobranca.supervisor.embedded.free_port import free_port
from cobranca.supervisor.embedded.nats import EmbeddedNats
from cobranca.supervisor.embedded.postgres import EmbeddedPostgres
from cobranca.supervisor.migration import apply_migrations
from cobranca.supervisor.ports import check_port, local_url, responds
from cobranca.supervisor.signals import signals_as_interrupt, signals_ignored
from cobranca.supervisor.stack_file import end_earlier_run, read_note, refusal, write_note

if TYPE_CHECKING:
    from cobranca.infra.settings import Settings

_READY_TIMEOUT_S = 180.0  # A cold and busy machine needs most of a minute.
_WATCH_S = 0.25
_POLL_S = 0.05
#: Together under the 10 s in which Ctrl-C must have ended everything.
ACTING_S = 0.3
DRAIN_S = 5.5
NATS_STOP_S = 1.0
POSTGRES_STOP_S = 3.0

Say = Callable[[str], None]


class StackRunningError(StartError):
    """Another process runs the stack of this data folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a running stack is reached."""

    api_url: str
    ui_url: str | None
    database_url: str | None


class Stack:
    """Starts everything, keeps it running, ends it. One object is started once."""

    def __init__(self, settings: Settings, *, ui: bool, say: Say) -> None:
        """Keep what is needed; `say` shows one line to the person."""
        self._data_dir = settings.data_dir.absolute()
        if not ui and not _is_bindable(settings):
            # Nobody has to type the address of an API that serves one command.
            settings = settings.model_copy(update={"api_port": free_port(settings.host)})
        self._settings = settings
        self._say = say
        self._lock = FolderLock(self._data_dir / "stack.lock", "")
        self._postgres = None if settings.database_url else EmbeddedPostgres(self._data_dir)
        self._nats = None if settings.nats_url else EmbeddedNats(self._data_dir)
        self._children = self._make_children(ui=ui)
        self._env: dict[str, str] = {}
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        #: Held while the watcher starts something again, so that nothing starts after the end.
        self._acting = threading.Lock()
        self._watcher: threading.Thread | None = None
        self.addresses = Addresses(
            api_url=local_url(settings.host, settings.api_port),
            ui_url=local_url(settings.host, settings.ui_port) if ui else None,
            database_url=settings.database_url,
        )

    def start(self) -> Addresses:
        """Start everything and return when it answers.

        Raises:
            StackRunningError: another process holds this data folder's stack.
            StartError: what is wrong and what to do about it.
        """
        _check_settings(self._settings)
        prepare_data_dir(self._data_dir)
        try:
            self._lock.acquire()
        except StartError:
            raise StackRunningError(refusal(self._data_dir)) from None
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self.addresses

    def stop(self) -> None:
        """End the processes, then the servers, within ten seconds; again is harmless."""
        self._stopping.set()
        # A server that is being started again may take long; its start fails when it is ended.
        acting = self._acting.acquire(timeout=ACTING_S)
        self._end_children()
        if self._nats is not None:
            self._nats.stop(timeout_s=NATS_STOP_S)
        if self._postgres is not None:
            self._postgres.stop(timeout_s=POSTGRES_STOP_S)
        if acting:
            self._acting.release()
        self._stopped.set()
        if self._watcher is not None:
            self._watcher.join()
        if self._lock.held:
            (self._data_dir / "stack.json").unlink(missing_ok=True)
        self._lock.release()

    def _start(self) -> None:
        end_earlier_run(self._data_dir, drain_s=DRAIN_S)
        self._check_ports()
        (self._data_dir / "logs").mkdir(mode=0o700, exist_ok=True)
        chosen = find_child_account(self._settings, self._data_dir)
        self._hand_over(chosen)
        database_url, nats_url = self._start_servers()
        apply_migrations(database_url)
        self._env = child_environment(
            self._settings, data_dir=self._data_dir, database_url=database_url, nats_url=nats_url
        )
        self._env |= chosen.environment()
        if chosen.told is not None:
            self._tell(chosen.told)
        for child in self._children:
            child.start(self._env)
        self._write_note(ready=False)
        self._wait_until_ready()
        self._write_note(ready=True)
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._watcher.start()

    def _hand_over(self, chosen: ChildAccount) -> None:
        """Let another account run what need not be root, and own what that writes."""
        give_data(self._data_dir, chosen.account)
        for child in self._children:
            child.account = chosen.account
        if self._nats is not None:
            self._nats.account = chosen.account

    def _start_servers(self) -> tuple[str, str]:
        database_url, nats_url = self._settings.database_url, self._settings.nats_url
        if self._postgres is not None:
            self._tell("Starting PostgreSQL ...")
            database_url = self._postgres.start()
        if self._nats is not None:
            nats_url = self._nats.start()
        self.addresses = Addresses(
            api_url=self.addresses.api_url,
            ui_url=self.addresses.ui_url,
            database_url=database_url,
        )
        return cast("str", database_url), cast("str", nats_url)

    def _make_children(self, *, ui: bool) -> list[Child]:
        logs = self._data_dir / "logs"
        children = [Child(name="api", module="cobranca.api", log_path=logs / "api.log")]
        children += [
            Child(
                name=f"worker-{number}",
                module="cobranca.worker",
                log_path=logs / f"worker-{number}.log",
                environment=self._metrics_port(number),
            )
            for number in range(1, self._settings.workers + 1)
        ]
        children.append(
            Child(
                name="scheduler",
                module="cobranca.scheduler",
                log_path=logs / "scheduler.log",
                environment=self._metrics_port(0),
            )
        )
        if ui:
            children.append(Child(name="ui", module="cobranca.ui", log_path=logs / "ui.log"))
        return children

    def _metrics_port(self, place: int) -> dict[str, str]:
        """Give each process its own port: the scheduler the one that is set, workers the next."""
        first = self._settings.metrics_port
        return {} if first is None else {"COBRANCA_METRICS_PORT": str(first + place)}

    def _check_ports(self) -> None:
        check_port(self._settings.host, self._settings.api_port, "COBRANCA_API_PORT")
        if self.addresses.ui_url is not None:
            check_port(self._settings.host, self._settings.ui_port, "COBRANCA_UI_PORT")

    def _wait_until_ready(self) -> None:
        key = self._settings.api_key.get_secret_value() if self._settings.api_key else None
        waiting = [f"{self.addresses.api_url}/ready"]
        if self.addresses.ui_url is not None:
            waiting.append(f"{self.addresses.ui_url}/config.json")
        until = time.monotonic() + _READY_TIMEOUT_S
        while waiting:
            for child in self._children:
                if not child.alive:
                    raise StartError(
                        f"{child.name} ended while starting. It said ({child.log_path}):\n"
                        f"{child.last_words()}"
                    )
            waiting = [url for url in waiting if not responds(url, key)]
            if time.monotonic() > until:
                raise StartError(
                    f"{waiting[0]} does not answer after {_READY_TIMEOUT_S:.0f} s; the logs are in "
                    f"{self._data_dir / 'logs'}."
                )
            time.sleep(_POLL_S)

    def _watch(self) -> None:
        """Keep everything running. The thread outlives the children it has started again, for the
        kernel would end them with it."""
        while not self._stopping.wait(_WATCH_S):
            with self._acting:
                self._revive()
        self._stopped.wait()

    def _revive(self) -> None:
        if self._stopping.is_set():
            return
        try:
            self._revive_servers()
            self._revive_children()
        except (StartError, OSError) as error:
            if not self._stopping.is_set():
                self._tell(f"{error} Trying again.")
                self._stopping.wait(5.0)

    def _revive_servers(self) -> None:
        if self._postgres is not None and self._postgres.pid is None:
            self._tell("PostgreSQL stopped; starting it again.")
            self._postgres.revive()
        if self._nats is not None and self._nats.pid is None:
            self._tell("NATS stopped; starting it again.")
            url = self._nats.revive()
            if url != self._env["NATS_URL"]:  # Its port was taken meanwhile.
                self._env["NATS_URL"] = url
                self._end_children()
        for server in (self._postgres, self._nats):
            if server is not None:
                trim_log(server.log_path)

    def _revive_children(self) -> None:
        pids = self._pids()
        for child in self._children:
            if self._stopping.is_set():
                return
            told = child.restart_when_due(self._env)
            if told is not None:
                self._tell(told)
        if self._pids() != pids:
            self._write_note(ready=True)

    def _end_children(self) -> None:
        processes = [child.process for child in self._children if child.process is not None]
        end_all(processes, ((signal.SIGTERM, DRAIN_S),))
        for process in processes:
            end_group(process)

    def _tell(self, line: str) -> None:
        """Show a line to the person; that nobody can read it any more is no reason to stop."""
        with contextlib.suppress(OSError):
            self._say(line)

    def _pids(self) -> dict[str, int]:
        return {child.name: child.process.pid for child in self._children if child.process}

    def _write_note(self, *, ready: bool) -> None:
        note = {
            "api_url": self.addresses.api_url,
            "ui_url": self.addresses.ui_url,
            "ready": ready,
            "supervisor": os.getpid(),
            "pids": self._pids(),
        }
        write_note(self._data_dir, note)


@contextlib.contextmanager
def running_stack(settings: Settings, *, ui: bool, say: Say) -> Generator[Addresses]:
    """Give the running stack of the data folder, or start one and end it afterwards.

    While the stack is ours, SIGTERM and SIGHUP unwind like Ctrl-C. Call it from the main thread.

    Raises:
        StartError: what is wrong and what to do about it.
    """
    stack = Stack(settings, ui=ui, say=say)
    with signals_as_interrupt():
        try:
            addresses = stack.start()
        except StackRunningError:
            if ui:
                raise
            yield _wait_for_other(settings.data_dir.absolute())
            return
        try:
            yield addresses
        finally:
            with signals_ignored():
                stack.stop()


def _wait_for_other(data_dir: Path) -> Addresses:
    until = time.monotonic() + _READY_TIMEOUT_S
    while time.monotonic() < until:
        note = read_note(data_dir)
        if note is not None and note["ready"]:
            return Addresses(api_url=note["api_url"], ui_url=note["ui_url"], database_url=None)
        time.sleep(_WATCH_S)
    raise StartError(f"The Cobrança that holds {data_dir} does not become ready; see its logs.")


def _check_settings(settings: Settings) -> None:
    try:
        settings.key_for(settings.host)
        check_mail_settings(settings)
    except SettingsInvalid as error:
        raise StartError(error.detail) from None


def _is_bindable(settings: Settings) -> bool:
    try:
        check_port(settings.host, settings.api_port, "COBRANCA_API_PORT")
    except StartError:
        return False
    return True
