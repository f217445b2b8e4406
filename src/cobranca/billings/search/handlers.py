"""Making a file searchable, as a kind of work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cobranca.billings.search.service import INDEX, index_upload
from cobranca.pipeline.kinds import Kind

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.kinds import Run


def _prepare(resources: Resources) -> Run:
    return partial(index_upload, resources)


#: Its subject is an upload; the scheduler plans it once the upload's mails are done.
INDEX_UPLOAD = Kind(name=INDEX, role="indexer", prepare=_prepare)
