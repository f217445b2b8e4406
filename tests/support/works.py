"""Does the line's work in the test's own process, one piece at a time, as a worker would."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cobranca.billings.search import service as search
from cobranca.billings.search.handlers import INDEX_UPLOAD
from cobranca.boletos import service as boletos
from cobranca.boletos.handlers import ISSUE
from cobranca.notifications.handlers import NOTIFY
from cobranca.pipeline import lease
from cobranca.pipeline.kinds import Kinds
from cobranca.pipeline.poll import poll

if TYPE_CHECKING:
    from cobranca.infra.db import Connection
    from cobranca.infra.resources import Resources
    from cobranca.notifications.service import Notifier
    from cobranca.pipeline.kinds import Kind
    from cobranca.pipeline.lease import Work

KINDS = Kinds([ISSUE, NOTIFY, INDEX_UPLOAD])


async def issue_batch(resources: Resources) -> bool:
    """Issue the batch whose turn it is; return whether there was one."""
    return await poll(resources, KINDS, ISSUE, partial(boletos.issue_batch, resources))


async def notify_batch(resources: Resources, notifier: Notifier) -> bool:
    """Write to the payers of the batch whose turn it is; return whether there was one."""
    return await poll(resources, KINDS, NOTIFY, notifier.notify_batch)


async def index_uploads(resources: Resources) -> None:
    """Make every file that has ended searchable."""
    await search.plan_indexing(resources)
    while await poll(resources, KINDS, INDEX_UPLOAD, partial(search.index_upload, resources)):
        pass


async def claim(connection: Connection, kind: Kind = ISSUE, lease_s: float = 60) -> Work | None:
    """Claim the piece of work whose turn it is."""
    following = KINDS.following(kind.name)
    return await lease.claim(connection, kind.name, following=following, lease_s=lease_s)
