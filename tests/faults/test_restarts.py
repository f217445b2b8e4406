"""PostgreSQL is stopped at once every few seconds, and NATS loses all it knows: the same end.

`COBRANCA_RESTARTS`, `COBRANCA_RESTART_ROWS` and `COBRANCA_RESTART_PAUSE_S` make it long: 40
restarts over 1.1 million rows, 5 to 20 s apart, are `40`, `1100000` and `20`.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nats
import pytest

from cobranca.infra.bus import STREAM
from cobranca.supervisor.embedded.nats import EmbeddedNats
from cobranca.supervisor.embedded.postgres import EmbeddedPostgres
from tests.support import oracle
from tests.support.line import csv
from tests.support.product import Product

RESTARTS = int(os.environ.get("COBRANCA_RESTARTS", "4"))
ROWS = int(os.environ.get("COBRANCA_RESTART_ROWS", "6000"))
#: The longest pause between two restarts; the shortest is a quarter of it.
PAUSE_S_MAX = float(os.environ.get("COBRANCA_RESTART_PAUSE_S", "1.5"))
SEED = int(os.environ.get("COBRANCA_RESTART_SEED", "3"))
pytestmark = [pytest.mark.stack, pytest.mark.timeout(600 + RESTARTS * PAUSE_S_MAX + ROWS // 250)]


class Servers:
    """PostgreSQL and NATS that a test restarts, and the product before them."""

    def __init__(self, folder: Path) -> None:
        """Start them."""
        self.postgres, self.nats = EmbeddedPostgres(folder), EmbeddedNats(folder)
        self.store = folder / "nats" / "store"
        settings = {"DATABASE_URL": self.postgres.start(), "NATS_URL": self.nats.start()}
        batch_rows = str(max(100, ROWS // 100))
        self.product = Product(folder / "data", COBRANCA_BATCH_ROWS=batch_rows, **settings)
        self.storage = folder / "data" / "storage"
        self.accepted = 0
        self.uploads: list[str] = []

    def stop(self) -> None:
        """Stop the servers."""
        self.postgres.stop()
        self.nats.stop()

    def crash_postgres(self, *, down_s: float) -> None:
        """Stop PostgreSQL without letting it write anything more, and start it again."""
        assert self.postgres.pid is not None
        os.kill(self.postgres.pid, signal.SIGQUIT)
        time.sleep(down_s)
        self.postgres.revive()

    def upload(self, rows: int) -> None:
        """Send a further file."""
        content = csv(rows, seed=SEED + len(self.uploads))
        self.uploads.append(self.product.upload(content)["upload_id"])
        self.accepted += rows

    def is_idle(self) -> bool:
        """Whether the last file is known to have ended."""
        upload = self.product.get_upload(self.uploads[-1])
        return upload is not None and upload["status"] in {"SENT", "ATTENTION"}

    def check(self) -> None:
        """Wait until all files have ended, and recount everything from outside."""
        for upload_id in self.uploads:
            assert self.product.wait_until_ended(upload_id)["status"] == "SENT"
        oracle.check(
            self.postgres.url,
            lambda path: (self.storage / path).read_bytes(),
            accepted=self.accepted,
            scans=5,
        )


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Return running servers, and the product before them."""
    with tempfile.TemporaryDirectory(prefix="cobranca-restart-") as name:
        Path(name).chmod(0o711)
        servers = Servers(Path(name))
        try:
            with servers.product:
                yield servers
        finally:
            servers.stop()


def test_restarts_of_the_database_change_nothing_of_the_end(servers: Servers) -> None:
    chance = random.Random(SEED)  # noqa: S311 - reproducible, no secret.
    servers.upload(ROWS)
    for _ in range(RESTARTS):
        if servers.is_idle():
            servers.upload(ROWS)
        servers.crash_postgres(down_s=chance.uniform(0.0, 0.5))
        time.sleep(chance.uniform(PAUSE_S_MAX / 4, PAUSE_S_MAX))
    servers.check()


def lose_stream(servers: Servers) -> None:
    """Delete the stream and with it the consumers, as a hasty person would."""

    async def delete() -> None:
        client = await nats.connect(servers.nats.url)
        await client.jetstream().delete_stream(STREAM.name)
        await client.close()

    asyncio.run(delete())


def lose_disk(servers: Servers) -> None:
    """Restart the server without its files."""
    servers.nats.stop(timeout_s=0)
    shutil.rmtree(servers.store)
    servers.nats.start()


@pytest.mark.parametrize("lose", [lose_stream, lose_disk])
def test_an_event_server_that_forgets_everything_changes_nothing_of_the_end(
    servers: Servers, lose: Callable[[Servers], None]
) -> None:
    for _ in range(5):  # How much is done by the time that it is lost is nobody's promise.
        servers.upload(3_000)
        lose(servers)
        if not servers.is_idle():
            break
    else:
        pytest.fail("the work was done before the events were lost, five times")
    servers.upload(100)
    servers.check()
