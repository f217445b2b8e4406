"""What all processes of one machine may open together fits the server that they start."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import annotated_types
import pytest

from cobranca import api, scheduler, worker
from cobranca.infra.settings import Settings
from cobranca.supervisor.embedded.postgres_conf import postgresql_conf
from cobranca.uploads import ingest_pool

#: Of PostgreSQL's max_connections, by its default; and what a person opens beside the product:
#: migrations, a purge, a back-up, psql.
_RESERVED = 3
_BY_HAND = 8


def _api() -> int:
    return api.CONNECTIONS_MAX + api.WATCH_CONNECTIONS_MAX + ingest_pool.PROCESSES


def _scheduler() -> int:
    found = re.search(r"connections_max=(\d+)", inspect.getsource(scheduler.run))
    assert found
    return int(found[1])


def _max_connections(text: str) -> int:
    found = re.search(r"max_connections ?= ?'?(\d+)", text)
    assert found
    return int(found[1])


def test_the_embedded_server_has_a_connection_for_every_process_that_up_may_start() -> None:
    (workers,) = (
        bound.le
        for bound in Settings.model_fields["workers"].metadata
        if isinstance(bound, annotated_types.Le)
    )
    assert isinstance(workers, int)
    needed = _api() + worker.CONNECTIONS_MAX * workers + _scheduler()
    conf = postgresql_conf(memory_bytes=1 << 30, disk_bytes=1 << 40, lz4=True)
    assert needed + _RESERVED + _BY_HAND <= _max_connections(conf)


@pytest.mark.parametrize("workers", [1, 8, 16])
def test_compose_has_a_connection_for_every_process(workers: int) -> None:
    compose = Path("docker-compose.yml").read_text(encoding="utf-8")
    needed = 2 * _api() + worker.CONNECTIONS_MAX * workers + 2 * _scheduler()
    assert needed + _RESERVED + _BY_HAND <= _max_connections(compose)


def test_the_arithmetic_of_the_documentation_is_that_of_the_code() -> None:
    text = Path("docs/operations.md").read_text(encoding="utf-8")
    said = re.search(
        r"connections = (\d+) x APIs .* \+ (\d+) x workers \+ (\d+) x schedulers", text
    )
    assert said
    assert tuple(map(int, said.groups())) == (_api(), worker.CONNECTIONS_MAX, _scheduler())
