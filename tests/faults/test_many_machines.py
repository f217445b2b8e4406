"""A host a part, some of them cut off or killed on the way: the same end.

`COBRANCA_MACHINES_ROWS=1100000` runs it with the official size.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from tests.support import oracle
from tests.support.installation import Installation, start_postgres
from tests.support.machines import Host, Network, why_not
from tests.support.product import wait_for

ROWS = int(os.environ.get("COBRANCA_MACHINES_ROWS", "20000"))
pytestmark = [pytest.mark.stack, pytest.mark.timeout(600 + ROWS // 250)]
#: `smtp`: the mail server's own log tells what was doubled; `outbox` is several times as fast.
MAIL = os.environ.get("COBRANCA_MACHINES_MAIL", "smtp")
LEASE_S = 5
#: What a notifier may have under way when it vanishes, or the database before it: a chunk of 20 on
#: each of its connections. That happens three times: to one of them, then to both.
CONNECTIONS = 4
UNDER_WAY_MAX = 3 * 20 * CONNECTIONS
SETTINGS = {
    "COBRANCA_LEASE_S": str(LEASE_S),
    "COBRANCA_SWEEP_S": "5",
    "COBRANCA_BATCH_ROWS": str(max(500, ROWS // 200)),
    "COBRANCA_MAIL": MAIL,
    "COBRANCA_SMTP_CONNECTIONS": str(CONNECTIONS),
}

#: A process that keeps a lock, as one that claims a batch.
HOLDER = """
import asyncio, sys
from cobranca.infra.db import Database

async def hold():
    database = Database(sys.argv[1], connections_max=1, name="test")
    await database.open()
    async with database.transaction() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(1)")
        print("held", flush=True)
        await asyncio.sleep(3600)

asyncio.run(hold())
"""


@pytest.fixture
def network() -> Iterator[Network]:
    """Return a bridge whose hosts' folders PostgreSQL's account may enter."""
    if reason := why_not():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="cobranca-hosts-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Network(folder) as network:
            yield network


def test_hosts_that_vanish_lose_nothing_and_double_nothing(network: Network) -> None:
    content = b"".join(generate_csv(SampleOptions(rows=ROWS, seed=11)))
    with Installation(network, settings=SETTINGS) as installation:
        client = installation.client
        for node in installation.nats:
            installation.api.lose(node)
        upload_id = client.upload(content)["upload_id"]
        # Nobody has heard of the file but the database: the sweep tells of it.
        installation.client.wait_for_progress(upload_id, 0.02)
        for node in installation.nats:
            installation.api.find(node)
        installation.issuers[0].kill()
        installation.schedulers[0].kill()
        installation.client.wait_for_progress(upload_id, 0.1)
        be_away(installation.notifiers[0], installation.nats_leader())
        installation.client.wait_for_progress(upload_id, 0.3)
        be_away(installation.database)
        installation.client.wait_for_progress(upload_id, 0.5)
        be_away(installation.storage)
        upload = client.wait_until_ended(upload_id, timeout_s=120 + ROWS / 500)
        uncertain = upload["statuses"].get("UNCERTAIN", 0)
        assert upload["statuses"]["SENT"] + uncertain == ROWS
        assert uncertain <= UNDER_WAY_MAX
        oracle.check(
            installation.database_url,
            installation.s3.read,
            accepted=ROWS,
            mail_log=installation.mail_log if MAIL == "smtp" else None,
            doubts=MAIL == "smtp",
        )


def be_away(*hosts: Host) -> None:
    """Cut hosts off for longer than a lease lasts."""
    for host in hosts:
        host.cut_off()
    time.sleep(LEASE_S * 2)
    for host in hosts:
        host.join()


def test_lock_of_a_host_that_vanished_is_let_go(network: Network) -> None:
    database, worker = network.host("database"), network.host("worker")
    url = start_postgres(database)
    worker.start([sys.executable, "-c", HOLDER, url])
    wait_for(lambda: "held" in worker.log(), 60, "the lock to be held")
    worker.cut_off()
    with psycopg.connect(url, options="-c lock_timeout=60s") as connection:
        connection.execute("SELECT pg_advisory_xact_lock(1)")
