"""The event door of the billings: what came of a batch comes back to the file it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faststream.nats import NatsRouter

from cobranca.billings.service import finish_upload
from cobranca.domain.events import PayersNotified
from cobranca.infra.bus import STREAM, work_queue

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


def status_router(resources: Resources) -> NatsRouter:
    """Return the subscriber that marks a file when its last batch has ended."""
    router = NatsRouter()

    async def on_payers_notified(message: dict[str, Any]) -> None:
        await finish_upload(resources.database, message["upload_id"])

    router.subscriber(PayersNotified.subject, stream=STREAM, **work_queue("billings"))(
        on_payers_notified
    )
    return router
