"""Matching what is in suspense, as a kind of work. Its subject is the beneficiary."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cobranca.payments.rematch.begin import MATCH
from cobranca.payments.rematch.service import match_suspense
from cobranca.pipeline.kinds import Kind

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.kinds import Run


def _prepare(resources: Resources) -> Run:
    return partial(match_suspense, resources)


MATCH_SUSPENSE = Kind(name=MATCH, role="issuer", prepare=_prepare)
