"""The event door of the issuing service."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cobranca.boletos.service import issue_batch
from cobranca.domain.events import UploadReceived
from cobranca.infra.bus import Door

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


def issuer_door(resources: Resources) -> Door:
    """Return the door through which the boletos of each batch received are issued."""
    return Door(
        UploadReceived.subject,
        queue="issuer",
        id_field="batch_id",
        work=partial(issue_batch, resources),
    )
