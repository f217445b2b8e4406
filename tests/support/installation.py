"""The whole product on hosts of its own, which share nothing but what they send to one another."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import psycopg

from cobranca.infra.bus import STREAM, open_broker
from cobranca.supervisor.embedded.postgres import EmbeddedPostgres
from cobranca.supervisor.embedded.postgres_data_dir import find_place
from tests.support.nats_cluster import NatsCluster, NatsNode
from tests.support.product import START_TIMEOUT_S, Client, free_port, wait_for
from tests.support.s3_server import S3Server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.machines import Host, Network

_BIN = Path(sys.executable).parent
_ROOT = Path(__file__).parents[2]
_API_KEY = "an-api-key-for-the-tests"
_ANYBODY = "host all all 0.0.0.0/0 scram-sha-256\n"


class Installation:
    """PostgreSQL, S3, three NATS nodes, a mail server, an API, workers and schedulers: a host each.

    Use as a context manager; it is ready when the API is.
    """

    def __init__(
        self,
        network: Network,
        *,
        issuers: int = 2,
        notifiers: int = 2,
        schedulers: int = 2,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Plug the hosts in; `settings` are further environment variables of the product."""
        self.database, self.storage = network.host("database"), network.host("storage")
        self.nats = [network.host(f"nats-{number + 1}") for number in range(3)]
        self.mail, self.api = network.host("mail"), network.host("api")
        self.issuers = [network.host(f"issuer-{number + 1}") for number in range(issuers)]
        self.notifiers = [network.host(f"notifier-{number + 1}") for number in range(notifiers)]
        self.schedulers = [network.host(f"scheduler-{number + 1}") for number in range(schedulers)]
        self.client = Client(f"http://{self.api.address}:8000", key=_API_KEY)
        self.mail_log = self.mail.folder / "mails.jsonl"
        self._settings = settings
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Start everything, what others need first."""
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop the servers; the network kills the rest."""
        self._stack.close()

    def _start(self) -> None:
        nodes = [
            NatsNode(host.folder, host.name, host=host.address, inside=host.inside)
            for host in self.nats
        ]
        self.cluster = self._stack.enter_context(NatsCluster(nodes))
        self.database_url = start_postgres(self.database)
        self.s3 = S3Server(
            self.storage.folder, host=self.storage.address, inside=self.storage.inside
        )
        self._stack.enter_context(self.s3)
        sink = [sys.executable, "-m", "tests.support.smtp_sink", "--host", self.mail.address]
        self.mail.keep(*sink, "--port", "2525", "--log", self.mail_log, PYTHONPATH=str(_ROOT))
        env = {
            "DATABASE_URL": self.database_url,
            "NATS_URL": self.cluster.url,
            "COBRANCA_NATS_REPLICAS": "3",
            "SMTP_URL": f"smtp://{self.mail.address}:2525?starttls=false",
            "COBRANCA_HOST": self.api.address,
            "COBRANCA_API_KEY": _API_KEY,
            **self.s3.env,
            **self._settings,
        }
        program = _BIN / "cobranca"
        subprocess.run(
            [program, "migrate"],
            env={"DATABASE_URL": self.database_url},
            check=True,
            capture_output=True,
            timeout=START_TIMEOUT_S,
        )
        self.api.keep(program, "api", **env)
        for role, hosts in (("issuer", self.issuers), ("notifier", self.notifiers)):
            for host in hosts:
                host.keep(program, "worker", "--role", role, **env)
        for host in self.schedulers:
            host.keep(program, "scheduler", **env)
        wait_for(self.client.is_ready, START_TIMEOUT_S, "the API to be ready")

    @property
    def parts(self) -> dict[str, list[Host]]:
        """The hosts by what they do."""
        return {
            "database": [self.database],
            "storage": [self.storage],
            "nats": self.nats,
            "api": [self.api],
            "issuers": self.issuers,
            "notifiers": self.notifiers,
            "schedulers": self.schedulers,
        }

    def nats_leader(self) -> Host:
        """Return the host whose loss needs an election."""
        name = asyncio.run(_stream_leader(self.cluster.url))
        return next(host for host in self.nats if host.name == name)


async def _stream_leader(url: str) -> str:
    broker = open_broker(url, "test")
    await broker.connect()
    try:
        info = await broker.config.connection_state.stream.stream_info(STREAM.name)
    finally:
        await broker.stop()
    assert info.cluster
    assert info.cluster.leader
    return info.cluster.leader


def start_postgres(host: Host) -> str:
    """Make a cluster as the product does, but serve it to the network; return its address."""
    with EmbeddedPostgres(host.folder) as server:
        password = urlsplit(server.url).password
    place = find_place(host.folder / "postgres", outer=host.folder)
    rules = place.cluster / "pg_hba.conf"
    rules.write_text(rules.read_text() + _ANYBODY)
    port = free_port()
    given = {"listen_addresses": host.address, "port": port, "unix_socket_directories": ""}
    options = [f"--{name}={value}" for name, value in given.items()]
    assert place.account is not None
    who = [f"--reuid={place.account.uid}", f"--regid={place.account.gid}", "--clear-groups"]
    host.start(["setpriv", *who, place.programs / "postgres", "-D", place.cluster, *options])
    url = f"postgresql://cobranca:{password}@{host.address}:{port}/cobranca"
    wait_for(lambda: _answers(url), START_TIMEOUT_S, f"PostgreSQL, see {host.folder}/log")
    return url


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
