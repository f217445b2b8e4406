"""The next piece of a job: batches that are done at once, what is sought of them, what became."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cobranca.billings.listing.repository import match, prefer_own_plans
from cobranca.jobs import repository
from cobranca.jobs.acts import Act, Outcome, Sum, Tally, added, read
from cobranca.jobs.meant import question_of, sought_again

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cobranca.billings.listing.filter import BillingFilter
    from cobranca.billings.listing.repository import BatchRow, Sought
    from cobranca.infra.db import Connection
    from cobranca.jobs.repository import JudgedRow, LockedJobRow
    from cobranca.notifications.rows import BatchRangeRow

#: Batches that are looked into at once, and billings that are written at once (or one batch's).
_BATCHES_AT_ONCE: Final = 16
_BILLINGS_AT_ONCE: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The next batches of a job, and what is sought of them."""

    #: How many batches are done with it.
    batches: int
    #: Those of them that have any, and which; None is all of them.
    batch_ids: list[int]
    billing_ids: list[int] | None


async def lock_job(connection: Connection, job_id: int) -> LockedJobRow | None:
    """Lock a job until the transaction ends; return it with the batches of its next piece."""
    return await repository.lock_job(connection, job_id, batches_max=_BATCHES_AT_ONCE)


async def take_piece(connection: Connection, job: LockedJobRow, wanted: BillingFilter) -> Piece:
    """Return the next piece of a locked job."""
    sought = await sought_again(connection, job.beneficiary_id, wanted)
    await prefer_own_plans(connection)
    return await _next_piece(connection, sought, job.batch_ids, billings_max=_BILLINGS_AT_ONCE)


async def judge_piece(
    connection: Connection, job: LockedJobRow, wanted: BillingFilter, piece: Piece
) -> dict[Outcome, dict[int, int]]:
    """Return what the act would do to a piece's billings: cents by billing by outcome."""
    if not piece.batch_ids:
        return {}
    rows = await repository.judge(
        connection,
        question_of(job.beneficiary_id, Act(job.act), wanted, began_at=job.started_at),
        batch_ids=piece.batch_ids,
        billing_ids=piece.billing_ids,
        with_ids=True,
    )
    return {Outcome(row.outcome): _cents_of(row) for row in rows}


async def write_parts(
    connection: Connection, job: LockedJobRow, amounts: Mapping[Outcome, Mapping[int, int]]
) -> Tally:
    """Write down what became of a piece's billings; return the job's tally with it."""
    tally = read(job.tally)
    for outcome, cents in amounts.items():
        await repository.add_part(
            connection,
            job_id=job.id,
            place=job.place,
            outcome=outcome,
            billing_ids=sorted(cents),
        )
        one = Sum(billings=len(cents), amount_cents=sum(cents.values()))
        tally = added(tally, {outcome: one})
    return tally


def _cents_of(row: JudgedRow) -> dict[int, int]:
    return dict(zip(row.billing_ids, row.amounts, strict=True))


async def _next_piece(
    connection: Connection, sought: Sought, batch_ids: Sequence[int], *, billings_max: int
) -> Piece:
    """Return as many of these batches as are done at once: whole ones, one at the least."""
    if sought.is_everything:
        return Piece(batches=1, batch_ids=list(batch_ids[:1]), billing_ids=None)
    covered = len(batch_ids)
    rows = await match(connection, sought, batch_ids=batch_ids, rows_max=billings_max + 1)
    if len(rows) > billings_max:
        covered = max(rows[-1].place, 1)
        if rows[-1].place == 0:
            rows = await match(connection, sought, batch_ids=batch_ids[:1])
        rows = [row for row in rows if row.place < covered]
    places = sorted({row.place for row in rows})
    return Piece(
        batches=covered,
        batch_ids=[batch_ids[place] for place in places],
        billing_ids=[row.id for row in rows],
    )


def within(billing_ids: Sequence[int], batch: BatchRow | BatchRangeRow) -> list[int]:
    """Return which of these ids, which are in order, a batch has."""
    first = bisect_left(billing_ids, batch.first_billing_id)
    return list(billing_ids[first : bisect_right(billing_ids, batch.last_billing_id)])
