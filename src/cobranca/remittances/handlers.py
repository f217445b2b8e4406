"""Registering and delivering, as kinds of work. Their subjects are an order and a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cobranca.pipeline.kinds import Kind
from cobranca.remittances import service
from cobranca.remittances.delivery import deliver

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.kinds import Run


def _prepare_register(resources: Resources) -> Run:
    return partial(service.register, resources)


def _prepare_deliver(resources: Resources) -> Run:
    return partial(deliver, resources)


REGISTER = Kind(name=service.REGISTER, role="issuer", prepare=_prepare_register)
DELIVER = Kind(name=service.DELIVER, role="issuer", prepare=_prepare_deliver)
