"""What a process holds open while it lives: settings, database, storage, events."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cobranca.domain.errors import Permanent
from cobranca.infra.bus import Bus, EventBroker, open_broker
from cobranca.infra.db import Database
from cobranca.infra.log import get_logger
from cobranca.infra.storage import Storage, open_storage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cobranca.infra.settings import Settings

log = get_logger()

_CONNECT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """The open connections of one process."""

    settings: Settings
    database: Database
    storage: Storage
    broker: EventBroker
    bus: Bus
    #: What the features want closed with the process.
    closing: AsyncExitStack = field(default_factory=AsyncExitStack)


def prepare_resources(
    settings: Settings, *, name: str, connections_max: int, wait_s: float = 10.0
) -> Resources:
    """Make everything ready without opening a connection; one is waited for `wait_s` seconds.

    Raises:
        Permanent: DATABASE_URL or NATS_URL is missing; `cobranca up` sets both.
    """
    if settings.database_url is None or settings.nats_url is None:
        raise Permanent("Set DATABASE_URL and NATS_URL, or start everything with `cobranca up`")
    broker = open_broker(settings.nats_url, name, replicas=settings.nats_replicas)
    return Resources(
        settings=settings,
        database=Database(
            settings.database_url,
            connections_max=connections_max,
            name=name,
            # What hangs lets go of its locks before its lease runs out.
            idle_s=max(5.0, settings.lease_s / 2),
            wait_s=wait_s,
        ),
        storage=open_storage(settings),
        broker=broker,
        bus=Bus(broker),
    )


@asynccontextmanager
async def opened(resources: Resources, *, connect_broker: bool) -> AsyncGenerator[Resources]:
    """Open the database and, where nobody else starts it, the broker; close both at the end."""
    await resources.database.open()
    try:
        if connect_broker:
            connecting = asyncio.create_task(resources.broker.connect())
            resources.closing.callback(connecting.cancel)
            # The sweep tells again what could not be told: a start does not wait for events.
            if not (await asyncio.wait({connecting}, timeout=_CONNECT_S))[0]:
                log.warning("events_unavailable")
        yield resources
    finally:
        await resources.broker.stop()
        await resources.closing.aclose()
        await resources.database.close()
