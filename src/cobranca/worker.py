"""The worker: does every kind of work, in any mix of roles.

python -m cobranca.worker --role issuer,notifier,indexer
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING

from faststream import FastStream

from cobranca.billings.search.handlers import INDEX_UPLOAD
from cobranca.billings.search.service import plan_indexing
from cobranca.boletos.handlers import ISSUE
from cobranca.domain.errors import Transient
from cobranca.domain.events import WorkReady
from cobranca.http.ops import parts_of, served_ops
from cobranca.infra import process
from cobranca.infra.bus import Bus, WorkQueue
from cobranca.infra.disk import DiskWatch
from cobranca.infra.log import get_logger
from cobranca.infra.resources import Resources, opened, prepare_resources
from cobranca.infra.settings import get_settings
from cobranca.jobs.handlers import DO_JOB, MAKE_FILE
from cobranca.notifications.first_mail import check_mail_settings
from cobranca.notifications.handlers import NOTIFY
from cobranca.payments.handlers import POST_RETURN
from cobranca.payments.rematch.handlers import MATCH_SUSPENSE
from cobranca.pipeline.kinds import Kinds
from cobranca.pipeline.poll import poll
from cobranca.remittances.handlers import DELIVER, REGISTER
from cobranca.uploads.handlers import ended_queue
from cobranca.webhooks.handlers import TELL_ENDPOINT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cobranca.pipeline.kinds import Run
    from cobranca.pipeline.lease import Work

log = get_logger()

#: Every kind of work, in the order of the line. A further kind is one entry more.
KINDS = Kinds(
    [
        ISSUE, NOTIFY, INDEX_UPLOAD, REGISTER, DELIVER, POST_RETURN, MATCH_SUSPENSE, TELL_ENDPOINT,
        DO_JOB, MAKE_FILE,
    ]
)  # fmt: skip

#: One piece of work of each kind at a time, its lease's renewal, and the sweep of statuses.
CONNECTIONS_MAX = 6
_WATCH_S = 5.0
#: Without events: how long until the next poll after there was nothing to do.
_POLL_S = 2.0


def queues_of(
    resources: Resources, kinds: Kinds, roles: list[str], *, disk: DiskWatch | None = None
) -> list[WorkQueue]:
    """Return what a worker of these roles listens to: its kinds of work, and their ends."""
    queues = [ended_queue(resources, then=partial(plan_indexing, resources))]
    disk = disk or DiskWatch(resources.settings)
    for kind in kinds:
        if kind.role in roles:
            run = _with_room(disk, kind.prepare(resources))
            subject = WorkReady(kind=kind.name).subject
            polled = partial(_poll_with_room, disk, partial(poll, resources, kinds, kind, run))
            queues.append(WorkQueue(subject, queue=kind.name, poll=polled))
    return queues


async def _poll_with_room(disk: DiskWatch, polled: Callable[[], Awaitable[bool]]) -> bool:
    """Claim nothing while there is no room; the sweep tells again of what is there."""
    return False if disk.is_waiting() else await polled()


def _with_room(disk: DiskWatch, run: Run) -> Run:
    """Lay work by with its reason, and no attempt counted, when the disk has no room for it."""

    async def checked(work: Work) -> None:
        disk.check()
        await run(work)

    return checked


async def work(roles: list[str]) -> None:
    """Work what events tell of, and without events what is there, until told to stop."""
    settings = get_settings()
    resources = prepare_resources(settings, name="worker", connections_max=CONNECTIONS_MAX)
    queues = queues_of(resources, KINDS, roles)
    for queue in queues:
        resources.broker.include_router(queue.router())
    app = FastStream(resources.broker, logger=None)
    subscribed, missing = asyncio.Event(), asyncio.Event()

    @app.after_startup
    async def started() -> None:
        log.info("worker_started", roles=roles)
        subscribed.set()

    async with (
        served_ops(settings, partial(parts_of, resources)),
        opened(resources, connect_broker=False),
    ):
        tasks = {asyncio.create_task(_poll_for_work(queue, missing)) for queue in queues}
        watch = _watch_queues(resources.bus, queues, app, subscribed=subscribed, missing=missing)
        tasks.add(asyncio.create_task(watch))
        try:
            await app.run()
        finally:
            await asyncio.gather(*(queue.close() for queue in queues))
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


async def _watch_queues(
    bus: Bus,
    queues: list[WorkQueue],
    app: FastStream,
    *,
    subscribed: asyncio.Event,
    missing: asyncio.Event,
) -> None:
    """Tell when events are missing; end the worker when the event server has lost its queue.

    The next start makes the queue anew.
    """
    while True:
        await asyncio.sleep(_WATCH_S)
        try:
            there = all([await bus.has_queue(queue.queue) for queue in queues])
        except Transient:
            if not missing.is_set():
                log.warning("events_unavailable")
            missing.set()  # The connection comes back by itself.
            continue
        if there and missing.is_set():
            log.info("events_back")
            missing.clear()
        if not there and subscribed.is_set():
            log.warning("queues_lost", queues=[queue.queue for queue in queues])
            app.exit()
            return


async def _poll_for_work(queue: WorkQueue, missing: asyncio.Event) -> None:
    """Do one piece of work after another for as long as events are missing."""
    while True:
        await missing.wait()
        try:
            more = await queue.poll()
        except Exception:
            log.exception("poll_failed", queue=queue.queue)
            more = False
        if not more:
            await asyncio.sleep(_POLL_S)


def run(role: str | None = None) -> None:
    """Run a worker of roles with commas between them, or of all, until told to stop."""
    known = KINDS.roles()
    roles = role.split(",") if role else known
    if unknown := set(roles) - set(known):
        sys.exit(f"unknown role {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    check_mail_settings(get_settings())
    process.run("worker", partial(work, roles))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Work batches of billings")
    parser.add_argument("--role", help=f"some of {','.join(KINDS.roles())}; all unless told")
    run(parser.parse_args().role)
