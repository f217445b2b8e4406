"""The event door of the issuing service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faststream.nats import NatsRouter

from cobranca.boletos.service import issue_batch
from cobranca.domain.events import UploadReceived
from cobranca.infra.bus import STREAM, work_queue

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


def issuer_router(resources: Resources) -> NatsRouter:
    """Return the subscriber that issues the boletos of each batch received."""
    router = NatsRouter()

    async def on_upload_received(message: dict[str, int]) -> None:
        await issue_batch(resources, message["batch_id"])

    router.subscriber(UploadReceived.subject, stream=STREAM, **work_queue("issuer"))(
        on_upload_received
    )
    return router
