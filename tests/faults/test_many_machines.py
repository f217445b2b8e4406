"""A host a part, some of them cut off or killed on the way: the same end.

`COBRANCA_MACHINES_ROWS=1100000` runs it with the official size.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cobranca.billings.sample_csv import SampleOptions, generate_csv
from tests.acceptance import oracle
from tests.acceptance.product import wait_for
from tests.faults.installation import Installation
from tests.faults.machines import Network, why_not

pytestmark = pytest.mark.stack

ROWS = int(os.environ.get("COBRANCA_MACHINES_ROWS", "30000"))
#: `smtp`: the mail server's own log tells what was doubled; `outbox` is several times as fast.
MAIL = os.environ.get("COBRANCA_MACHINES_MAIL", "smtp")
LEASE_S = 5
CONNECTIONS = 4
SETTINGS = {
    "COBRANCA_LEASE_S": str(LEASE_S),
    "COBRANCA_SWEEP_S": "5",
    "COBRANCA_BATCH_ROWS": str(max(500, ROWS // 200)),
    "COBRANCA_MAIL": MAIL,
    "COBRANCA_SMTP_CONNECTIONS": str(CONNECTIONS),
}


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
        wait_for_progress(installation, upload_id, 0.02)
        for node in installation.nats:
            installation.api.find(node)
        installation.issuers[0].kill()
        installation.schedulers[0].kill()
        wait_for_progress(installation, upload_id, 0.1)
        away = [installation.notifiers[0], installation.nats_leader()]
        for host in away:
            host.cut_off()
        time.sleep(LEASE_S * 2)
        for host in away:
            host.join()
        upload = client.wait_until_ended(upload_id, timeout_s=120 + ROWS / 500)
        uncertain = upload["statuses"].get("UNCERTAIN", 0)
        assert upload["statuses"]["SENT"] + uncertain == ROWS
        # What was under way on the connections of the one that was cut off, and no more.
        assert uncertain <= CONNECTIONS
        oracle.check(
            installation.database_url,
            installation.s3.read,
            accepted=ROWS,
            mail_log=installation.mail_log if MAIL == "smtp" else None,
            doubts=MAIL == "smtp",
        )


def wait_for_progress(installation: Installation, upload_id: str, progress: float) -> None:
    """Wait until an upload is under way."""

    def under_way() -> bool:
        upload = installation.client.get_upload(upload_id)
        return upload is not None and upload["progress"] >= progress

    wait_for(under_way, 120, f"progress of {progress}")
