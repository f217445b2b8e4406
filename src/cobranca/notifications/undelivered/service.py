"""Mails that did not arrive, over all files: by reason, counted, listed, and sent again."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from cobranca.domain.undelivered import Reason, reason_of
from cobranca.infra import clock
from cobranca.infra.telemetry import MailsSetAgain, emit
from cobranca.notifications import resend_repository
from cobranca.notifications.resend import Wish, publish, set_batch_again
from cobranca.notifications.schemas import (
    ReasonTotal,
    ResentOfAll,
    Undelivered,
    UndeliveredPage,
    UndeliveredTotals,
)
from cobranca.notifications.undelivered import repository

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from cobranca.infra.bus import Bus
    from cobranca.infra.db import Connection, Database
    from cobranca.notifications.rows import UndeliveredRow
    from cobranca.notifications.schemas import Undeliverable
    from cobranca.notifications.undelivered.repository import Period

#: Rows that one transaction looks at.
_ROWS_MAX: Final = 1000
#: Rows that one call looks at: for a page, for counts, and to send again.
_LISTED_MAX: Final = 10_000
_COUNTED_MAX: Final = 20_000
_SENT_MAX: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which mails are meant."""

    beneficiary_id: int
    state: Undeliverable
    #: None = for whatever reason.
    reason: Reason | None
    period: Period

    def has(self, row: UndeliveredRow) -> bool:
        """Tell whether a mail of the state did not arrive for the reason."""
        return self.reason is None or self.reason is self.why(row)

    def why(self, row: UndeliveredRow) -> Reason:
        """Return why a mail of the state did not arrive."""
        return reason_of(self.state, row.reply_code, row.status, row.detail)


async def list_undelivered(
    database: Database, wanted: Filter, *, after: int, limit: int
) -> UndeliveredPage:
    """Return a page of mails that did not arrive; a page may be short though more follow."""
    found: list[UndeliveredRow] = []
    async for rows, last in _pages(database, wanted, after=after, rows_max=_LISTED_MAX):
        for row in rows:
            if wanted.has(row):
                found.append(row)
            if len(found) == limit:
                more = row is not rows[-1] or not last
                return _page(found, wanted, str(row.billing_id) if more else None)
        if last:
            return _page(found, wanted, None)
        after = rows[-1].billing_id
    return _page(found, wanted, str(after))


async def count_undelivered(database: Database, wanted: Sequence[Filter]) -> UndeliveredTotals:
    """Return counts and sums by state and reason; of each state at most some are counted."""
    totals: list[ReasonTotal] = []
    more = False
    for each in wanted:
        mails: Counter[Reason] = Counter()
        cents: Counter[Reason] = Counter()
        last = True
        async for rows, last in _pages(database, each, after=0, rows_max=_COUNTED_MAX):  # noqa: B007
            for row in rows:
                why = each.why(row)
                mails[why] += 1
                cents[why] += row.amount_cents
        more = more or not last
        totals += [
            ReasonTotal(state=each.state, reason=why, mails=count, amount_cents=cents[why])
            for why, count in mails.most_common()
        ]
    return UndeliveredTotals(totals=totals, more=more)


async def resend_all(
    database: Database, bus: Bus, *, wanted: Sequence[Filter], wish: Wish, dry_run: bool
) -> ResentOfAll:
    """Set mails of all files going again, or only say how many and how much money.

    A thousand at a time, each in a transaction of its own: a call that is cut off, and asked for
    again with the same `until`, sets the others going and none of them twice.
    """
    until = wish.until or clock.now()
    wish = replace(wish, until=until)
    sent = _Sum()
    more = False
    for each in wanted:
        each = replace(each, period=replace(each.period, until=until))  # noqa: PLW2901
        last = True
        async for rows, last in _pages(database, each, after=0, rows_max=_SENT_MAX):  # noqa: B007
            chosen = [row for row in rows if each.has(row)]
            if dry_run:
                sent.add(chosen, [row for row in chosen if _goes(row, wish)])
            elif chosen:
                await _send(database, bus, chosen, replace(wish, states=[each.state]), sent)
        more = more or not last
    return ResentOfAll(
        mails=sent.mails,
        suppressed=sent.suppressed,
        amount_cents=sent.amount_cents,
        until=until,
        more=more,
    )


@dataclass(slots=True, kw_only=True)
class _Sum:
    """What has been set going so far."""

    mails: int = 0
    suppressed: int = 0
    amount_cents: int = 0

    def add(self, chosen: Sequence[UndeliveredRow], going: Sequence[UndeliveredRow]) -> None:
        self.mails += len(going)
        self.amount_cents += sum(row.amount_cents for row in going)
        ids = {row.billing_id for row in going}
        self.suppressed += sum(row.suppressed and row.billing_id not in ids for row in chosen)


async def _send(
    database: Database, bus: Bus, chosen: Sequence[UndeliveredRow], wish: Wish, sent: _Sum
) -> None:
    ids = [row.billing_id for row in chosen]
    async with database.transaction() as connection:
        going, batches = await _set_again(connection, ids, wish)
    sent.add(chosen, [row for row in chosen if row.billing_id in going])
    await publish(bus, len(batches))
    for upload_id, mails in batches.items():
        emit(MailsSetAgain(upload_id=upload_id, mails=mails))


async def _set_again(
    connection: Connection, billing_ids: Sequence[int], wish: Wish
) -> tuple[set[int], Counter[int]]:
    """Return the billings whose mails go again, and how many of each upload."""
    going: set[int] = set()
    uploads: Counter[int] = Counter()
    for batch in await resend_repository.find_batches_of(connection, billing_ids):
        theirs = [i for i in billing_ids if batch.first_billing_id <= i <= batch.last_billing_id]
        _, again = await set_batch_again(connection, batch, wish, theirs)
        going.update(again)
        if again:
            uploads[batch.upload_id] += len(again)
    return going, uploads


async def _pages(
    database: Database, wanted: Filter, *, after: int, rows_max: int
) -> AsyncIterator[tuple[list[UndeliveredRow], bool]]:
    """Yield pages of rows, and whether each is the last; at most `rows_max` rows in all."""
    for _ in range(0, rows_max, _ROWS_MAX):
        async with database.transaction() as connection:
            rows = await repository.list_undelivered(
                connection,
                beneficiary_id=wanted.beneficiary_id,
                state=wanted.state,
                period=wanted.period,
                after=after,
                rows_max=_ROWS_MAX,
            )
        last = len(rows) < _ROWS_MAX
        yield rows, last
        if last:
            return
        after = rows[-1].billing_id


def _goes(row: UndeliveredRow, wish: Wish) -> bool:
    return row.email != "" and (wish.suppressed_too or not row.suppressed)


def _page(found: Sequence[UndeliveredRow], wanted: Filter, after: str | None) -> UndeliveredPage:
    records = [
        Undelivered.model_validate(
            {**asdict(row), "state": wanted.state, "reason": wanted.why(row)}
        )
        for row in found
    ]
    return UndeliveredPage(records=records, next=after)
