"""kill -9 of any part in the middle of a run: the same end as without."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from tests.support import oracle
from tests.support.product import Product, wait_for

pytestmark = pytest.mark.stack

ROWS = 20_000


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Return a data folder that PostgreSQL's account may enter."""
    with tempfile.TemporaryDirectory(prefix="cobranca-kill-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "data"


def csv(seed: int) -> bytes:
    """Return a file in the official format."""
    return b"".join(generate_csv(SampleOptions(rows=ROWS, seed=seed)))


def test_kills_in_the_middle_change_nothing(data_dir: Path) -> None:
    with Product(data_dir) as product:
        answer = product.upload(csv(1))
        for step, name in enumerate(("worker-1", "api", "postgres", "worker-2", "nats")):
            product.wait_for_progress(answer["upload_id"], 0.05 + step * 0.15)
            product.kill(name)
        upload = product.wait_until_ended(answer["upload_id"])
        assert (upload["status"], upload["statuses"]["SENT"]) == ("SENT", ROWS)
        oracle.check(product.database_url, product.read_object, accepted=ROWS)
        again = product.upload(csv(1))
        assert (again["repeated"], again["accepted"]) == (True, ROWS)
        oracle.check(product.database_url, product.read_object, accepted=ROWS)


def test_a_killed_supervisor_is_survived_by_the_next_start(data_dir: Path) -> None:
    with Product(data_dir) as product:
        answer = product.upload(csv(2))
        product.wait_for_progress(answer["upload_id"], 0.2)
        product.kill_supervisor()
    time.sleep(0.5)
    with product:
        upload = product.wait_until_ended(answer["upload_id"])
        assert upload["statuses"]["SENT"] == ROWS
        oracle.check(product.database_url, product.read_object, accepted=ROWS)


def test_an_api_killed_while_it_reads_a_file_leaves_all_or_nothing(data_dir: Path) -> None:
    content = csv(3)
    with Product(data_dir) as product:
        with ThreadPoolExecutor(1) as sender:
            sending = sender.submit(product.upload, content)
            for pause_s in (0.1, 0.3):
                time.sleep(pause_s)
                product.kill("api")
                wait_for(product.is_ready, 60, "the API to be back")
            answer = sending.result()
        upload = product.wait_until_ended(answer["upload_id"])
        assert upload["accepted"] == ROWS
        oracle.check(product.database_url, product.read_object, accepted=ROWS)
