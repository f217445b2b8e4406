"""The event door of the billings: what came of a batch comes back to the file it belongs to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cobranca.domain.events import PayersNotified
from cobranca.infra.bus import Door
from cobranca.uploads.service import finish_uploads

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources


def status_door(resources: Resources) -> Door:
    """Return the door through which a file is marked when its last batch has ended."""
    return Door(
        PayersNotified.subject,
        queue="billings",
        id_field="upload_id",
        work=partial(finish_uploads, resources.database),
    )
