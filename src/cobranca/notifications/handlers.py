"""The event door of the notifying service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.domain.events import BoletosIssued
from cobranca.infra.bus import Door
from cobranca.notifications.service import Notifier

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


def notifier_door(resources: Resources) -> Door:
    """Return the door through which the payers of each batch issued are written to."""
    notifier = Notifier(resources)
    resources.closing.push_async_callback(notifier.aclose)
    return Door(
        BoletosIssued.subject,
        queue="notifier",
        id_field="batch_id",
        work=notifier.notify_batch,
    )
