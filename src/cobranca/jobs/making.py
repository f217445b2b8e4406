"""The making of a job's file: written to the local disk piece by piece, stored, and told.

An attempt makes it from the first billing to the last; who takes over after a death begins anew,
and stores it under another name. What a piece holds is what the list's own downloads hold.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from cobranca.billings.listing.walk import Found, Source
from cobranca.billings.out import pdfs
from cobranca.billings.out import service as out
from cobranca.billings.out.formats import FileFormat
from cobranca.domain.errors import StaleFence, StorageFull
from cobranca.infra.disk import room_bytes
from cobranca.infra.local_files import new_held_file
from cobranca.infra.telemetry import JobEnded, emit
from cobranca.jobs import repository
from cobranca.jobs.acts import read, whole, written
from cobranca.jobs.pieces import (
    judge_piece,
    lock_job,
    take_piece,
    within,
    write_parts,
)
from cobranca.jobs.wanted import filter_of
from cobranca.pipeline import lease
from cobranca.pipeline.crashpoint import crashpoint

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from cobranca.infra.db import Connection
    from cobranca.infra.resources import Resources
    from cobranca.jobs.repository import LockedJobRow
    from cobranca.pipeline.lease import Work

#: The kind of work that makes a job's file.
EXPORT: Final = "export"
#: Files of one beneficiary that are kept, the newest.
_KEPT_MAX: Final = 20
#: After so many bytes it is looked whether the disk has room for more.
_LOOK_BYTES: Final = 16 << 20
_DELIMITER: Final = ";"


class _StoppedError(Exception):
    """Somebody has stopped the job, or it is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """One attempt at a file, and where it will be stored: nobody guesses that."""

    work: Work
    job: LockedJobRow
    file_format: FileFormat
    path: str


async def make_file(resources: Resources, work: Work) -> None:
    """Make the file of a job and store it, unless it is stopped."""
    attempt = await _begin(resources, work)
    if attempt is None:
        return
    try:
        with _local_file(resources, attempt) as local:
            size_bytes = await _write(resources, attempt, local)
            crashpoint("job-file-written")
            await resources.storage.put_file(attempt.path, Path(local.name))
    except _StoppedError:
        return
    crashpoint("job-file-stored")
    is_kept = False
    try:
        is_kept = await _end(resources, attempt, size_bytes)
    except StaleFence:
        await resources.storage.remove(attempt.path)
        raise
    if not is_kept:
        await resources.storage.remove(attempt.path)
    crashpoint("job-file-committed")


async def _begin(resources: Resources, work: Work) -> _Attempt | None:
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        job = await repository.lock_job(connection, work.subject_id)
        if job is None or job.is_over or job.format is None:
            await lease.finish(connection, work)
            return None
        file_format = FileFormat(job.format)
        name = f"{secrets.token_urlsafe(24)}{file_format.suffix}"
        path = f"exports/{job.beneficiary_id}/{job.public_id}/{name}"
        await repository.begin_anew(connection, job.id)
        await repository.add_file(connection, job.id, path=path, fence=work.fence)
    return _Attempt(work=work, job=job, file_format=file_format, path=path)


@contextmanager
def _local_file(resources: Resources, attempt: _Attempt) -> Generator[IO[bytes]]:
    """Give a file that goes at the end, and with the process."""
    folder = resources.settings.data_dir / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with new_held_file(folder, suffix=attempt.file_format.suffix) as local:
        try:
            yield local
        finally:
            Path(local.name).unlink(missing_ok=True)


async def _write(resources: Resources, attempt: _Attempt, local: IO[bytes]) -> int:
    """Write the file; return how long it is."""
    size_bytes = looked_at = 0
    async with aclosing(_pieces(resources, attempt)) as pieces:
        async for piece in pieces:
            if size_bytes >= looked_at:
                looked_at = size_bytes + _LOOK_BYTES
                _check_room(resources)
            await asyncio.to_thread(local.write, piece)
            size_bytes += len(piece)
    await asyncio.to_thread(local.flush)
    return size_bytes


def _check_room(resources: Resources) -> None:
    if room_bytes(resources.settings.data_dir / "incoming", resources.settings) < 0:
        raise StorageFull(
            "The disk has no room for this file: make room, or ask for less; it is tried again"
        )


def _pieces(resources: Resources, attempt: _Attempt) -> AsyncGenerator[bytes]:
    """Return the file's bytes, as the download of the same format has them."""
    database = resources.database
    source = Source(
        beneficiary_id=attempt.job.beneficiary_id, walk=partial(_walk, resources, attempt)
    )
    match attempt.file_format:
        case FileFormat.CSV:
            return out.stream_csv(database, source, _DELIMITER)
        case FileFormat.XLSX:
            return out.stream_workbook(database, source)
        case FileFormat.ZIP:
            return pdfs.stream_zip(database, resources.storage, source)
        case FileFormat.SHEET:
            return pdfs.stream_pages(database, source, "sheet")
        case FileFormat.CARNE:
            return pdfs.stream_pages(database, source, "carne")


async def _walk(resources: Resources, attempt: _Attempt) -> AsyncGenerator[Found]:
    """Yield what is meant of the job's batches, each piece of it told before it is written.

    Raises:
        _StoppedError: the job was stopped: its work is finished, and its file forgotten.
    """
    while True:
        async with resources.database.transaction() as connection:
            await lease.lock(connection, attempt.work)
            job = await lock_job(connection, attempt.job.id)
            is_over = job is None or job.is_over
            if job is None or is_over:
                await _give_up(connection, attempt)
                found, place = [], 0
            else:
                found, place = await _take(connection, job)
        if is_over:
            raise _StoppedError
        for each in found:
            yield each
        if place >= attempt.job.batches:
            return


async def _give_up(connection: Connection, attempt: _Attempt) -> None:
    await repository.forget_files(connection, attempt.job.id)
    await lease.finish(connection, attempt.work)


async def _take(connection: Connection, job: LockedJobRow) -> tuple[list[Found], int]:
    """Return the next batches with what is meant of them, and the place after these."""
    wanted = filter_of(job.filter)
    piece = await take_piece(connection, job, wanted)
    tally = await write_parts(connection, job, await judge_piece(connection, job, wanted, piece))
    place = job.place + piece.batches
    await repository.note_part(connection, job.id, place=place, tally=written(tally))
    batches = await repository.list_batches(
        connection, beneficiary_id=job.beneficiary_id, batch_ids=piece.batch_ids
    )
    if piece.billing_ids is None:
        return [Found(batch=batch, billing_ids=None) for batch in batches], place
    ids = sorted(piece.billing_ids)
    return [Found(batch=batch, billing_ids=within(ids, batch)) for batch in batches], place


async def _end(resources: Resources, attempt: _Attempt, size_bytes: int) -> bool:
    """Let the stored file be had, and end the job; return False where it may not be had.

    It was forgotten when somebody was erased or a file purged while it was made: it is made anew.
    """
    work, job_id = attempt.work, attempt.job.id
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        job = await repository.lock_job(connection, job_id)
        if job is None or job.is_over:
            await _give_up(connection, attempt)
            return False
        if not await repository.keep_file(connection, attempt.path, size_bytes=size_bytes):
            await lease.lay_by(connection, work, pause_s=0, reason=None)
            return False
        await repository.end_job(connection, job_id)
        await repository.forget_older_files(
            connection, beneficiary_id=job.beneficiary_id, kept_max=_KEPT_MAX
        )
        await lease.finish(connection, work)
    emit(JobEnded(job_id=job_id, act=job.act, billings=whole(read(job.tally)).billings))
    return True
