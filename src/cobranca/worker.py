"""The worker: issues boletos, notifies payers and brings their status back, in any mix of roles.

python -m cobranca.worker --role issuer,notifier
"""

from __future__ import annotations

import argparse
import asyncio
import sys

import uvloop
from faststream import FastStream

from cobranca.boletos.handlers import issuer_door
from cobranca.domain.errors import Transient
from cobranca.infra.bus import Bus, Door
from cobranca.infra.log import get_logger, set_up_logging
from cobranca.infra.metrics_server import served_metrics
from cobranca.infra.resources import opened, prepare_resources
from cobranca.infra.settings import get_settings
from cobranca.infra.tracing import set_up_tracing
from cobranca.notifications.handlers import notifier_door
from cobranca.uploads.handlers import status_door

log = get_logger()

ROLES = {
    "issuer": (issuer_door,),
    "notifier": (notifier_door, status_door),
}
#: One batch of each role at a time, its lease's renewal, and the sweep of statuses.
_CONNECTIONS_MAX = 6
_WATCH_S = 5.0
#: Without events: how long until the next look after there was nothing to do.
_LOOK_S = 2.0


async def work(roles: list[str]) -> None:
    """Work what events tell of, and without events what is there, until told to stop."""
    settings = get_settings()
    resources = prepare_resources(settings, name="worker", connections_max=_CONNECTIONS_MAX)
    doors = [door(resources) for role in roles for door in ROLES[role]]
    for door in doors:
        resources.broker.include_router(door.router())
    app = FastStream(resources.broker, logger=None)
    subscribed, missing = asyncio.Event(), asyncio.Event()

    @app.after_startup
    async def started() -> None:
        log.info("worker_started", roles=roles)
        subscribed.set()

    async with opened(resources, connect_broker=False):
        tasks = {asyncio.create_task(_look_for_work(door, missing)) for door in doors}
        watch = _watch_queues(resources.bus, doors, app, subscribed=subscribed, missing=missing)
        tasks.add(asyncio.create_task(watch))
        try:
            await app.run()
        finally:
            await asyncio.gather(*(door.close() for door in doors))
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


async def _watch_queues(
    bus: Bus,
    doors: list[Door],
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
            there = all([await bus.has_queue(door.queue) for door in doors])
        except Transient:
            if not missing.is_set():
                log.warning("events_unavailable")
            missing.set()  # The connection comes back by itself.
            continue
        if there and missing.is_set():
            log.info("events_back")
            missing.clear()
        if not there and subscribed.is_set():
            log.warning("queues_lost", queues=[door.queue for door in doors])
            app.exit()
            return


async def _look_for_work(door: Door, missing: asyncio.Event) -> None:
    """Work one thing after another for as long as events are missing."""
    while True:
        await missing.wait()
        try:
            more = await door.look()
        except Exception:
            log.exception("look_failed", queue=door.queue)
            more = False
        if not more:
            await asyncio.sleep(_LOOK_S)


def run(role: str) -> None:
    """Run a worker of roles with commas between them, until the process is told to stop."""
    roles = role.split(",")
    if unknown := set(roles) - set(ROLES):
        sys.exit(f"unknown role {', '.join(sorted(unknown))}; known: {', '.join(ROLES)}")
    set_up_logging(get_settings().log_level, "worker")
    set_up_tracing("worker")
    uvloop.install()
    with served_metrics(get_settings()):
        asyncio.run(work(roles))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Work batches of billings")
    parser.add_argument("--role", default="issuer,notifier", help="issuer, notifier, or both")
    run(parser.parse_args().role)
