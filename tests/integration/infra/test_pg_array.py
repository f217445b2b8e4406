"""An array sent in its binary form is, to PostgreSQL, the array of those numbers."""

from __future__ import annotations

import numpy as np
import psycopg
import pytest

from cobranca.infra.pg_array import Int8Array


@pytest.mark.parametrize("numbers", [[], [7], [3, 1, 2, 1], [-(2**63), -1, 0, 2**63 - 1]])
def test_numbers_arrive_as_they_were_sent(postgres_url: str, numbers: list[int]) -> None:
    sent = Int8Array(np.array(numbers, dtype=np.int64))
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SELECT %s, 1 = ANY(%s)", (sent, sent)).fetchone()
    assert row == (numbers, 1 in numbers)
