"""Runs ingests in processes of their own, so that parsing a million rows never holds up a request.

A process is kept warm; its memory is its own, and a crash in it is an error of one request.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from cobranca.domain.errors import Transient
from cobranca.infra import process
from cobranca.infra.db import translate_outages
from cobranca.infra.telemetry import IngestProcessDied, UploadIngested, emit
from cobranca.infra.tracing import note
from cobranca.uploads.checks.check_file import CheckJob, CheckResult, check_file
from cobranca.uploads.ingest import IngestJob, IngestResult, ingest_file, warm_up
from cobranca.uploads.receive import Received
from cobranca.uploads.rejects.mend_file import (
    MendJob,
    MendResult,
    mend_file,
    prepare_correction,
)

#: Files read at once; others wait their turn with their body already on the disk.
PROCESSES = 2
_PARENT_POLL_S = 0.5

J = TypeVar("J")
R = TypeVar("R")


class IngestPool:
    """A few warm processes that read files."""

    def __init__(self) -> None:
        """Start the processes."""
        self._executor = self._start()

    async def wait_until_warm(self) -> None:
        """Return when a process is ready to read a file at once."""
        await asyncio.wrap_future(self._executor.submit(warm_up))

    async def run(self, job: IngestJob) -> IngestResult:
        """Ingest one file.

        Raises:
            CobrancaError: what the ingest raised.
            Transient: the process or its database died; nothing of the file was kept.
        """
        started = time.monotonic()
        result = await self._work(ingest_file, job)
        note(upload_id=result.upload_id, records=result.records, accepted=result.accepted)
        emit(
            UploadIngested(
                upload_public_id=result.upload_id,
                repeated=result.repeated,
                records=result.records,
                accepted=result.accepted,
                rejected=result.rejected,
                duplicates=result.duplicates,
                batches=len(result.batch_ids),
                seconds=round(time.monotonic() - started, 3),
            )
        )
        return result

    async def check(self, job: CheckJob) -> CheckResult:
        """Read one file and write nothing.

        Raises:
            CobrancaError: what the check raised.
            Transient: the process or its database died.
        """
        return await self._work(check_file, job)

    async def prepare(self, job: MendJob) -> Received | None:
        """Write the CSV that is kept of a correction; None when there is nothing to judge.

        Raises:
            CobrancaError: what the preparation raised.
            Transient: the process or its database died.
        """
        return await self._work(prepare_correction, job)

    async def mend(self, job: MendJob) -> MendResult:
        """Bill what was mended of a file's rejects.

        Raises:
            CobrancaError: what the mending raised.
            Transient: the process or its database died; nothing of it was kept.
        """
        started = time.monotonic()
        result = await self._work(mend_file, job)
        if result.upload_id is not None:
            emit(
                UploadIngested(
                    upload_public_id=result.upload_id,
                    repeated=False,
                    records=result.accepted + result.rejected + result.duplicates,
                    accepted=result.accepted,
                    rejected=result.rejected,
                    duplicates=result.duplicates,
                    batches=result.batches,
                    seconds=round(time.monotonic() - started, 3),
                )
            )
        return result

    async def _work(self, read: Callable[[J], R], job: J) -> R:
        executor = self._executor
        try:
            with translate_outages():
                return await asyncio.wrap_future(executor.submit(read, job))
        except BrokenProcessPool as error:
            emit(IngestProcessDied())
            if self._executor is executor:
                self._executor = self._start()
            raise Transient("Reading the file was cut off; send it again") from error

    def close(self) -> None:
        """End the processes without waiting for work that nobody awaits."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    @staticmethod
    def _start() -> ProcessPoolExecutor:
        executor = ProcessPoolExecutor(
            max_workers=PROCESSES,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(os.getpid(),),
        )
        executor.submit(warm_up)
        return executor


def _begin(parent: int) -> None:
    """Make a process ready that reads files for `parent`."""
    _end_with_parent(parent)
    process.begin("ingest")


def _end_with_parent(parent: int) -> None:
    """End this process soon after the API's, however that one ended, be it before this line."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_POLL_S)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
