"""The work on a job: some batches at a time, each piece with the job's place in one transaction.

Who takes it over after a death goes on after the last piece that was committed. A long job lays
itself by after its turn, so that others have theirs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cobranca.domain.billing import BillingStatus
from cobranca.domain.undelivered import BOUNCED
from cobranca.infra.telemetry import JobEnded, emit
from cobranca.jobs import repository
from cobranca.jobs.acts import Act, Outcome, Tally, whole, written
from cobranca.jobs.pieces import (
    judge_piece,
    lock_job,
    take_piece,
    within,
    write_parts,
)
from cobranca.jobs.wanted import filter_of
from cobranca.notifications.resend import Wish, publish, set_batch_again
from cobranca.pipeline import lease
from cobranca.pipeline.crashpoint import crashpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.billings.listing.filter import BillingFilter
    from cobranca.infra.db import Connection
    from cobranca.infra.resources import Resources
    from cobranca.jobs.pieces import Piece
    from cobranca.jobs.repository import LockedJobRow
    from cobranca.notifications.rows import BatchRangeRow
    from cobranca.pipeline.lease import Work

#: The kind of work that does a job.
ACT: Final = "act"
#: One job's turn: then another has one.
_TURN_S: Final = 5.0


async def act_on(resources: Resources, work: Work) -> None:
    """Give a job its turn."""
    ends = time.monotonic() + _TURN_S
    while True:
        async with resources.database.transaction() as connection:
            await lease.lock(connection, work)
            job = await lock_job(connection, work.subject_id)
            if job is None or job.is_over:
                await lease.finish(connection, work)
                return
            taken = await _take(connection, job)
            is_over = taken.place >= job.batches or time.monotonic() > ends
            if taken.place >= job.batches:
                await lease.finish(connection, work)
            elif is_over:
                await lease.lay_by(connection, work, pause_s=0, reason=None)
            crashpoint("job-part-written")
        crashpoint("job-part-committed")
        await publish(resources.bus, taken.batches_going)
        if taken.place >= job.batches:
            emit(JobEnded(job_id=job.id, act=job.act, billings=whole(taken.tally).billings))
        if is_over:
            return


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """How far a job is after a piece of it."""

    place: int
    tally: Tally
    #: Batches of which mails go again.
    batches_going: int


async def _take(connection: Connection, job: LockedJobRow) -> _Taken:
    """Do the act to the next billings of a locked job, and write down what became of them."""
    wanted = filter_of(job.filter)
    piece = await take_piece(connection, job, wanted)
    amounts, going = await _do(connection, job, wanted, piece)
    tally = await write_parts(connection, job, amounts)
    place = job.place + piece.batches
    await repository.note_place(connection, job.id, place=place, tally=written(tally))
    return _Taken(place=place, tally=tally, batches_going=going)


async def _do(
    connection: Connection, job: LockedJobRow, wanted: BillingFilter, piece: Piece
) -> tuple[dict[Outcome, dict[int, int]], int]:
    """Do the act; return cents by billing by outcome, and of how many batches mails go again."""
    is_resend = job.act == Act.RESEND
    # Before it is judged: of who writes these mails, and sets them going, one is first.
    batches = await repository.lock_batches(connection, piece.batch_ids) if is_resend else []
    amounts = await judge_piece(connection, job, wanted, piece)
    going = amounts.pop(Outcome.DONE, {})
    if is_resend:
        done, batches_going = await _resend(connection, job, wanted, batches, list(going))
        late = Outcome.CHANGED
    else:
        done = await repository.cancel_billings(
            connection,
            beneficiary_id=job.beneficiary_id,
            billing_ids=list(going),
            reason=job.reason,
            asked_by=job.asked_by,
        )
        late, batches_going = Outcome.CANCELLED, 0
    for outcome, ids in ((Outcome.DONE, done), (late, going.keys() - done)):
        if ids:
            amounts.setdefault(outcome, {}).update((each, going[each]) for each in ids)
    return amounts, batches_going


async def _resend(
    connection: Connection,
    job: LockedJobRow,
    wanted: BillingFilter,
    batches: Sequence[BatchRangeRow],
    billing_ids: Sequence[int],
) -> tuple[set[int], int]:
    """Set mails going again; return of which billings, and of how many batches."""
    states = ["FAILED", BOUNCED]
    if BillingStatus.UNCERTAIN in wanted.statuses:
        states.append("UNCERTAIN")
    wish = Wish(
        states=states,
        asked_by=job.asked_by,
        reason=f"ação em massa {job.public_id}",
        suppressed_too=False,
        until=job.started_at,
    )
    done: set[int] = set()
    batches_going = 0
    for batch in batches:
        theirs = within(billing_ids, batch)
        if theirs:
            _, again = await set_batch_again(connection, batch, wish, theirs)
            done.update(again)
            batches_going += bool(again)
    return done, batches_going
