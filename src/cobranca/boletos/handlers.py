"""The issuing of boletos, as a kind of work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cobranca.boletos.service import issue_batch
from cobranca.pipeline.kinds import Kind

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.kinds import Run


def _prepare(resources: Resources) -> Run:
    return partial(issue_batch, resources)


ISSUE = Kind(name="issue", role="issuer", prepare=_prepare)
