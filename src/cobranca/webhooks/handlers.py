"""Telling an endpoint, as a kind of work. Its subject is the endpoint."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cobranca.pipeline.kinds import Kind
from cobranca.webhooks.telling import TELL, tell_endpoint

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.kinds import Run


def _prepare(resources: Resources) -> Run:
    return partial(tell_endpoint, resources)


#: Of the role that writes to payers: what speaks to the outside has one place in a network.
TELL_ENDPOINT = Kind(name=TELL, role="notifier", prepare=_prepare)
