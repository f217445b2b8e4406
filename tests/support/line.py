"""The product with a proxy before all that it depends on: database, events, mail, storage."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import nats
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from cobranca.infra.bus import STREAM
from tests.support import oracle
from tests.support.object_store import ObjectStore
from tests.support.product import END_TIMEOUT_S, Product, first_line, wait_for
from tests.support.tcp_proxy import TcpProxy

#: How often a fault may come too late for the work that it is to hit.
_TRIES = 5
Dependency = Literal["database", "events", "mail", "storage"]

#: All that a file leaves; what files share stays.
_TABLES = (
    "upload", "batch", "billing", "reject", "billing_removal", "boleto", "notification",
    "notification_attempt", "mail_in_flight", "outbox_object", "suppressed_address",
)  # fmt: skip


def postgres_proxy(database_url: str) -> tuple[TcpProxy, str]:
    """Return a proxy before a PostgreSQL on a Unix socket, and the address through it."""
    folder = conninfo_to_dict(database_url)["host"]
    proxy = TcpProxy(f"{folder}/.s.PGSQL.5432")
    return proxy, make_conninfo(database_url, host="127.0.0.1", port=proxy.port)


def csv(rows: int, seed: int) -> bytes:
    """Return a file in the official format."""
    return b"".join(generate_csv(SampleOptions(rows=rows, seed=seed)))


class Line:
    """API, two workers and a scheduler that send mail by SMTP and keep objects by S3."""

    def __init__(self, folder: Path, database_url: str, nats_url: str, **settings: str) -> None:
        """Prepare; `settings` are further environment variables."""
        self.database_url = database_url
        self.mail_log = folder / "mails.jsonl"
        self.store = ObjectStore()
        self.proxies: dict[Dependency, TcpProxy] = {}
        self.seed = 0
        self._folder, self._nats_url, self._settings = folder, nats_url, settings
        self._stack = ExitStack()
        self._product: Product | None = None

    def __enter__(self) -> Self:
        """Start everything."""
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop everything, after the faults."""
        try:
            for proxy in self.proxies.values():
                proxy.heal()
        finally:
            self._stack.close()

    @property
    def product(self) -> Product:
        """The running product."""
        assert self._product is not None
        return self._product

    def _start(self) -> None:
        proxy, database_url = postgres_proxy(self.database_url)
        self.proxies["database"] = self._stack.enter_context(proxy)
        given = urlsplit(self._nats_url)
        events = self._proxy("events", given.port)
        mail = self._proxy("mail", self._start_sink())
        self._stack.enter_context(self.store)
        storage = self._proxy("storage", self.store.port)
        settings = {
            "DATABASE_URL": database_url,
            "NATS_URL": f"nats://{given.username}@127.0.0.1:{events.port}",
            "SMTP_URL": f"smtp://127.0.0.1:{mail.port}?starttls=false",
            "COBRANCA_MAIL": "smtp",
            "COBRANCA_SMTP_CONNECTIONS": "2",
            "COBRANCA_BATCH_ROWS": "100",
            "COBRANCA_SWEEP_S": "2",
            **self.store.env,
            "AWS_ENDPOINT": f"http://127.0.0.1:{storage.port}",
            **self._settings,
        }
        self._product = self._stack.enter_context(Product(self._folder / "data", **settings))

    def _proxy(self, name: Dependency, port: int | None) -> TcpProxy:
        assert port
        self.proxies[name] = self._stack.enter_context(TcpProxy(("127.0.0.1", port)))
        return self.proxies[name]

    def _start_sink(self) -> int:
        sink = subprocess.Popen(
            [sys.executable, "-m", "tests.support.smtp_sink", "--no-fsync", "--log", self.mail_log],
            stdout=subprocess.PIPE,
        )

        def end() -> None:
            sink.kill()
            sink.communicate()

        self._stack.callback(end)
        return int(first_line(sink))

    def send(self, rows: int) -> dict[str, Any]:
        """Forget what was worked before, and upload a new file."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(f"TRUNCATE {', '.join(_TABLES)} CASCADE".encode())
        self.mail_log.write_bytes(b"")
        self.store.objects.clear()
        self.seed += 1
        return self.product.upload(csv(rows, self.seed))

    def send_in_time(self, rows: int, fault: Callable[[], object]) -> None:
        """Upload a file and let a fault begin before half of it is done; try again if it was late.

        How much a busy machine has done by the time that a test goes on is nobody's promise.
        """
        for _ in range(_TRIES):
            self.send(rows)
            if self.progress() < rows:
                fault()
                return
            self.wait_for_end()
        raise AssertionError(f"the work was done before the fault, {_TRIES} times")

    def progress(self) -> int:
        """Return how many boletos and outcomes of mails there are."""
        with psycopg.connect(self.database_url) as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM boleto) + (SELECT count(*) FROM notification)"
            ).fetchone()
        assert row
        return row[0]

    def wait_for_progress(self, facts: int) -> None:
        """Wait until there are so many boletos and outcomes of mails."""
        wait_for(lambda: self.progress() >= facts, END_TIMEOUT_S, f"{facts} facts")

    def wait_for_end(self) -> None:
        """Wait until the file has ended; pauses after failures are cut short."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:

            def ended() -> bool:
                connection.execute(
                    "UPDATE work SET not_before = now() WHERE not_before > now() + interval '1 s'"
                )
                row = connection.execute("SELECT finished_at FROM upload").fetchone()
                return row is not None and row[0] is not None

            wait_for(ended, END_TIMEOUT_S, "the end of the file")

    def told(self) -> int:
        """Return how many events the issuers have been given."""

        async def ask() -> int:
            client = await nats.connect(self._nats_url)
            queue = await client.jetstream().consumer_info(STREAM.name, "issue")
            await client.close()
            assert queue.delivered
            return queue.delivered.consumer_seq

        return asyncio.run(ask())

    def is_told(self) -> bool:
        """Whether no worker misses events now."""
        logs = [log.read_text() for log in (self._folder / "data" / "logs").glob("worker-*.log")]
        return all(log.rfind("events_back") >= log.rfind("events_unavailable") for log in logs)

    def check(self, rows: int, *, doubts: bool = False) -> None:
        """Recount everything from outside."""
        oracle.check(
            self.database_url,
            self.store.read,
            accepted=rows,
            mail_log=self.mail_log,
            doubts=doubts,
            scans=2,
        )
