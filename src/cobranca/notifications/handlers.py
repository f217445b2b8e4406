"""The event door of the notifying service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faststream.nats import NatsRouter

from cobranca.domain.events import BoletosIssued
from cobranca.infra.bus import STREAM, work_queue
from cobranca.notifications.service import Notifier

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


def notifier_router(resources: Resources) -> NatsRouter:
    """Return the subscriber that writes to the payers of each batch issued."""
    router = NatsRouter()
    notifier = Notifier(resources)

    async def on_boletos_issued(message: dict[str, Any]) -> None:
        await notifier.notify_batch(message["batch_id"])

    resources.closing.push_async_callback(notifier.aclose)
    router.subscriber(BoletosIssued.subject, stream=STREAM, **work_queue("notifier"))(
        on_boletos_issued
    )
    return router
