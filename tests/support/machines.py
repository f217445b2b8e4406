"""Hosts on one network, to cut off and to kill: Linux network namespaces joined by a bridge.

A host that is cut off says nothing more: no connection of its ends by a word, as when a cable is
pulled. One that is killed is cut off first, for the same reason.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import psutil

from cobranca.supervisor.embedded.child_process import is_alive, open_log, spawn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_NAME = re.compile(r"cobranca-(\d+)-(cob\d+)-\S+")
#: Starts a program again a second after its end, as a machine's own supervisor does.
_KEEP = 'while :; do "$@"; sleep 1; done'
#: What lets an ordinary user of Linux run the tests of hosts.
_OWN = "unshare -nm --map-root-user --map-auto sh -c 'mount -t tmpfs none /run; pytest ...'"
#: Nobody has it: what is sent there is heard by nobody.
_NOBODY = "02:00:00:00:00:01"


def why_not() -> str:
    """Return why this machine cannot have hosts, or an empty text."""
    if not sys.platform.startswith("linux") or shutil.which("ip") is None:
        return "network namespaces need Linux and the program `ip`"
    if os.geteuid() != 0:
        return f"network namespaces need root, or a namespace of one's own: {_OWN}"
    tried = f"cobranca-{os.getpid()}-try"
    made = _ip("netns", "add", tried, check=False)
    _ip("netns", "del", tried, check=False)
    return f"`ip netns add` failed: {made.stderr.strip()}" if made.returncode else ""


class Network:
    """One bridge with its hosts. Use as a context manager; the test itself is at `.254`."""

    _numbers = itertools.count(os.getpid())

    def __init__(self, folder: Path) -> None:
        """Prepare; each host has a folder of its own below `folder`."""
        self.folder = folder
        number = next(self._numbers)
        self.bridge = f"cob{number % 1_000_000}"
        # 198.18.0.0/15 is set aside for tests of networks.
        self.prefix = f"198.{18 + number % 2}.{number // 2 % 256}"
        self.hosts: list[Host] = []

    def __enter__(self) -> Self:
        """Make the bridge."""
        _remove_leftovers()
        _ip("link", "set", "lo", "up")  # It is down in a namespace of one's own.
        _ip("link", "add", self.bridge, "type", "bridge")
        _ip("address", "add", f"{self.prefix}.254/24", "dev", self.bridge)
        _ip("link", "set", self.bridge, "up")
        return self

    def __exit__(self, *exc: object) -> None:
        """Kill what runs on the hosts, and take everything away."""
        for host in self.hosts:
            host.end()
        _ip("link", "del", self.bridge, check=False)

    def host(self, name: str) -> Host:
        """Add a host."""
        host = Host(self, name, len(self.hosts) + 1)
        self.hosts.append(host)
        return host


class Host:
    """One machine: an address, a folder, and what runs there."""

    def __init__(self, network: Network, name: str, number: int) -> None:
        """Make the namespace and plug its cable in."""
        self.name = name
        self.namespace = f"cobranca-{os.getpid()}-{network.bridge}-{name}"
        self.address = f"{network.prefix}.{number}"
        self.inside = ("ip", "netns", "exec", self.namespace)
        self.folder = network.folder / name
        self._cable = f"{network.bridge}h{number}"
        self._processes: list[subprocess.Popen[bytes]] = []
        _ip("netns", "add", self.namespace)
        plug = ("type", "veth", "peer", "name", "eth0", "netns", self.namespace)
        _ip("link", "add", self._cable, *plug)
        _ip("link", "set", self._cable, "master", network.bridge, "up")
        self._ip("address", "add", f"{self.address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            self._ip("link", "set", device, "up")
        self.folder.mkdir(parents=True, mode=0o711)

    def keep(self, *command: str | Path, **settings: str) -> None:
        """Run a program, again whenever it ends; its DATA_DIR is the host's own folder."""
        env = os.environ | {"COBRANCA_DATA_DIR": str(self.folder)} | settings
        self.start(["sh", "-c", _KEEP, "keep", *command], env)

    def start(self, command: Sequence[str | Path], env: Mapping[str, str] = os.environ) -> None:
        """Run a program once."""
        with open_log(self.folder / "log") as log:
            process = spawn(
                [*self.inside, *command],
                output=log,
                env=env,
                cwd=self.folder,
                death_signal=signal.SIGKILL,
            )
        self._processes.append(process)

    def cut_off(self) -> None:
        """Pull the cable."""
        _ip("link", "set", self._cable, "down")

    def join(self) -> None:
        """Put the cable back."""
        _ip("link", "set", self._cable, "up")

    def lose(self, other: Host) -> None:
        """Let nothing that is sent to one other host arrive there."""
        self._ip("neighbour", "replace", other.address, "lladdr", _NOBODY, "dev", "eth0")

    def find(self, other: Host) -> None:
        """Undo `lose`."""
        self._ip("neighbour", "del", other.address, "dev", "eth0")

    def kill(self) -> None:
        """Pull the cable, then kill everything at once: nobody is told."""
        self.cut_off()
        self._kill()

    def end(self) -> None:
        """Take the host away."""
        self._kill()
        _remove_namespace(self.namespace)

    def _kill(self) -> None:
        _kill_inside(self.namespace)
        for process in self._processes:
            process.wait(timeout=10)

    def cpu_s(self) -> float:
        """Return the processor time of what runs here and of what has ended, in seconds."""
        used = 0.0
        for pid in _pids(self.namespace):
            with suppress(psutil.NoSuchProcess):
                used += sum(psutil.Process(pid).cpu_times()[:4])
        return used

    def log(self) -> str:
        """Return what the programs have written."""
        return (self.folder / "log").read_text(errors="replace")

    def _ip(self, *arguments: str) -> None:
        _ip("-netns", self.namespace, *arguments)


def _ip(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done


def _pids(namespace: str) -> list[int]:
    return [int(pid) for pid in _ip("netns", "pids", namespace, check=False).stdout.split()]


def _kill_inside(namespace: str) -> None:
    """Kill until nothing is left: a program may start another in between."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        living = [pid for pid in _pids(namespace) if is_alive(pid)]
        if not living:
            return
        for pid in living:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _remove_namespace(namespace: str) -> None:
    _kill_inside(namespace)
    _ip("netns", "del", namespace, check=False)


def _remove_leftovers() -> None:
    """Remove the hosts of tests that were killed themselves."""
    for line in _ip("netns", "list").stdout.splitlines():
        found = _NAME.match(line.split()[0])
        if found and not is_alive(int(found[1])):
            _remove_namespace(found[0])
            _ip("link", "del", found[2], check=False)
