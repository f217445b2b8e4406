"""Takes one piece of work of a kind and does it: the one road, with or without events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.domain.events import WorkEnded, WorkReady
from cobranca.pipeline import lease

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.kinds import Kind, Kinds, Run


async def poll(resources: Resources, kinds: Kinds, kind: Kind, run: Run) -> bool:
    """Do one piece of work of a kind; return whether there was any, so that there may be more."""
    settings = resources.settings
    async with resources.database.transaction() as connection:
        work = await lease.claim(
            connection, kind.name, following=kinds.following(kind.name), lease_s=settings.lease_s
        )
    if work is None:
        return False
    async with lease.kept_lease(resources.database, work, settings):
        await run(work)
        # Hints: who is woken in vain finds nothing, and the sweep makes up for what is lost.
        following = [WorkReady(kind=name) for name in work.following]
        await resources.bus.publish(following or [WorkEnded(group_id=work.group_id)])
    return True
