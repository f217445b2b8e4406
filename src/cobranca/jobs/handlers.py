"""Doing a job and making its file, as kinds of work. Their subject is the job."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cobranca.jobs.acting import ACT, act_on
from cobranca.jobs.making import EXPORT, make_file
from cobranca.pipeline.kinds import Kind

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.kinds import Run


def _prepare_files(resources: Resources) -> Run:
    return partial(make_file, resources)


def _prepare(resources: Resources) -> Run:
    return partial(act_on, resources)


#: Of the role that does what nobody's slip and mail waits for.
DO_JOB = Kind(name=ACT, role="indexer", prepare=_prepare)
#: A kind of its own: a large file takes its time, and no job waits for it that acts.
MAKE_FILE = Kind(name=EXPORT, role="indexer", prepare=_prepare_files)
