"""The embedded PostgreSQL takes a bounded share of the machine that it is started on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cobranca.supervisor.embedded.postgres_conf import GIB, MIB, disk_room_bytes, postgresql_conf

if TYPE_CHECKING:
    from pathlib import Path


def _sizes_mb(*, memory_gib: float, disk_gib: float) -> dict[str, int]:
    text = postgresql_conf(
        memory_bytes=int(memory_gib * GIB), disk_bytes=int(disk_gib * GIB), lz4=False
    )
    return {
        name: int(size) for name, size in re.findall(r"^(\w+) = '(\d+)MB'$", text, re.MULTILINE)
    }


@pytest.mark.parametrize(("disk_gib", "wal_mb"), [(1, 1024), (20, 5 * 1024), (1000, 16 * 1024)])
def test_the_wal_takes_a_quarter_of_the_disk_s_room(disk_gib: float, wal_mb: int) -> None:
    sizes = _sizes_mb(memory_gib=8, disk_gib=disk_gib)
    assert sizes["max_wal_size"] == wal_mb
    assert sizes["min_wal_size"] <= wal_mb // 2


@pytest.mark.parametrize(("memory_gib", "shared_mb"), [(0.25, 64), (2, 256), (64, 512)])
def test_the_buffers_take_an_eighth_of_the_memory(memory_gib: float, shared_mb: int) -> None:
    assert _sizes_mb(memory_gib=memory_gib, disk_gib=100)["shared_buffers"] == shared_mb


def test_what_the_wal_takes_is_room_for_the_wal(tmp_path: Path) -> None:
    (tmp_path / "pg_wal").mkdir()
    before = disk_room_bytes(tmp_path)
    with (tmp_path / "pg_wal" / ("0" * 24)).open("wb") as segment:
        segment.truncate(1 << 40)  # Takes nothing: it is a hole.
    (tmp_path / "pg_wal" / "summaries").mkdir()
    assert abs(disk_room_bytes(tmp_path) - before - (1 << 40)) < 10 * GIB
    assert before > MIB
