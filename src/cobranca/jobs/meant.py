"""What a job means: the batches that could hold it, and what its act would do, counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cobranca.billings.listing.repository import (
    BATCHES_MAX,
    Place,
    Sought,
    list_writings,
    match,
    next_batches,
    prefer_own_plans,
)
from cobranca.billings.listing.walk import seek
from cobranca.domain.billing import BillingStatus
from cobranca.domain.errors import InputError
from cobranca.jobs import repository
from cobranca.jobs.acts import Act, Outcome, Sum, Tally, added, whole
from cobranca.jobs.repository import Question
from cobranca.jobs.wanted import names_mails

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cobranca.billings.listing.filter import BillingFilter
    from cobranca.billings.listing.repository import BatchRow
    from cobranca.infra.db import Connection, Database
    from cobranca.jobs.repository import JudgedRow

#: Billings of one job: what can be counted while somebody waits.
BILLINGS_MAX: Final = 2_000_000
_BATCHES_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What an act on a filter means now."""

    sought: Sought
    question: Question
    batches: list[BatchRow]
    tally: Tally
    #: Whether mails would leave to payers.
    mails_are_real: bool

    @property
    def done(self) -> Sum:
        """What the act would be done to."""
        return self.tally.get(Outcome.DONE, Sum())


async def weigh(database: Database, beneficiary_id: int, wanted: BillingFilter, act: Act) -> Meant:
    """Count what an act on a filter would do now, each billing as it stands.

    Raises:
        NotFound: the beneficiary has no such upload, or no such payer.
        InputError: JOB_TOO_LARGE.
    """
    async with database.transaction() as connection:
        sought = await seek(connection, beneficiary_id, wanted)
        began_at = await repository.read_instant(connection)
        question = question_of(beneficiary_id, act, wanted, began_at=began_at)
        await prefer_own_plans(connection)
        batches = await next_batches(connection, sought, after=Place(), batches_max=BATCHES_MAX + 1)
    if len(batches) > BATCHES_MAX:
        raise _too_large()
    tally: Tally = {}
    are_real = False
    for first in range(0, len(batches), _BATCHES_AT_ONCE):
        ids = [batch.id for batch in batches[first : first + _BATCHES_AT_ONCE]]
        async with database.transaction() as connection:
            for row in await _judged(connection, sought, question, ids):
                one = Sum(billings=row.billings, amount_cents=row.amount_cents)
                tally = added(tally, {Outcome(row.outcome): one})
                are_real = are_real or (row.outcome == Outcome.DONE and row.mails_are_real)
        if whole(tally).billings > BILLINGS_MAX:
            raise _too_large()
    return Meant(
        sought=sought,
        question=question,
        batches=batches,
        tally=tally,
        mails_are_real=are_real and act is Act.RESEND,
    )


def question_of(
    beneficiary_id: int, act: Act, wanted: BillingFilter, *, began_at: datetime
) -> Question:
    """Return what is asked of each billing: what the act would do to it."""
    return Question(
        beneficiary_id=beneficiary_id,
        act=act,
        began_at=began_at,
        names_mails=names_mails(wanted),
        in_doubt_too=BillingStatus.UNCERTAIN in wanted.statuses,
    )


async def sought_again(
    connection: Connection, beneficiary_id: int, wanted: BillingFilter
) -> Sought:
    """Return what a job's filter means within the job's own batches.

    Its file may be gone meanwhile, with its batches; then nothing of them is found.
    """
    payer_ids = None
    if wanted.payer_id is not None:
        payer_ids = await list_writings(
            connection, beneficiary_id=beneficiary_id, fingerprint=wanted.payer_id
        )
    return Sought(
        beneficiary_id=beneficiary_id,
        upload_id=None,
        payer_ids=payer_ids,
        conditions=wanted.parameters(),
    )


async def _judged(
    connection: Connection, sought: Sought, question: Question, batch_ids: Sequence[int]
) -> list[JudgedRow]:
    await prefer_own_plans(connection)
    ids = None
    if not sought.is_everything:
        ids = [row.id for row in await match(connection, sought, batch_ids=batch_ids)]
        if not ids:
            return []
    return await repository.judge(
        connection, question, batch_ids=batch_ids, billing_ids=ids, with_ids=False
    )


def _too_large() -> InputError:
    detail = f"A job has at most {BILLINGS_MAX:,} billings: ask for less at a time"
    return InputError(detail, code="JOB_TOO_LARGE")
