"""The batch: consecutive billings of one upload, the subject of several kinds of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.infra.db import Connection, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.infra.tracing import note

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from cobranca.pipeline.lease import Work

QUERIES = load_queries("cobranca.pipeline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch as it is now, and the claimed work on it. Billing ids are an inclusive range."""

    work: Work
    id: int
    upload_id: int
    upload_public_id: UUID
    first_billing_id: int
    last_billing_id: int
    total: int
    series_id: int | None
    first_our_number: int | None
    issued_on: date | None
    object_path: str | None
    beneficiary_id: int
    profile_id: int
    mail: str
    removed_at: datetime | None
    #: Today in São Paulo by the database's clock, which is the same for every machine.
    today: date


async def read_batch(connection: Connection, work: Work) -> Batch:
    """Return the batch that is the work's subject, and tell the trace which it is.

    Raises:
        LookupError: there is no such batch.
    """
    row = await fetch_one(connection, QUERIES["read_batch"], batch_id=work.subject_id)
    if row is None:
        raise LookupError(f"there is no batch {work.subject_id}")
    batch = Batch(work=work, **row)
    note(upload_id=str(batch.upload_public_id), billings=batch.total)
    return batch
