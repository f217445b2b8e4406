"""The worker: issues boletos, notifies payers and brings their status back, in any mix of roles.

python -m cobranca.worker --role issuer,notifier
"""

from __future__ import annotations

import argparse
import asyncio

import uvloop
from faststream import FastStream

from cobranca.billings.handlers import status_router
from cobranca.boletos.handlers import issuer_router
from cobranca.infra.log import get_logger, set_up_logging
from cobranca.infra.resources import opened, prepare_resources
from cobranca.infra.settings import get_settings
from cobranca.notifications.handlers import notifier_router

log = get_logger()

ROLES = {
    "issuer": (issuer_router,),
    "notifier": (notifier_router, status_router),
}
#: One batch of each role at a time, its lease's renewal, and the sweep of statuses.
_CONNECTIONS_MAX = 6


async def work(roles: list[str]) -> None:
    """Work events until the process is told to stop."""
    settings = get_settings()
    resources = prepare_resources(settings, name="worker", connections_max=_CONNECTIONS_MAX)
    for role in roles:
        for router in ROLES[role]:
            resources.broker.include_router(router(resources))
    async with opened(resources, connect_broker=False):
        log.info("worker_started", roles=roles)
        await FastStream(resources.broker, logger=None).run()


def main() -> None:
    """Run a worker of the roles on the command line."""
    parser = argparse.ArgumentParser(description="Work batches of billings")
    parser.add_argument("--role", default="issuer,notifier", help="issuer, notifier, or both")
    roles = parser.parse_args().role.split(",")
    if unknown := set(roles) - set(ROLES):
        parser.error(f"unknown role {', '.join(sorted(unknown))}; known: {', '.join(ROLES)}")
    set_up_logging(get_settings().log_level, "worker")
    uvloop.install()
    asyncio.run(work(roles))


if __name__ == "__main__":
    main()
