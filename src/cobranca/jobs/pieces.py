"""The next piece of a job: batches that are done at once, and what is sought of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.billings.listing.repository import match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.billings.listing.repository import BatchRow, Sought
    from cobranca.infra.db import Connection
    from cobranca.notifications.rows import BatchRangeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The next batches of a job, and what is sought of them."""

    #: How many batches are done with it.
    batches: int
    #: Those of them that have any, and which; None is all of them.
    batch_ids: list[int]
    billing_ids: list[int] | None


async def next_piece(
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
