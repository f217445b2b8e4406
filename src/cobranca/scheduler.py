"""The scheduler: the cron job that publishes again what has stalled, and deletes what is old.

It works nothing itself.

Any number of schedulers may run: work published twice is claimed once.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from functools import partial

from cobranca.billings.search.service import plan_indexing
from cobranca.domain.errors import CobrancaError
from cobranca.domain.events import WorkReady
from cobranca.http.ops import parts_of, served_ops
from cobranca.infra import process
from cobranca.infra.disk import DiskWatch
from cobranca.infra.log import get_logger
from cobranca.infra.metrics import SWEPT_AT
from cobranca.infra.resources import Resources, opened, prepare_resources
from cobranca.infra.settings import Settings, get_settings
from cobranca.infra.telemetry import (
    DiskHasRoom,
    DiskShort,
    OldDataPurged,
    RetentionFailed,
    SweepFailed,
    WorkRepublished,
    emit,
)
from cobranca.jobs.service import remove_old_jobs
from cobranca.payments.folder import pick_up
from cobranca.payments.service import count_settled_uploads
from cobranca.pipeline import lease
from cobranca.pipeline.beneficiary import OwnBeneficiary
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.pipeline.job_files import remove_forgotten
from cobranca.remittances.orders import place_automatic_orders
from cobranca.retention.service import NOTHING, Bounds, purge
from cobranca.uploads.checks.service import remove_expired_checks
from cobranca.uploads.service import adopt_uploads, finish_ended_uploads

log = get_logger()

#: Work published again in one pass; more waits for the next pass, which then follows at once.
_ROWS_MAX = 1000
#: A lease that runs out between two passes is looked after this soon.
_PASS_S_MIN = 1.0
#: How often it is looked for what has become old, and how much goes in one pass.
_RETENTION_S = 3600.0
_RETAINED_MAX = Bounds(uploads_max=20, objects_max=10_000)


async def sweep(resources: Resources, *, idle_s: float) -> int:
    """Publish all stalled work again, and mark files that have ended; return how much there was."""
    await adopt_uploads(resources.database)
    async with resources.database.transaction() as connection:
        found = await lease.find_stalled(connection, idle_s=idle_s, rows_max=_ROWS_MAX)
    if found:
        crashpoint("stalled-found")
    published = await resources.bus.publish(WorkReady(kind=work.kind) for work in found)
    await finish_ended_uploads(resources.database)
    await count_settled_uploads(resources.database)
    await plan_indexing(resources)
    if found:
        emit(WorkRepublished(found=len(found), published=published))
    return len(found)


async def run() -> None:
    """Sweep and, where that is set, delete what is old, until told to stop."""
    settings = get_settings()
    resources = prepare_resources(settings, name="scheduler", connections_max=2)
    async with (
        served_ops(settings, partial(parts_of, resources)),
        opened(resources, connect_broker=True),
        asyncio.TaskGroup() as tasks,
    ):
        log.info("scheduler_started", sweep_s=settings.sweep_s)
        tasks.create_task(_sweep_always(resources))
        if settings.retention_days is not None:
            tasks.create_task(_retain_always(resources, days=settings.retention_days))


async def _sweep_always(resources: Resources) -> None:
    """Sweep every `sweep_s` seconds, and sooner when a lease or a pause ends sooner."""
    settings = resources.settings
    disk, is_short = DiskWatch(settings), False
    beneficiary = OwnBeneficiary(resources.database, settings.beneficiary)
    while True:
        is_short = tell_room(settings, disk, was_short=is_short)
        wait_s = settings.sweep_s
        try:
            found = await sweep(resources, idle_s=settings.sweep_s)
            await remove_expired_checks(resources)
            await remove_forgotten(resources.database, resources.storage)
            await remove_old_jobs(resources.database)
            if settings.remittance.automatic:
                await place_automatic_orders(resources, await beneficiary.id())
            if settings.returns.folder is not None:
                await pick_up(resources, await beneficiary.id())
            SWEPT_AT.set_to_current_time()
            async with resources.database.transaction() as connection:
                due_s = await lease.seconds_to_next_due(connection)
            if found < _ROWS_MAX and due_s is not None:
                wait_s = min(wait_s, due_s)
        except CobrancaError as error:
            emit(SweepFailed(code=error.code, detail=error.detail))
            wait_s = _PASS_S_MIN * 5
        await asyncio.sleep(max(wait_s, _PASS_S_MIN))


async def _retain_always(resources: Resources, *, days: int) -> None:
    """Delete what is old, a bounded piece at a time, and look again later."""
    while True:
        more = await retain(resources, days=days)
        await asyncio.sleep(_PASS_S_MIN if more else _RETENTION_S)


async def retain(resources: Resources, *, days: int) -> bool:
    """Delete a bounded piece of what is old; return whether there may be more of it now."""
    try:
        done = await purge(resources.database, resources.storage, days=days, bounds=_RETAINED_MAX)
    except CobrancaError as error:
        emit(RetentionFailed(code=error.code, detail=error.detail))
        return False
    if done != NOTHING:
        emit(OldDataPurged(**asdict(done)))
    return done.uploads == _RETAINED_MAX.uploads_max or _RETAINED_MAX.objects_max in {
        done.unnamed,
        done.bounces,
    }


def tell_room(settings: Settings, disk: DiskWatch, *, was_short: bool) -> bool:
    """Tell when workers stop for want of room, and when they go on; return whether they do."""
    is_short = disk.is_short()
    if is_short and not was_short:
        emit(DiskShort(free_bytes_min=settings.disk_free_bytes_min))
    elif was_short and not is_short:
        emit(DiskHasRoom())
    return is_short


def main() -> None:
    """Run the scheduler until the process is told to stop."""
    process.run("scheduler", run)


if __name__ == "__main__":
    main()
