"""Measures what waits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cobranca.domain.billing import BatchState
from cobranca.domain.errors import Transient
from cobranca.infra import metrics
from cobranca.overview import repository

if TYPE_CHECKING:
    from cobranca.infra.db import Database

#: Batches whose number is measured, by state; the ended ones only grow.
_SHOWN = [*(state.value for state in BatchState if state is not BatchState.NOTIFIED), "PAUSED"]
#: A scrape waits this long for the database, in seconds.
_MEASURE_S = 5.0


async def measure_backlog(database: Database) -> None:
    """Bring the metrics of waiting and stopped batches up to date, or say that they are unknown."""
    try:
        async with asyncio.timeout(_MEASURE_S), database.transaction() as connection:
            rows = await repository.measure_backlog(connection)
    except (Transient, TimeoutError):
        metrics.set_backlog(None, 0.0)
        return
    states = dict.fromkeys(_SHOWN, (0, 0))
    states |= {row.state: (row.batches, row.billings) for row in rows}
    metrics.set_backlog(states, max((row.oldest_s for row in rows), default=0.0))
