"""Doing a job, as a kind of work. Its subject is the job."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cobranca.jobs.acting import ACT, act_on
from cobranca.pipeline.kinds import Kind

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.kinds import Run


def _prepare(resources: Resources) -> Run:
    return partial(act_on, resources)


#: Of the role that does what nobody's slip and mail waits for.
DO_JOB = Kind(name=ACT, role="indexer", prepare=_prepare)
