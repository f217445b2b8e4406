"""Measures what waits, and sums what falls due."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from cobranca.domain.billing import BatchState
from cobranca.domain.errors import Transient
from cobranca.domain.period import check_period
from cobranca.infra import metrics
from cobranca.overview import repository
from cobranca.overview.schemas import DueDay, DueOverview

if TYPE_CHECKING:
    from datetime import date

    from cobranca.infra.db import Database

#: Batches whose number is measured, by state; the ended ones only grow.
_SHOWN = [*(state.value for state in BatchState if state is not BatchState.NOTIFIED), "PAUSED"]
#: A scrape waits this long for the database, in seconds.
_MEASURE_S = 5.0
#: Days of a period at the most: a year, and the day on which it ends.
PERIOD_DAYS_MAX: Final = 367


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


async def sum_due(
    database: Database, beneficiary_id: int, *, first: date, last: date
) -> DueOverview:
    """Sum what falls due from one day to another, both included.

    Raises:
        InvalidField: on `to`: it is before the first day, or too far behind it.
    """
    check_period(first, last, days_max=PERIOD_DAYS_MAX)
    async with database.transaction() as connection:
        rows = await repository.sum_due(
            connection, beneficiary_id=beneficiary_id, first=first, last=last
        )
        unsummed = await repository.has_unsummed(connection, beneficiary_id)
    return DueOverview(
        first=first,
        last=last,
        billings=sum(row.billings for row in rows),
        amount_cents=sum(row.amount_cents for row in rows),
        removed=sum(row.removed for row in rows),
        removed_cents=sum(row.removed_cents for row in rows),
        days=[
            DueDay(due_date=row.due_date, billings=row.billings, amount_cents=row.amount_cents)
            for row in rows
            if row.billings
        ],
        is_complete=not unsummed,
    )
