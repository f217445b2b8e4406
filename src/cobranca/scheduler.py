"""The scheduler: the cron job that tells again whatever has stood still. It works nothing itself.

Any number of schedulers may run: a batch told twice is claimed once.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

import uvloop

from cobranca.domain.billing import BatchState
from cobranca.domain.errors import CobrancaError
from cobranca.domain.events import BoletosIssued, Event, UploadReceived
from cobranca.infra.log import get_logger, set_up_logging
from cobranca.infra.metrics import SWEPT_AT
from cobranca.infra.metrics_server import served_metrics
from cobranca.infra.resources import Resources, opened, prepare_resources
from cobranca.infra.settings import get_settings
from cobranca.pipeline import lease
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.pipeline.lease import StandingBatch
from cobranca.uploads.service import finish_ended_uploads

log = get_logger()

#: Batches told again in one pass; more wait for the next pass, which then follows at once.
_ROWS_MAX = 1000
#: A lease that runs out between two passes is looked after this soon.
_PASS_S_MIN = 1.0


async def sweep(resources: Resources, *, idle_s: float) -> int:
    """Tell again every batch that nobody works, and mark files that have ended; return how many."""
    async with resources.database.transaction() as connection:
        found = await lease.standing(connection, idle_s=idle_s, rows_max=_ROWS_MAX)
    if found:
        crashpoint("standing-found")
    told = await resources.bus.publish(map(_event, found))
    await finish_ended_uploads(resources.database)
    if found:
        log.info("batches_told_again", found=len(found), told=told)
    return len(found)


async def run() -> None:
    """Sweep every `sweep_s` seconds, and sooner when a lease or a pause ends sooner."""
    settings = get_settings()
    resources = prepare_resources(settings, name="scheduler", connections_max=2)
    async with opened(resources, connect_broker=True):
        log.info("scheduler_started", sweep_s=settings.sweep_s)
        while True:
            wait_s = settings.sweep_s
            try:
                found = await sweep(resources, idle_s=settings.sweep_s)
                SWEPT_AT.set_to_current_time()
                async with resources.database.transaction() as connection:
                    due_s = await lease.seconds_to_next_due(connection)
                if found < _ROWS_MAX and due_s is not None:
                    wait_s = min(wait_s, due_s)
            except CobrancaError as error:
                log.warning("sweep_failed", code=error.code, detail=error.detail)
                wait_s = _PASS_S_MIN * 5
            await asyncio.sleep(max(wait_s, _PASS_S_MIN))


def _event(batch: StandingBatch) -> Event:
    if batch.state in {BatchState.RECEIVED, BatchState.ISSUING}:
        return UploadReceived(batch_id=batch.id)
    return BoletosIssued(batch_id=batch.id, object_path=batch.object_path)


def main() -> None:
    """Run the scheduler until the process is told to stop."""
    set_up_logging(get_settings().log_level, "scheduler")
    uvloop.install()
    with served_metrics(get_settings()), suppress(asyncio.CancelledError):
        asyncio.run(_run_until_told())


async def _run_until_told() -> None:
    """End on SIGTERM, which is ignored by whatever is a container's first process unless asked."""
    task = asyncio.create_task(run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await task


if __name__ == "__main__":
    main()
