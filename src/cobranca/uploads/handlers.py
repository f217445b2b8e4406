"""What wakes the files: work has ended, so that a whole file may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.domain.events import WorkEnded
from cobranca.infra.bus import WorkQueue
from cobranca.uploads.service import finish_ended_uploads

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cobranca.infra.resources import Resources


def ended_queue(resources: Resources, *, then: Callable[[], Awaitable[object]]) -> WorkQueue:
    """Return the queue that marks files whose last work has ended, on which `then` follows."""

    async def poll() -> bool:
        if await finish_ended_uploads(resources.database):
            await then()
        return False

    return WorkQueue(WorkEnded.subject, queue="uploads", poll=poll)
