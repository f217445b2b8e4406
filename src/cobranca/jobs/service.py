"""Jobs as a person has them: seen before they begin, begun, followed, stopped and gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.billings.out.formats import FileFormat
from cobranca.billings.out.pdfs import check_printable
from cobranca.billings.out.service import check_sheet
from cobranca.domain.billing import CancelReason
from cobranca.domain.errors import Conflict, FileGone, InvalidField, NotFound
from cobranca.domain.events import WorkReady
from cobranca.http.principal import Scope, check_scope
from cobranca.infra.db import cut_page
from cobranca.jobs import repository
from cobranca.jobs.acting import ACT
from cobranca.jobs.acts import (
    FORMATS,
    Act,
    JobState,
    Outcome,
    Sum,
    read,
    whole,
    written,
)
from cobranca.jobs.making import EXPORT
from cobranca.jobs.meant import weigh
from cobranca.jobs.repository import NewJob as NewJobRow
from cobranca.jobs.schemas import (
    Amounts,
    Job,
    JobFile,
    JobPreview,
    JobsPage,
    NewJob,
    PassedOver,
)
from cobranca.jobs.wanted import check_keepable, query_of, stored
from cobranca.pipeline import groups

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from cobranca.billings.listing.filter import BillingFilter
    from cobranca.http.principal import Principal
    from cobranca.infra.db import Connection, Database
    from cobranca.infra.resources import Resources
    from cobranca.jobs.acts import Tally
    from cobranca.jobs.meant import Meant
    from cobranca.jobs.repository import JobRow

#: What an act asks of who begins it, stops it or lets it go on, beyond reading billings.
_SCOPES: Final[dict[Act, tuple[Scope, ...]]] = {
    Act.RESEND: ("billings:write", "mails:write"),
    Act.CANCEL: ("billings:write",),
    Act.EXPORT: (),
    Act.PDFS: (),
}
#: Jobs of one beneficiary that are under way at once.
_RUNNING_MAX: Final = 10
#: Cancelling more than so many asks for the count to be typed.
_UNTYPED_MAX: Final = 100
#: A count is another one when it is more, or less by more than one in so many.
_FEWER_IN: Final = 20
_KEPT_DAYS: Final = 90
_DELETED_MAX: Final = 20


async def preview(
    database: Database, beneficiary_id: int, wanted: BillingFilter, act: Act
) -> JobPreview:
    """Count what an act on a filter would do now.

    Raises:
        InvalidField: the filter holds a search.
        InputError: it means more than one job may have.
        NotFound: the beneficiary has no such upload, or no such payer.
    """
    check_keepable(wanted)
    meant = await weigh(database, beneficiary_id, wanted, act)
    return JobPreview(
        act=act,
        done=_amounts(meant.done),
        passed_over=_passed_over(meant.tally),
        mails_are_real=meant.mails_are_real,
        must_confirm=_must_confirm(meant, act),
    )


async def start(
    resources: Resources,
    principal: Principal,
    beneficiary_id: int,
    wanted: BillingFilter,
    new: NewJob,
) -> Job:
    """Begin a job on what a person saw; later billings are none of it.

    Raises:
        InvalidField: the filter holds a search, or the reason, the format or the typed count is
            missing.
        InputError: it means more than one job, or its file, may have.
        NotFound: the beneficiary has no such upload, or no such payer.
        Conflict: what is meant is no longer what was seen, is nothing, or too many jobs are
            under way.
        Forbidden: the principal may not do such an act.
    """
    check_keepable(wanted)
    _check_asked(principal, new)
    _check_format(new)
    meant = await weigh(resources.database, beneficiary_id, wanted, new.act)
    _check_seen(meant, new)
    _check_room(meant, new)
    if _must_confirm(meant, new.act) and new.confirm_count != new.count:
        detail = f"Give the count once more, as a person has typed it: {new.count}"
        raise InvalidField("confirm_count", detail, code="JOB_UNCONFIRMED")
    async with resources.database.transaction() as connection:
        if await repository.count_running(connection, beneficiary_id) >= _RUNNING_MAX:
            detail = f"{_RUNNING_MAX} jobs are under way: wait for one to end, or stop one"
            raise Conflict(detail, code="JOBS_TOO_MANY")
        group_id = await groups.open_group(connection)
        added = await repository.add_job(
            connection,
            NewJobRow(
                beneficiary_id=beneficiary_id,
                act=new.act,
                format=new.format,
                filter=stored(wanted),
                reason=new.reason,
                asked_by=principal.id,
                group_id=group_id,
                batch_ids=[batch.id for batch in meant.batches],
                planned=written(meant.tally),
                began_at=meant.question.began_at,
            ),
        )
        await groups.add_work(connection, group_id, _kind(new.act), [added.id])
        row = await _find(connection, beneficiary_id, added.public_id)
    await _wake(resources, new.act)
    return _job(row)


async def list_jobs(
    database: Database, beneficiary_id: int, *, before: int, limit: int
) -> JobsPage:
    """Return a page of a beneficiary's jobs, newest first."""
    async with database.transaction() as connection:
        rows = await repository.list_jobs(
            connection, beneficiary_id=beneficiary_id, before=before, rows_max=limit + 1
        )
    page, after_page = cut_page(rows, limit)
    return JobsPage(records=[_job(row) for row in page], next=after_page)


async def get_job(database: Database, beneficiary_id: int, public_id: UUID) -> Job:
    """Return a job.

    Raises:
        NotFound: the beneficiary has no such job.
    """
    return _job(await find_job(database, beneficiary_id, public_id))


async def find_job(database: Database, beneficiary_id: int, public_id: UUID) -> JobRow:
    """Return a job as it is stored.

    Raises:
        NotFound: the beneficiary has no such job.
    """
    async with database.transaction() as connection:
        return await _find(connection, beneficiary_id, public_id)


async def stop(
    database: Database, principal: Principal, beneficiary_id: int, public_id: UUID
) -> Job:
    """Let nothing more of a job be done: what is being written ends first.

    Raises:
        NotFound: the beneficiary has no such job.
        Forbidden: the principal may not do such an act.
    """
    async with database.transaction() as connection:
        row = await _find(connection, beneficiary_id, public_id)
        _check_allowed(principal, Act(row.act))
        await repository.lock_job(connection, row.id)
        await repository.stop_job(connection, row.id)
        return _job(await _find(connection, beneficiary_id, public_id))


async def resume(
    resources: Resources, principal: Principal, beneficiary_id: int, public_id: UUID
) -> Job:
    """Let a job go on that was stopped or given up; one that has ended stays as it is.

    Raises:
        NotFound: the beneficiary has no such job.
        Forbidden: the principal may not do such an act.
    """
    async with resources.database.transaction() as connection:
        row = await _find(connection, beneficiary_id, public_id)
        _check_allowed(principal, Act(row.act))
        await repository.lock_job(connection, row.id)
        row = await _find(connection, beneficiary_id, public_id)
        if row.ended_at is None:
            await repository.resume_job(connection, row.id)
            await groups.restart(connection, _kind(Act(row.act)), [row.id])
        row = await _find(connection, beneficiary_id, public_id)
    await _wake(resources, Act(row.act))
    return _job(row)


async def open_file(
    resources: Resources, beneficiary_id: int, public_id: UUID
) -> tuple[AsyncGenerator[bytes], FileFormat, int]:
    """Return the file that a job has made: its bytes, what it is, and how long.

    Raises:
        NotFound: the beneficiary has no such job, it makes no file, or has not made it yet.
        FileGone: its file had its time, or was removed with somebody's data.
    """
    row = await find_job(resources.database, beneficiary_id, public_id)
    if row.format is None:
        raise NotFound(f"The act {row.act} makes no file", code="JOB_HAS_NO_FILE")
    if row.ended_at is None:
        detail = "The file is not there yet: ask for the job until it is DONE"
        raise NotFound(detail, code="JOB_FILE_NOT_READY")
    if row.path is None or row.size_bytes is None:
        raise FileGone
    # Before the answer begins it is known whether there is one.
    if not await resources.storage.exists(row.path):
        raise FileGone
    return resources.storage.stream(row.path), FileFormat(row.format), row.size_bytes


async def remove_old_jobs(database: Database) -> int:
    """Delete jobs that ended long ago, a few at a time; return how many there were."""
    async with database.transaction() as connection:
        return await repository.delete_old_jobs(connection, days=_KEPT_DAYS, rows_max=_DELETED_MAX)


def _check_asked(principal: Principal, new: NewJob) -> None:
    _check_allowed(principal, new.act)
    if new.act is Act.CANCEL and new.reason is None:
        reasons = ", ".join(CancelReason)
        raise InvalidField("reason", f"Say why: one of {reasons}", code="JOB_REASON_MISSING")


def _check_allowed(principal: Principal, act: Act) -> None:
    """Refuse an act to whom it is not allowed; what only makes a file is allowed to who reads."""
    for scope in _SCOPES[act]:
        check_scope(principal, scope)


def _check_format(new: NewJob) -> None:
    formats = FORMATS.get(new.act, ())
    if new.format not in (formats or (None,)):
        allowed = f"one of {', '.join(formats)}" if formats else "none"
        detail = f"{new.act} takes {allowed} as its format"
        raise InvalidField("format", detail, code="JOB_FORMAT_INVALID")


def _check_room(meant: Meant, new: NewJob) -> None:
    """Refuse what is more than the format has room for."""
    count = whole(meant.tally).billings
    if new.format is FileFormat.XLSX:
        check_sheet(count)
    if new.format in {FileFormat.SHEET, FileFormat.CARNE}:
        check_printable(count)


def _check_seen(meant: Meant, new: NewJob) -> None:
    """Refuse to act on what is another set than the one that was seen."""
    now = meant.done
    fewer = new.count - now.billings
    if fewer < 0 or fewer * _FEWER_IN > new.count or now.amount_cents > new.amount_cents:
        detail = (
            f"It is {now.billings} billings of {now.amount_cents} cents now, not {new.count} of"
            f" {new.amount_cents}: look at them again"
        )
        raise Conflict(detail, code="JOB_CHANGED")
    if not now.billings:
        raise Conflict("There is nothing to be done to any of these billings", code="JOB_EMPTY")


def _must_confirm(meant: Meant, act: Act) -> bool:
    if act in FORMATS:
        return False
    if act is Act.CANCEL:
        return meant.done.billings > _UNTYPED_MAX
    return meant.mails_are_real


async def _wake(resources: Resources, act: Act) -> None:
    await resources.bus.publish([WorkReady(kind=_kind(act))])


def _kind(act: Act) -> str:
    """Return the kind of work that does an act."""
    return EXPORT if act in FORMATS else ACT


async def _find(connection: Connection, beneficiary_id: int, public_id: UUID) -> JobRow:
    row = await repository.find_job(connection, beneficiary_id=beneficiary_id, public_id=public_id)
    if row is None:
        raise NotFound(f"There is no job {public_id}")
    return row


def _state(row: JobRow) -> JobState:
    if row.ended_at is not None:
        return JobState.DONE
    if row.stopped_at is not None:
        return JobState.STOPPED
    return JobState.FAILED if row.work_state == "STOPPED" else JobState.RUNNING


def _job(row: JobRow) -> Job:
    state, tally = _state(row), read(row.tally)
    total, come_to = whole(read(row.planned)), whole(tally).billings
    missing = max(total.billings - come_to, 0)
    return Job(
        job_id=row.public_id,
        act=Act(row.act),
        state=state,
        reason=CancelReason(row.reason) if row.reason else None,
        format=FileFormat(row.format) if row.format else None,
        query=query_of(row.filter),
        total=_amounts(total),
        done=_amounts(tally.get(Outcome.DONE, Sum())),
        passed_over=_passed_over(tally),
        come_to=come_to,
        no_longer_meant=missing if state is JobState.DONE else 0,
        startedat=row.started_at,
        stoppedat=row.stopped_at,
        endedat=row.ended_at,
        file=_file(row),
        error=row.last_error if state in {JobState.FAILED, JobState.RUNNING} else None,
    )


def _file(row: JobRow) -> JobFile | None:
    if row.ended_at is None or row.format is None or row.size_bytes is None or row.until is None:
        return None
    name = FileFormat(row.format).file_name
    return JobFile(name=name, size_bytes=row.size_bytes, until=row.until)


def _amounts(each: Sum) -> Amounts:
    return Amounts(billings=each.billings, amount_cents=each.amount_cents)


def _passed_over(tally: Tally) -> list[PassedOver]:
    return [
        PassedOver(outcome=outcome, billings=each.billings, amount_cents=each.amount_cents)
        for outcome, each in tally.items()
        if outcome is not Outcome.DONE
    ]
