"""A NATS cluster with JetStream: real servers with routes among them, to kill and to freeze."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from cobranca.supervisor.embedded.child_process import end, open_log, spawn
from tests.support.product import free_port

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Sequence

_TOKEN = "test-token"  # noqa: S105 - of a server that lives as long as a test.
_CONFIGURATION = """\
listen: "{host}:{port}"
server_name: "{name}"
authorization {{ token: "{token}" }}
jetstream {{ store_dir: {store}, max_memory_store: 64MB, max_file_store: 1GB }}
cluster {{ name: "test", listen: "{host}:{route}", routes: {routes} }}
"""


class NatsNode:
    """One server. A killed one starts again with its files."""

    def __init__(
        self, folder: Path, name: str, *, host: str = "127.0.0.1", inside: Sequence[str] = ()
    ) -> None:
        """Prepare; `inside` stands before the command (`ip netns exec NAME`)."""
        self.name, self.host = name, host
        self.port, self.route_port = free_port(), free_port()
        self._folder, self._inside = folder / name, tuple(inside)
        self._process: subprocess.Popen[bytes] | None = None
        self._nodes: list[NatsNode] = []

    def start(self, nodes: Iterable[NatsNode] = ()) -> None:
        """Start the server, also one that was killed; `nodes` are the cluster."""
        self._nodes = list(nodes) or self._nodes
        routes = [f"nats-route://{node.host}:{node.route_port}" for node in self._nodes]
        self._folder.mkdir(parents=True, exist_ok=True)
        text = _CONFIGURATION.format(
            host=self.host,
            port=self.port,
            name=self.name,
            token=_TOKEN,
            store=json.dumps(str(self._folder / "store")),
            route=self.route_port,
            routes=json.dumps(routes),
        )
        configuration = self._folder / "nats.conf"
        configuration.write_text(text)
        program = Path(sys.executable).with_name("nats-server")
        with open_log(self._folder / "server.log") as log:
            self._process = spawn(
                [*self._inside, program, "--config", configuration],
                env=os.environ,
                output=log,
                death_signal=signal.SIGKILL,
            )

    def kill(self) -> None:
        """Kill without a chance to clean up."""
        self._send(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it answer nothing more, as a node that is cut off."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        if number == signal.SIGKILL:
            self._process.wait(timeout=10)

    def stop(self) -> None:
        """End the server at once."""
        if self._process is not None:
            end(self._process, ())


class NatsCluster:
    """Three nodes. Use as a context manager."""

    def __init__(self, nodes: list[NatsNode]) -> None:
        """Prepare; the nodes are started together."""
        self.nodes = nodes
        self._stack = ExitStack()

    @classmethod
    def local(cls, folder: Path) -> Self:
        """Return a cluster on ports of this machine."""
        return cls([NatsNode(folder, f"nats-{number}") for number in (1, 2, 3)])

    @property
    def url(self) -> str:
        """The addresses for clients."""
        return ",".join(f"nats://{_TOKEN}@{node.host}:{node.port}" for node in self.nodes)

    def __enter__(self) -> Self:
        """Start the nodes; they choose a leader meanwhile."""
        for node in self.nodes:
            self._stack.callback(node.stop)
            node.start(self.nodes)
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop every node."""
        self._stack.close()
