"""The list of billings: a page of what a filter means."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from cobranca.billings.found import read_billings
from cobranca.billings.listing import repository
from cobranca.billings.listing.repository import FIRST_UPLOAD, Place
from cobranca.billings.listing.walk import seek
from cobranca.billings.schemas import BillingsPage
from cobranca.domain.debt_code import as_uuid
from cobranca.domain.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.billings.listing.filter import BillingFilter
    from cobranca.billings.listing.repository import MatchRow, Sought
    from cobranca.billings.schemas import Billing
    from cobranca.infra.db import Connection, Database

#: A page over all files is looked for in so many batches at first, then in twice as many, ...
_BATCHES_FIRST: Final = 2
_BATCHES_MAX: Final = 64
#: ... and no longer than this: whoever asks goes on from there.
_LOOKING_S: Final = 0.4


async def list_billings(
    database: Database,
    beneficiary_id: int,
    wanted: BillingFilter,
    *,
    after: Sequence[int],
    limit: int,
) -> BillingsPage:
    """Return a page: of one file in the order of its lines, of all by id, newest file first.

    Args:
        database: where they are.
        beneficiary_id: whose they are.
        wanted: which of them.
        after: the line after which the page begins, or the upload and the billing, by inner id.
        limit: how many at most.

    Raises:
        InvalidField: in all files only a code can be searched for.
        NotFound: the beneficiary has no such upload, or no such payer.
    """
    is_debt = wanted.search is not None and as_uuid(wanted.search) is not None
    async with database.transaction() as connection:
        await repository.prefer_own_plans(connection)
        sought = await seek(connection, beneficiary_id, wanted)
        if wanted.search is not None and (is_debt or wanted.upload_id is None):
            billings = await _of_debt(connection, sought, wanted)
            if billings or is_debt:
                return BillingsPage(records=billings, next=None)
        if wanted.search is not None and wanted.upload_id is None:
            detail = "Name the upload, search for the code of a debt, or ask GET /search"
            raise InvalidField("upload_id", detail)
        if sought.upload_id is not None:
            return await _page_of_file(connection, sought, after[-1] if after else 0, limit)
        place = Place(
            upload_id=after[0] if len(after) > 1 else FIRST_UPLOAD,
            billing_id=after[1] if len(after) > 1 else 0,
        )
        return await _page_of_all(connection, sought, place, limit)


async def _of_debt(connection: Connection, sought: Sought, wanted: BillingFilter) -> list[Billing]:
    """Return a debt's newest billing, where it is what is sought."""
    if wanted.debt_id is None:
        return []
    found = await repository.match_debt(connection, sought, debt_id=wanted.debt_id)
    return await read_billings(connection, sought.beneficiary_id, [row.id for row in found])


async def _page_of_file(
    connection: Connection, sought: Sought, after: int, limit: int
) -> BillingsPage:
    found = await repository.match_by_line(connection, sought, after_line=after, rows_max=limit + 1)
    page = found[:limit]
    return BillingsPage(
        records=await _read(connection, sought, page),
        next=str(page[-1].line_number) if len(found) > limit else None,
    )


async def _page_of_all(
    connection: Connection, sought: Sought, place: Place, limit: int
) -> BillingsPage:
    ends_at, size = time.monotonic() + _LOOKING_S, _BATCHES_FIRST
    page: list[MatchRow] = []
    while True:
        batches = await repository.next_batches(connection, sought, after=place, batches_max=size)
        found = await repository.match(
            connection,
            sought,
            batch_ids=[batch.id for batch in batches],
            after=place,
            rows_max=limit + 1 - len(page),
        )
        page += found
        if len(page) > limit:
            page, rest = page[:limit], found
            last = rest[-2] if len(rest) > 1 else None
            if last is not None:
                place = Place(upload_id=batches[last.place].upload_id, billing_id=last.id)
            break
        if len(batches) < size:
            return BillingsPage(records=await _read(connection, sought, page), next=None)
        place = Place(upload_id=batches[-1].upload_id, billing_id=batches[-1].last_billing_id)
        size = min(size * 2, _BATCHES_MAX)
        if time.monotonic() > ends_at:
            break
    return BillingsPage(
        records=await _read(connection, sought, page),
        next=f"{place.upload_id}-{place.billing_id}",
    )


async def _read(connection: Connection, sought: Sought, page: Sequence[MatchRow]) -> list[Billing]:
    return await read_billings(connection, sought.beneficiary_id, [row.id for row in page])
