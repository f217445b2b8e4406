"""Says how far each file is: the list, and single files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from cobranca.domain.billing import BatchState, BillingStatus, upload_status
from cobranca.domain.errors import NotFound, Transient
from cobranca.infra import metrics
from cobranca.infra.db import cut_page
from cobranca.overview import repository
from cobranca.overview.schemas import Upload, UploadsPage

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from cobranca.infra.db import Database

#: Batches whose number is measured, by state; the ended ones only grow.
_SHOWN = [*(state.value for state in BatchState if state is not BatchState.NOTIFIED), "PAUSED"]
#: A scrape waits this long for the database, in seconds.
_MEASURE_S = 5.0


async def list_uploads(database: Database, *, after: str | None, limit: int) -> UploadsPage:
    """Return a page of files, newest first."""
    before = int(after) if after and after.isdigit() and len(after) < 10 else None
    async with database.transaction() as connection:
        rows = await repository.list_uploads(connection, before=before, rows_max=limit + 1)
    page, after_page = cut_page(rows, limit)
    return UploadsPage(records=[_upload(row) for row in page], next=after_page)


async def get_upload(database: Database, public_id: UUID) -> Upload:
    """Return one file.

    Raises:
        NotFound: no such upload.
    """
    found = await get_uploads(database, [public_id])
    if not found:
        raise NotFound(f"There is no upload {public_id}")
    return found[0]


async def get_uploads(database: Database, public_ids: Collection[UUID]) -> list[Upload]:
    """Return the files of these ids that there are, in any order."""
    if not public_ids:
        return []
    async with database.transaction() as connection:
        rows = await repository.get_uploads(connection, public_ids)
    return [_upload(row) for row in rows]


async def measure_backlog(database: Database) -> None:
    """Bring the metrics of waiting and stopped batches up to date, or say that they are unknown."""
    try:
        async with asyncio.timeout(_MEASURE_S), database.transaction() as connection:
            rows = await repository.measure_backlog(connection)
    except (Transient, TimeoutError):
        metrics.set_backlog(None, 0.0)
        return
    states = dict.fromkeys(_SHOWN, (0, 0))
    states |= {row["state"]: (row["batches"], int(row["billings"])) for row in rows}
    metrics.set_backlog(states, max((row["oldest_s"] for row in rows), default=0.0))


def _upload(row: dict[str, Any]) -> Upload:
    statuses = {
        BillingStatus.ACKNOWLEDGED: row["acknowledged"],
        BillingStatus.ISSUED: row["issued"],
        BillingStatus.SENT: row["sent"],
        BillingStatus.FAILED: row["failed"],
        BillingStatus.UNCERTAIN: row["uncertain"],
        BillingStatus.REMOVED: row["removed"],
    }
    removed = row["removed_at"] is not None
    if removed:
        statuses = dict.fromkeys(statuses, 0) | {BillingStatus.REMOVED: row["accepted"]}
    batches = {BatchState(state): count for state, count in row["batches"].items()}
    return Upload(
        id=row["public_id"],
        createdat=row["received_at"],
        updatedat=row["updated_at"],
        removedat=row["removed_at"],
        pausedat=row["paused_at"],
        status=upload_status(
            removed=removed,
            paused=row["paused_at"] is not None,
            statuses=statuses,
            batches=batches,
        ),
        statuses={status.value: int(count) for status, count in statuses.items()},
        progress=_progress(row, statuses),
        **{key: row[key] for key in _COPIED},
    )


_COPIED = (
    "name", "size_bytes", "records", "accepted", "rejected", "duplicates", "conflicts", "warnings",
    "mail", "encoding", "delimiter", "last_error",
)  # fmt: skip


def _progress(row: dict[str, Any], statuses: dict[BillingStatus, int]) -> float:
    """Half of the way is the boleto, the other half the mail."""
    accepted = row["accepted"]
    if not accepted:
        return 1.0
    waiting = statuses[BillingStatus.ACKNOWLEDGED] * 2 + statuses[BillingStatus.ISSUED]
    return float(max(0.0, 1 - int(waiting) / (2 * accepted)))
