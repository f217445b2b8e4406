"""A large file does not keep a small one waiting, with the real processes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from tests.support.product import Product

pytestmark = pytest.mark.stack

LARGE_ROWS, SMALL_ROWS = 100_000, 100


def csv(rows: int, seed: int) -> bytes:
    """Return a file in the official format."""
    return b"".join(generate_csv(SampleOptions(rows=rows, seed=seed)))


def test_a_small_file_ends_while_more_than_half_of_a_large_one_is_left() -> None:
    with tempfile.TemporaryDirectory(prefix="cobranca-fair-") as folder:
        Path(folder).chmod(0o711)
        with Product(Path(folder) / "data") as product:
            large = product.upload(csv(LARGE_ROWS, 1))
            small = product.upload(csv(SMALL_ROWS, 2))
            ended = product.wait_until_ended(small["upload_id"])
            left = product.get_upload(large["upload_id"])
    assert ended["statuses"]["SENT"] == SMALL_ROWS
    assert left is not None
    assert left["progress"] < 0.5
