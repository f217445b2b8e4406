"""Random kill -9 of any part, again and again, while a file is worked: all there, none twice.

`make test` kills 20 times over 50,000 rows; `make chaos` 200 times over 1.1 million.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from tests.support import oracle
from tests.support.product import Product, wait_for

KILLS = int(os.environ.get("COBRANCA_CHAOS_KILLS", "20"))
ROWS = int(os.environ.get("COBRANCA_CHAOS_ROWS", "50000"))
SEED = int(os.environ.get("COBRANCA_CHAOS_SEED", "7"))
#: The parts, by how often they are hit. PostgreSQL takes everything with it for a second.
PARTS = ("worker-1", "worker-2", "worker-1", "worker-2", "api", "scheduler", "nats", "postgres")

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600 + ROWS // 250)]


def test_random_kills_lose_nothing_and_double_nothing() -> None:
    chance = random.Random(SEED)  # noqa: S311 - reproducible chaos, no secret.
    options = SampleOptions(rows=ROWS, seed=SEED)
    with tempfile.TemporaryDirectory(prefix="cobranca-chaos-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        batch_rows = str(max(250, ROWS // 200))
        with Product(folder / "data", COBRANCA_BATCH_ROWS=batch_rows) as product:
            answer = product.upload(b"".join(generate_csv(options)))
            for killed in range(KILLS):
                # Spread over the work, so that the last kill hits it as the first did.
                product.wait_for_progress(answer["upload_id"], killed / KILLS)
                time.sleep(chance.uniform(0, 0.5))
                wait_for(lambda: kill(product, chance.choice(PARTS)), 120, "a part to kill")
            wait_for(product.is_ready, 120, "the API to be back")
            upload = product.wait_until_ended(answer["upload_id"])
            assert (upload["status"], upload["statuses"]["SENT"]) == ("SENT", ROWS)
            oracle.check(product.database_url, product.read_object, accepted=ROWS)


def kill(product: Product, part: str) -> bool:
    """Kill a part; False when it is just being started again."""
    try:
        product.kill(part)
    except (ProcessLookupError, LookupError, psutil.NoSuchProcess):
        return False
    return True
