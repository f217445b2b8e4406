"""The issuing service: numbers a batch, renders and stores its PDFs, tells the notifier."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cobranca.boletos import pdf, repository
from cobranca.boletos.pdf import StoredPdfs
from cobranca.domain.boleto import issue_numbers
from cobranca.domain.errors import NotFound
from cobranca.infra import pg_copy
from cobranca.infra.telemetry import BoletosIssued, emit
from cobranca.infra.tracing import span
from cobranca.pipeline import lease
from cobranca.pipeline.batch import Batch, read_batch
from cobranca.pipeline.billing_details import BillingDetails, read_details
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.pipeline.issuing_terms import Profile, get_profile
from cobranca.pipeline.slips import Boletos

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from cobranca.boletos.repository import Amounts
    from cobranca.infra.db import Connection, Database
    from cobranca.infra.resources import Resources
    from cobranca.infra.storage import Storage
    from cobranca.pipeline.lease import Work
    from cobranca.pipeline.slips import PayerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What the boletos of a batch are made from; no payers where no PDF is wanted."""

    batch: Batch
    profile: Profile
    amounts: Amounts
    payers: list[PayerRow] | None
    #: What optional columns said, by billing id.
    details: dict[int, BillingDetails]


async def issue_batch(resources: Resources, work: Work) -> None:
    """Issue the boletos of a batch. A second try, after a death, gives the same numbers."""
    crashpoint("issue-claimed")
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        batch = await read_batch(connection, work)
        order = None if batch.removed_at is not None else await _read_order(connection, batch)
    if order is None:
        issued = await _write(resources, batch, [], 0, None)
    else:
        issued = await _issue(resources, order)
    emit(BoletosIssued(batch_id=batch.id, upload_id=batch.upload_id, boletos=issued))


async def read_pdf(
    database: Database, storage: Storage, beneficiary_id: int, debt_id: UUID
) -> bytes:
    """Return a billing's PDF as it was issued.

    Raises:
        NotFound: the beneficiary has no such billing, or it has no PDF (not issued yet, issued in
            simulate mode, or taken out).
    """
    async with database.transaction() as connection:
        row = await repository.find_pdf(connection, beneficiary_id=beneficiary_id, debt_id=debt_id)
    if row is None:
        raise NotFound(f"The billing {debt_id} has no PDF", code="PDF_NOT_FOUND")
    return await storage.get_range(row.object_path, row.pdf_offset, row.pdf_length)


async def _read_order(connection: Connection, batch: Batch) -> _Order:
    profile = await get_profile(connection, batch.profile_id)
    payers, details = None, {}
    if batch.mail != "simulate":
        payers = await repository.read_payers(connection, batch)
        details = await read_details(
            connection, first_id=batch.first_billing_id, last_id=batch.last_billing_id
        )
    return _Order(
        batch=await _numbered(connection, batch, profile),
        profile=profile,
        amounts=await repository.read_amounts(connection, batch),
        payers=payers,
        details=details,
    )


async def _issue(resources: Resources, order: _Order) -> int:
    boletos = _make_boletos(order.batch, order.profile, order.amounts)
    stored = None
    if order.payers is not None:
        with span("render"):
            stored = await asyncio.to_thread(
                pdf.render_batch,
                order.batch,
                order.profile,
                order.payers,
                boletos,
                order.details,
            )
        crashpoint("pdfs-rendered")
        with span("store", bytes=len(stored.content)):
            await resources.storage.put(stored.path, stored.content)
        crashpoint("pdfs-stored")
    facts = _encode(order.batch, boletos, stored)
    with span("write"):
        return await _write(
            resources, order.batch, facts, len(boletos.places), stored.path if stored else None
        )


async def _numbered(connection: Connection, batch: Batch, profile: Profile) -> Batch:
    """Return the batch with its block of our numbers, taken now if it has none."""
    if batch.first_our_number is not None:
        return batch
    limit = profile.account.sequence_max
    series_id, first = await repository.take_our_numbers(
        connection,
        batch,
        series=profile.series(batch.today),
        first_number=profile.beneficiary.our_number_first,
        last_number=min(profile.beneficiary.our_number_last or limit, limit),
        issued_on=batch.today,
    )
    return replace(batch, series_id=series_id, first_our_number=first, issued_on=batch.today)


def _make_boletos(batch: Batch, profile: Profile, amounts: Amounts) -> Boletos:
    """Number what was not removed. The place decides the number: a repetition gives the same."""
    if batch.first_our_number is None or batch.issued_on is None:
        raise LookupError(f"batch {batch.id} has no our numbers")
    places = np.flatnonzero(~amounts.removed)
    sequences = batch.first_our_number + places
    numbers = issue_numbers(
        profile.account,
        sequences,
        amounts.amount_cents[places],
        amounts.due_dates[places],
        issued=batch.issued_on,
    )
    return Boletos(
        places=places,
        billing_ids=amounts.billing_ids[places],
        sequences=sequences,
        amount_cents=amounts.amount_cents[places],
        due_dates=amounts.due_dates[places],
        barcodes=numbers.barcodes,
        digitable_lines=numbers.digitable_lines,
        issued_on=batch.issued_on,
    )


def _encode(batch: Batch, boletos: Boletos, stored: StoredPdfs | None) -> Iterator[bytes]:
    columns = [
        pg_copy.int8(boletos.billing_ids),
        pg_copy.int8(boletos.sequences),
        pg_copy.int4(batch.series_id or 0),
        pg_copy.fixed_bytes(boletos.barcodes),
    ]
    if stored is not None:
        columns += [
            pg_copy.int4(stored.offsets),
            pg_copy.int4(stored.lengths),
            pg_copy.fixed_bytes(stored.sha256),
        ]
    return pg_copy.encode_rows(columns)


async def _write(
    resources: Resources,
    batch: Batch,
    facts: Iterator[bytes] | list[bytes],
    issued: int,
    object_path: str | None,
) -> int:
    """Write the facts and end the work in one transaction."""
    async with resources.database.transaction() as connection:
        await lease.lock(connection, batch.work)
        if issued:
            await repository.copy_boletos(connection, facts, with_pdf=object_path is not None)
        await repository.note_issued(connection, batch, issued=issued, object_path=object_path)
        await lease.finish(connection, batch.work)
        crashpoint("boletos-written")
    crashpoint("boletos-committed")
    return issued
