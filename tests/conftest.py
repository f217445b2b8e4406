"""The real PostgreSQL and the real NATS, once a test process; a fresh database a test."""

from __future__ import annotations

import signal
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

# Its assertions tell what they compared, as a test's do.
pytest.register_assert_rewrite("tests.support.oracle")

_TEMPLATE = "cobranca_template"

# Whoever runs the tests in the background may have Ctrl-C ignored, and what they start inherits it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no failure: how long an example takes is measured by the benchmarks alone.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
# `make fuzz` looks for longer, where a test does not say itself how long it looks.
hypothesis.settings.register_profile(
    "fuzz", hypothesis.settings.get_profile("house"), max_examples=1000
)
hypothesis.settings.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let a long run tell a failure at once: if it is cut off, it has said what was wrong."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(terminal, pytest.TerminalReporter) and config.getoption("dist") != "no":
        config.pluginmanager.register(_AtOnce(terminal))


class _AtOnce:
    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._terminal.ensure_newline()
            self._terminal.write_line(f"FAILED in its {report.when}: {report.nodeid}")
            self._terminal.write_line(report.longreprtext)


@pytest.fixture(scope="session")
def servers_dir() -> Iterator[Path]:
    """Return a folder that PostgreSQL may enter; pytest's own is for its owner only."""
    with tempfile.TemporaryDirectory(prefix="cobranca-test-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_url(servers_dir: Path) -> Iterator[str]:
    """Start PostgreSQL, with a template that has the newest schema."""
    from cobranca.infra.migrations import migrate
    from cobranca.supervisor.embedded.postgres import EmbeddedPostgres

    with EmbeddedPostgres(servers_dir) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
        migrate(make_conninfo(server.url, dbname=_TEMPLATE))
        yield server.url


@pytest.fixture(scope="session")
def nats_url(servers_dir: Path) -> Iterator[str]:
    """Start NATS with JetStream."""
    from cobranca.supervisor.embedded.nats import EmbeddedNats

    with EmbeddedNats(servers_dir) as server:
        yield server.url


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    """Return a fresh, migrated database."""
    with new_database(postgres_url) as url:
        yield url


@contextmanager
def new_database(postgres_url: str) -> Iterator[str]:
    """Make a fresh, migrated database, and drop it at the end."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(_TEMPLATE)))
        yield make_conninfo(postgres_url, dbname=name)
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        connection.execute(drop.format(sql.Identifier(name)))


@pytest.fixture
def settings(database_url: str, nats_url: str, tmp_path: Path) -> Settings:
    """Return the settings of an installation of its own."""
    from cobranca.infra.settings import Settings

    return Settings(
        data_dir=tmp_path / "data", DATABASE_URL=database_url, NATS_URL=nats_url, batch_rows=100
    )


@pytest.fixture
async def resources(settings: Settings) -> AsyncIterator[Resources]:
    """Return open resources, without a worker that would take the events."""
    from cobranca.infra.resources import opened, prepare_resources

    prepared = prepare_resources(settings, name="test", connections_max=4)
    async with opened(prepared, connect_broker=True):
        yield prepared
