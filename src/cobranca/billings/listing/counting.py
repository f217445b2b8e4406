"""How many billings each quick filter finds, up to a bound."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from cobranca.billings.listing import repository
from cobranca.billings.listing.quick import quick_filters
from cobranca.billings.listing.repository import Place
from cobranca.billings.listing.walk import seek
from cobranca.billings.schemas import QuickCount, QuickCounts
from cobranca.domain.billing import BillingStatus
from cobranca.infra.clock import today

if TYPE_CHECKING:
    from uuid import UUID

    from cobranca.billings.listing.filter import BillingFilter
    from cobranca.billings.listing.repository import Sought
    from cobranca.infra.db import Connection, Database

#: Further than this nobody reads a number.
COUNTED_MAX: Final = 1000
#: Batches that are looked into at first, and at most, at once; and for how long, each filter.
_BATCHES_FIRST: Final = 1
_BATCHES_MAX: Final = 64
_COUNTING_S: Final = 0.25


async def count_billings(
    database: Database, beneficiary_id: int, upload_id: UUID | None
) -> QuickCounts:
    """Return how many billings each quick filter finds, of one file or of all.

    Raises:
        NotFound: the beneficiary has no such upload.
    """
    counts: dict[str, QuickCount] = {}
    async with database.transaction() as connection:
        await repository.prefer_own_plans(connection)
        for name, wanted in quick_filters(upload_id, today()).items():
            sought = await seek(connection, beneficiary_id, wanted)
            billings, more = await _count(connection, sought)
            counts[name.value] = QuickCount(billings=billings, more=more, query=query_of(wanted))
    return QuickCounts(**counts)


def query_of(wanted: BillingFilter) -> str:
    """Write a quick filter as the parameters of `GET /billings`."""
    said: list[tuple[str, str]] = []
    if wanted.upload_id is not None:
        said.append(("upload_id", str(wanted.upload_id)))
    said += [("status", status) for status in BillingStatus if status in wanted.statuses]
    for field in ("due_from", "due_to", "received_from", "received_to"):
        if (day := getattr(wanted, field)) is not None:
            said.append((field, day.isoformat()))
    if wanted.bounced is not None:
        said.append(("bounced", str(wanted.bounced).lower()))
    return urlencode(said)


async def _count(connection: Connection, sought: Sought) -> tuple[int, bool]:
    """Return how many are found, and whether there are, or may be, more."""
    ends_at, size = time.monotonic() + _COUNTING_S, _BATCHES_FIRST
    place, count = Place(), 0
    while True:
        batches = await repository.next_batches(connection, sought, after=place, batches_max=size)
        if sought.is_everything:
            count += sum(batch.total for batch in batches)
        else:
            found = await repository.match(
                connection,
                sought,
                batch_ids=[batch.id for batch in batches],
                rows_max=COUNTED_MAX + 1 - count,
            )
            count += len(found)
        if count > COUNTED_MAX:
            return COUNTED_MAX, True
        if len(batches) < size:
            return count, False
        if time.monotonic() > ends_at:
            return count, True
        place = Place(upload_id=batches[-1].upload_id, billing_id=batches[-1].last_billing_id)
        size = min(size * 2, _BATCHES_MAX)
