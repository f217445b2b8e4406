"""Writing to payers, as a kind of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.notifications.service import Notifier
from cobranca.pipeline.kinds import Kind

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.kinds import Run


def _prepare(resources: Resources) -> Run:
    notifier = Notifier(resources)
    resources.closing.push_async_callback(notifier.aclose)
    return notifier.notify_batch


NOTIFY = Kind(name="notify", role="notifier", after="issue", prepare=_prepare)
