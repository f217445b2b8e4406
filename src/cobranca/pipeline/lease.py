"""The lease on a batch: claimed with a fence, renewed while worked, refused to who lost it.

Both working features stand on this; what they do inside a batch is theirs.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.billing import WORKED_FROM, BatchState
from cobranca.domain.errors import Permanent, StaleFence, Transient
from cobranca.infra.db import Connection, Database, fetch_all, fetch_one, took_too_long
from cobranca.infra.log import get_logger
from cobranca.infra.sql import load_queries
from cobranca.infra.tracing import span

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from datetime import date, datetime
    from uuid import UUID

    from cobranca.infra.settings import Settings

log = get_logger()
QUERIES = load_queries("cobranca.pipeline")

#: What the work on a batch is called in traces.
_SPANS = {BatchState.ISSUING: "issue_batch", BatchState.NOTIFYING: "notify_batch"}
#: First pause before a failed batch is tried again; doubled at each attempt, at most 16 times.
_RETRY_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A claimed batch, as it was at the claim. Billing ids are an inclusive range."""

    id: int
    upload_id: int
    upload_public_id: UUID
    first_billing_id: int
    last_billing_id: int
    total: int
    fence: int
    attempts: int
    series_id: int | None
    first_our_number: int | None
    issued_on: date | None
    object_path: str | None
    beneficiary_id: int
    profile_id: int
    mail: str
    removed_at: datetime | None
    traceparent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingBatch:
    """A batch that the sweep found with nobody at work on it."""

    id: int
    upload_id: int
    state: BatchState
    object_path: str | None


async def claim(
    connection: Connection, batch_id: int | None, working: BatchState, *, lease_s: float
) -> Batch | None:
    """Take a batch for `working`; None when there is none to be had.

    An event says that work is there, for `batch_id`; which free batch is taken is decided here, so
    that files share the workers fairly. There are as many events as batches.
    """
    states = {"working": working, "ready": WORKED_FROM[working]}
    await connection.execute(QUERIES["take_turns"])
    free = await fetch_one(connection, QUERIES["find_fairest_batch"], **states) or await fetch_one(
        connection, QUERIES["lock_told_batch"], batch_id=batch_id
    )
    if free is None:
        return None
    row = await fetch_one(
        connection, QUERIES["claim_batch"], batch_id=free["id"], lease_s=lease_s, **states
    )
    if row is None:
        return None
    turn = {"upload_id": row["upload_id"], "turns_of_next": free["turns_of_next"]}
    await connection.execute(QUERIES["count_turn"], turn)
    return Batch(**row)


async def hold(connection: Connection, batch: Batch, working: BatchState) -> None:
    """Lock the batch until the transaction ends; every write of facts comes after this.

    Raises:
        StaleFence: another worker has taken the batch over.
    """
    row = await fetch_one(
        connection, QUERIES["lock_batch"], batch_id=batch.id, fence=batch.fence, working=working
    )
    if row is None:
        raise StaleFence


@asynccontextmanager
async def kept_lease(
    database: Database, batch: Batch, working: BatchState, settings: Settings
) -> AsyncGenerator[None]:
    """Renew the lease while the body works; on failure give the batch back, or stop it."""
    with span(
        _SPANS[working],
        parent=batch.traceparent,
        batch_id=batch.id,
        upload_id=str(batch.upload_public_id),
        billings=batch.total,
        attempt=batch.attempts,
    ) as work:
        renewal = asyncio.create_task(_renew(database, batch, settings.lease_s))
        try:
            yield
        except StaleFence as error:
            work.fail(error)
            log.warning("batch_taken_over", batch_id=batch.id, fence=batch.fence)
        except Exception as error:
            work.fail(error)
            log.exception("batch_failed", batch_id=batch.id, attempt=batch.attempts)
            await _release(database, batch, working, settings, error)
        finally:
            renewal.cancel()


async def standing(connection: Connection, *, idle_s: float, rows_max: int) -> list[StandingBatch]:
    """Return batches that have stood still longer than `idle_s` seconds, or whose lease ran out."""
    rows = await fetch_all(
        connection, QUERIES["find_standing_batches"], idle_s=idle_s, rows_max=rows_max
    )
    return [
        StandingBatch(
            id=row["id"],
            upload_id=row["upload_id"],
            state=BatchState(row["state"]),
            object_path=row["object_path"],
        )
        for row in rows
    ]


async def seconds_to_next_due(connection: Connection) -> float | None:
    """Return how long until the next lease or pause ends; None when nothing waits."""
    row = await fetch_one(connection, QUERIES["seconds_to_next_due"])
    return row["seconds"] if row else None


async def _renew(database: Database, batch: Batch, lease_s: float) -> None:
    while True:
        await asyncio.sleep(lease_s / 3)
        try:
            async with database.transaction() as connection:
                row = await fetch_one(
                    connection,
                    QUERIES["renew_lease"],
                    batch_id=batch.id,
                    fence=batch.fence,
                    lease_s=lease_s,
                )
        except Transient:
            continue
        if row is None:
            return


async def _release(
    database: Database, batch: Batch, working: BatchState, settings: Settings, error: Exception
) -> None:
    # The text of an unexpected error may hold a payer's data; only our own errors speak to people.
    text = getattr(error, "detail", type(error).__name__)
    # An outage is no fault of the batch: it counts as no attempt, however long it lasts. A query
    # that was cut off is none: it might be cut off for ever.
    passing = isinstance(error, Transient) and not took_too_long(error)
    used_up = not passing and batch.attempts >= settings.attempts_max
    async with database.transaction() as connection:
        await fetch_one(
            connection,
            QUERIES["release_batch"],
            batch_id=batch.id,
            fence=batch.fence,
            working=working,
            ready=WORKED_FROM[working],
            permanent=used_up or isinstance(error, Permanent),
            attempts=batch.attempts - passing,
            retry_s=_RETRY_S * 2 ** min(batch.attempts, 4),
            error=f"{text}"[:500],
        )
