"""The SQL of jobs: what an act would do, the job and its place, what became of billings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from cobranca.billings.listing.repository import BatchRow
from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.notifications.rows import BatchRangeRow
from cobranca.pipeline.job_files import KEPT_HOURS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

QUERIES = load_queries("cobranca.jobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRow:
    """Billings with one outcome; their ids and cents, by id, where these were asked for."""

    outcome: str
    billings: int
    amount_cents: int
    mails_are_real: bool
    billing_ids: list[int]
    amounts: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job as it stands."""

    id: int
    public_id: UUID
    act: str
    format: str | None
    filter: dict[str, Any]
    reason: str | None
    batches: int
    place: int
    planned: dict[str, list[int]]
    tally: dict[str, list[int]]
    started_at: datetime
    stopped_at: datetime | None
    ended_at: datetime | None
    work_state: str | None
    last_error: str | None
    #: Of the file that may be downloaded now.
    path: str | None
    size_bytes: int | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedJobRow:
    """A job that is locked, and the next of its batches."""

    id: int
    public_id: UUID
    beneficiary_id: int
    act: str
    format: str | None
    filter: dict[str, Any]
    reason: str | None
    asked_by: str
    started_at: datetime
    batches: int
    place: int
    tally: dict[str, list[int]]
    is_over: bool
    batch_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job that is to begin."""

    beneficiary_id: int
    act: str
    format: str | None
    filter: Mapping[str, Any]
    reason: str | None
    asked_by: str
    group_id: int
    batch_ids: Sequence[int]
    planned: Mapping[str, list[int]]
    began_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedRow:
    """The ids of a new job."""

    id: int
    public_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """Billings that were come to together, with one outcome."""

    place: int
    outcome: str
    billing_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachedRow:
    """Batches that a job has not come to, after so many."""

    batch_ids: list[int]
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """What a result says of a billing."""

    id: int
    file_name: str
    line_number: int
    code: str
    name: str
    amount_cents: int
    due_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What `judge` is asked about billings of some batches."""

    beneficiary_id: int
    act: str
    began_at: datetime
    #: Whether the filter asks what became of mails, and whether it names those in doubt.
    names_mails: bool
    in_doubt_too: bool


async def read_instant(connection: Connection) -> datetime:
    """Return when this transaction began, by the database's clock."""
    row = await fetch_one(connection, QUERIES["read_instant"])
    if row is None:
        raise LookupError("read_instant")
    return row["at"]


async def judge(
    connection: Connection,
    question: Question,
    *,
    batch_ids: Sequence[int],
    billing_ids: Sequence[int] | None,
    with_ids: bool,
) -> list[JudgedRow]:
    """Return what the act would do, by outcome, to all of some batches or to some of them."""
    return await fetch_all(
        connection,
        QUERIES["judge"],
        row=JudgedRow,
        beneficiary_id=question.beneficiary_id,
        act=question.act,
        began_at=question.began_at,
        names_mails=question.names_mails,
        in_doubt_too=question.in_doubt_too,
        batch_ids=list(batch_ids),
        billing_ids=None if billing_ids is None else list(billing_ids),
        with_ids=with_ids,
    )


async def count_running(connection: Connection, beneficiary_id: int) -> int:
    """Return how many jobs of a beneficiary are under way; nobody begins another meanwhile."""
    await connection.execute(QUERIES["lock_jobs"])
    row = await fetch_one(connection, QUERIES["count_running"], beneficiary_id=beneficiary_id)
    return row["jobs"] if row else 0


async def add_job(connection: Connection, new: NewJob) -> AddedRow:
    """Write down a job before anything of it is done."""
    row = await fetch_one(
        connection,
        QUERIES["add_job"],
        row=AddedRow,
        beneficiary_id=new.beneficiary_id,
        act=new.act,
        format=new.format,
        filter=orjson.dumps(new.filter).decode(),
        reason=new.reason,
        asked_by=new.asked_by,
        group_id=new.group_id,
        batch_ids=list(new.batch_ids),
        planned=orjson.dumps(new.planned).decode(),
        began_at=new.began_at,
    )
    if row is None:
        raise LookupError("add_job")
    return row


async def find_job(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> JobRow | None:
    """Return a job of a beneficiary."""
    found = await list_jobs(
        connection, beneficiary_id=beneficiary_id, before=None, public_id=public_id, rows_max=1
    )
    return found[0] if found else None


async def list_jobs(
    connection: Connection,
    *,
    beneficiary_id: int,
    before: int | None,
    rows_max: int,
    public_id: UUID | None = None,
) -> list[JobRow]:
    """Return a beneficiary's jobs, newest first, or the one that is named."""
    return await fetch_all(
        connection,
        QUERIES["list_jobs"],
        row=JobRow,
        kept_hours=KEPT_HOURS,
        beneficiary_id=beneficiary_id,
        before=before,
        public_id=public_id,
        rows_max=rows_max,
    )


async def lock_job(
    connection: Connection, job_id: int, *, batches_max: int = 0
) -> LockedJobRow | None:
    """Lock a job until the transaction ends; return it with the next of its batches."""
    return await fetch_one(
        connection, QUERIES["lock_job"], row=LockedJobRow, job_id=job_id, batches_max=batches_max
    )


async def lock_batches(connection: Connection, batch_ids: Sequence[int]) -> list[BatchRangeRow]:
    """Lock the writing of batches' mails; return those of which any was to be written."""
    return await fetch_all(
        connection, QUERIES["lock_batches"], row=BatchRangeRow, batch_ids=list(batch_ids)
    )


async def cancel_billings(
    connection: Connection,
    *,
    beneficiary_id: int,
    billing_ids: Sequence[int],
    reason: str | None,
    asked_by: str,
) -> set[int]:
    """Cancel billings; return those that were not cancelled before."""
    rows = await fetch_all(
        connection,
        QUERIES["cancel_billings"],
        beneficiary_id=beneficiary_id,
        billing_ids=list(billing_ids),
        reason=reason,
        asked_by=asked_by,
    )
    return {row["billing_id"] for row in rows}


async def add_part(
    connection: Connection, *, job_id: int, place: int, outcome: str, billing_ids: Sequence[int]
) -> None:
    """Write down what became of billings; a second time is refused by the key."""
    values = {"job_id": job_id, "place": place, "outcome": outcome}
    await connection.execute(QUERIES["add_part"], {**values, "billing_ids": list(billing_ids)})


async def note_place(
    connection: Connection, job_id: int, *, place: int, tally: Mapping[str, list[int]]
) -> None:
    """Write down how far a job is; after its last batch it has ended."""
    values = {"job_id": job_id, "place": place, "tally": orjson.dumps(tally).decode()}
    await connection.execute(QUERIES["note_place"], values)


async def begin_anew(connection: Connection, job_id: int) -> None:
    """Forget what attempts before had come to, and the files that they have left."""
    await connection.execute(QUERIES["delete_parts"], {"job_ids": [job_id]})
    await connection.execute(QUERIES["begin_anew"], {"job_id": job_id})
    await forget_files(connection, job_id)


async def note_part(
    connection: Connection, job_id: int, *, place: int, tally: Mapping[str, list[int]]
) -> None:
    """Write down how far the making of a file is."""
    values = {"job_id": job_id, "place": place, "tally": orjson.dumps(tally).decode()}
    await connection.execute(QUERIES["note_part"], values)


async def list_batches(
    connection: Connection, *, beneficiary_id: int, batch_ids: Sequence[int]
) -> list[BatchRow]:
    """Return batches in the order of their ids here."""
    return await fetch_all(
        connection,
        QUERIES["list_batches"],
        row=BatchRow,
        beneficiary_id=beneficiary_id,
        batch_ids=list(batch_ids),
    )


async def add_file(connection: Connection, job_id: int, *, path: str, fence: int) -> None:
    """Write down what an attempt will store."""
    values = {"job_id": job_id, "path": path, "fence": fence}
    await connection.execute(QUERIES["add_file"], values)


async def forget_files(connection: Connection, job_id: int) -> None:
    """Let nobody have the files of a job."""
    await connection.execute(QUERIES["forget_files"], {"job_id": job_id})


async def keep_file(connection: Connection, path: str, *, size_bytes: int) -> bool:
    """Let a file be had that is stored; return whether it may: it was not forgotten meanwhile."""
    row = await fetch_one(connection, QUERIES["keep_file"], path=path, size_bytes=size_bytes)
    return row is not None


async def forget_older_files(connection: Connection, *, beneficiary_id: int, kept_max: int) -> None:
    """Let nobody have files of a beneficiary but the newest."""
    values = {"beneficiary_id": beneficiary_id, "kept_max": kept_max}
    await connection.execute(QUERIES["forget_older_files"], values)


async def end_job(connection: Connection, job_id: int) -> None:
    """Write down that a job has ended."""
    await connection.execute(QUERIES["end_job"], {"job_id": job_id})


async def stop_job(connection: Connection, job_id: int) -> None:
    """Let nothing more of a job be done; one that has ended stays as it is."""
    await connection.execute(QUERIES["stop_job"], {"job_id": job_id})


async def resume_job(connection: Connection, job_id: int) -> None:
    """Let a job go on."""
    await connection.execute(QUERIES["resume_job"], {"job_id": job_id})


async def list_parts(
    connection: Connection, job_id: int, *, after: tuple[int, str], rows_max: int
) -> list[PartRow]:
    """Return what became of billings, in the order in which they were come to."""
    return await fetch_all(
        connection,
        QUERIES["list_parts"],
        row=PartRow,
        job_id=job_id,
        after_place=after[0],
        after_outcome=after[1],
        rows_max=rows_max,
    )


async def list_unreached(
    connection: Connection, job_id: int, *, after: int, batches_max: int
) -> UnreachedRow | None:
    """Return the next batches after so many that a job has not come to."""
    return await fetch_one(
        connection,
        QUERIES["list_unreached"],
        row=UnreachedRow,
        job_id=job_id,
        after=after,
        batches_max=batches_max,
    )


async def read_billings(
    connection: Connection, *, beneficiary_id: int, billing_ids: Sequence[int]
) -> list[ResultRow]:
    """Return what a result says of billings, by id."""
    return await fetch_all(
        connection,
        QUERIES["read_billings"],
        row=ResultRow,
        beneficiary_id=beneficiary_id,
        billing_ids=list(billing_ids),
    )


async def delete_old_jobs(connection: Connection, *, days: int, rows_max: int) -> int:
    """Delete jobs that ended long ago, with all that they say; return how many there were."""
    rows = await fetch_all(connection, QUERIES["find_old_jobs"], days=days, rows_max=rows_max)
    job_ids = [row["id"] for row in rows]
    if job_ids:
        old = {"job_ids": job_ids}
        await connection.execute(QUERIES["delete_parts"], old)
        await connection.execute(QUERIES["delete_work"], old)
        await connection.execute(QUERIES["delete_jobs"], old)
    return len(job_ids)
