"""The worker: issues boletos, notifies payers and brings their status back, in any mix of roles.

python -m cobranca.worker --role issuer,notifier
"""

from __future__ import annotations

import argparse
import asyncio
import sys

import uvloop
from faststream import FastStream

from cobranca.billings.handlers import status_router
from cobranca.boletos.handlers import issuer_router
from cobranca.domain.errors import Transient
from cobranca.infra.log import get_logger, set_up_logging
from cobranca.infra.metrics_server import served_metrics
from cobranca.infra.resources import Resources, opened, prepare_resources
from cobranca.infra.settings import get_settings
from cobranca.infra.tracing import set_up_tracing
from cobranca.notifications.handlers import notifier_router

log = get_logger()

ROLES = {
    "issuer": (issuer_router,),
    "notifier": (notifier_router, status_router),
}
#: One batch of each role at a time, its lease's renewal, and the sweep of statuses.
_CONNECTIONS_MAX = 6
_WATCH_S = 5.0


async def work(roles: list[str]) -> None:
    """Work events until the process is told to stop."""
    settings = get_settings()
    resources = prepare_resources(settings, name="worker", connections_max=_CONNECTIONS_MAX)
    for role in roles:
        for router in ROLES[role]:
            resources.broker.include_router(router(resources))
    app = FastStream(resources.broker, logger=None)
    async with opened(resources, connect_broker=False):
        watch: asyncio.Task[None] | None = None

        @app.after_startup
        async def started() -> None:
            nonlocal watch
            log.info("worker_started", roles=roles)
            watch = asyncio.create_task(_watch_queues(resources, roles, app))

        await app.run()
        if watch is not None:
            watch.cancel()


async def _watch_queues(resources: Resources, roles: list[str], app: FastStream) -> None:
    """End the worker when the event server has lost its queue; the next start makes it anew."""
    while True:
        await asyncio.sleep(_WATCH_S)
        try:
            there = [await resources.bus.has_queue(role) for role in roles]
        except Transient:
            continue  # The connection comes back by itself.
        if not all(there):
            log.warning("queues_lost", roles=roles)
            app.exit()
            return


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
