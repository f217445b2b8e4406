"""What wakes the files: work has ended, so that a whole file may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.domain.events import WorkEnded
from cobranca.infra.bus import WorkQueue
from cobranca.uploads.service import finish_ended_uploads

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


def ended_queue(resources: Resources) -> WorkQueue:
    """Return the queue in which files are marked whose last work has ended."""

    async def poll() -> bool:
        await finish_ended_uploads(resources.database)
        return False

    return WorkQueue(WorkEnded.subject, queue="uploads", poll=poll)
