"""Walks over the billings that a filter means, batch by batch, newest file first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from cobranca.billings.listing import repository
from cobranca.billings.listing.repository import FIRST_UPLOAD, BatchRow, Place, Sought
from cobranca.domain.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from uuid import UUID

    from cobranca.billings.listing.filter import BillingFilter
    from cobranca.infra.db import Connection, Database

__all__ = [
    "FIRST_UPLOAD",
    "BatchRow",
    "Found",
    "Place",
    "Sought",
    "Source",
    "seek",
    "source_of",
    "walk",
]

#: Batches whose billings are looked for at once.
_BATCHES_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The billings of one batch that are sought."""

    batch: BatchRow
    #: By id; None is all of the batch.
    billing_ids: list[int] | None

    @property
    def count(self) -> int:
        """How many there are."""
        return self.batch.total if self.billing_ids is None else len(self.billing_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Billings that are written to a file: whose they are, and what goes over them, once a call."""

    beneficiary_id: int
    walk: Callable[[], AsyncGenerator[Found]]


async def seek(connection: Connection, beneficiary_id: int, wanted: BillingFilter) -> Sought:
    """Find what a filter names: its file and its payer.

    Raises:
        NotFound: the beneficiary has no such upload, or no such payer.
    """
    upload_id = payer_ids = None
    if wanted.upload_id is not None:
        upload_id = await _upload(connection, beneficiary_id, wanted.upload_id)
    if wanted.payer_id is not None:
        payer_ids = await repository.list_writings(
            connection, beneficiary_id=beneficiary_id, fingerprint=wanted.payer_id
        )
        if not payer_ids:
            raise NotFound(f"There is no payer {wanted.payer_id}")
    return Sought(
        beneficiary_id=beneficiary_id,
        upload_id=upload_id,
        payer_ids=payer_ids,
        conditions=wanted.parameters(),
    )


async def walk(database: Database, sought: Sought) -> AsyncGenerator[Found]:
    """Yield all that is sought, a batch at a time; between them no connection is held.

    Facts may come meanwhile: each batch is as it is when it is come to.
    """
    place = Place()
    while True:
        async with database.transaction() as connection:
            found, batches = await _next(connection, sought, place)
        for each in found:
            yield each
        if len(batches) < _BATCHES_AT_ONCE:
            return
        last = batches[-1]
        place = Place(upload_id=last.upload_id, billing_id=last.last_billing_id)


def source_of(database: Database, sought: Sought) -> Source:
    """Return all that is sought as a source of files."""
    return Source(beneficiary_id=sought.beneficiary_id, walk=partial(walk, database, sought))


async def _next(
    connection: Connection, sought: Sought, place: Place
) -> tuple[list[Found], list[BatchRow]]:
    batches = await repository.next_batches(
        connection, sought, after=place, batches_max=_BATCHES_AT_ONCE
    )
    if sought.is_everything:
        return [Found(batch=batch, billing_ids=None) for batch in batches], batches
    await repository.prefer_own_plans(connection)
    matches = await repository.match(connection, sought, batch_ids=[batch.id for batch in batches])
    ids: list[list[int]] = [[] for _ in batches]
    for row in matches:
        ids[row.place].append(row.id)
    found = [
        Found(batch=batch, billing_ids=own) for batch, own in zip(batches, ids, strict=True) if own
    ]
    return found, batches


async def _upload(connection: Connection, beneficiary_id: int, public_id: UUID) -> int:
    upload_id = await repository.find_upload(
        connection, beneficiary_id=beneficiary_id, public_id=public_id
    )
    if upload_id is None:
        raise NotFound(f"There is no upload {public_id}")
    return upload_id
