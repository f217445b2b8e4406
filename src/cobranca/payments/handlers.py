"""Posting a return file, as a kind of work. Its subject is the file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cobranca.payments.service import POST, post_work
from cobranca.pipeline.kinds import Kind

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.kinds import Run


def _prepare(resources: Resources) -> Run:
    return partial(post_work, resources)


POST_RETURN = Kind(name=POST, role="issuer", prepare=_prepare)
