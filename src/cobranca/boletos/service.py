"""The issuing service: numbers a batch, renders and stores its PDFs, tells the notifier."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cobranca.boletos import pdf, repository
from cobranca.boletos.pdf import Boletos
from cobranca.domain.billing import BatchState
from cobranca.domain.boleto import issue_numbers
from cobranca.domain.errors import NotFound
from cobranca.domain.events import BoletosIssued
from cobranca.infra import clock, pg_copy
from cobranca.infra.log import get_logger
from cobranca.infra.tracing import span
from cobranca.pipeline import lease
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.pipeline.issuing_terms import get_profile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from cobranca.boletos.pdf import StoredPdfs
    from cobranca.boletos.repository import Amounts
    from cobranca.infra.db import Connection, Database
    from cobranca.infra.resources import Resources
    from cobranca.infra.storage import Storage
    from cobranca.pipeline.issuing_terms import Profile
    from cobranca.pipeline.lease import Batch

log = get_logger()


async def issue_batch(resources: Resources, batch_id: int | None) -> bool:
    """Issue a batch, and return whether one was to be had; an event told of `batch_id`, if any.

    A second try, after a death, gives the same numbers.
    """
    settings = resources.settings
    async with resources.database.transaction() as connection:
        batch = await lease.claim(
            connection, batch_id, BatchState.ISSUING, lease_s=settings.lease_s
        )
    if batch is None:
        return False
    async with lease.kept_lease(resources.database, batch, BatchState.ISSUING, settings):
        crashpoint("issue-claimed")
        issued = await _issue(resources, batch)
        log.info("boletos_issued", batch_id=batch.id, upload_id=batch.upload_id, boletos=issued)
    return True


async def read_pdf(database: Database, storage: Storage, debt_id: UUID) -> bytes:
    """Return a billing's PDF as it was issued.

    Raises:
        NotFound: no such billing, or it has no PDF (not issued yet, or issued in simulate mode).
    """
    async with database.transaction() as connection:
        row = await repository.find_pdf(connection, debt_id)
    if row is None or row["object_path"] is None or row["pdf_offset"] is None:
        raise NotFound(f"The billing {debt_id} has no PDF", code="PDF_NOT_FOUND")
    return await storage.get_range(row["object_path"], row["pdf_offset"], row["pdf_length"])


async def _issue(resources: Resources, batch: Batch) -> int:
    if batch.removed_at is not None:
        return await _write(resources, batch, [], 0, None)
    async with resources.database.transaction() as connection:
        await lease.hold(connection, batch, BatchState.ISSUING)
        profile = await get_profile(connection, batch.profile_id)
        batch = await _numbered(connection, batch, profile)
        amounts = await repository.read_amounts(connection, batch)
        payers = None
        if batch.mail != "simulate":
            payers = await repository.read_payers(connection, batch)
    boletos = _make_boletos(batch, profile, amounts)
    stored = None
    if payers is not None:
        with span("render"):
            stored = await asyncio.to_thread(pdf.render_batch, batch, profile, payers, boletos)
        crashpoint("pdfs-rendered")
        with span("store", bytes=len(stored.content)):
            await resources.storage.put(stored.path, stored.content)
        crashpoint("pdfs-stored")
    facts = _encode(batch, boletos, stored)
    with span("write"):
        return await _write(
            resources, batch, facts, len(boletos.places), stored.path if stored else None
        )


async def _numbered(connection: Connection, batch: Batch, profile: Profile) -> Batch:
    """Return the batch with its block of our numbers, taken now if it has none."""
    if batch.first_our_number is not None:
        return batch
    issued_on = clock.today()
    limit = profile.account.sequence_max
    series_id, first = await repository.take_our_numbers(
        connection,
        batch,
        series=profile.series(issued_on),
        first_number=profile.beneficiary.our_number_first,
        last_number=min(profile.beneficiary.our_number_last or limit, limit),
        issued_on=issued_on,
    )
    return replace(batch, series_id=series_id, first_our_number=first, issued_on=issued_on)


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
    return pg_copy.encode_fixed(columns)


async def _write(
    resources: Resources,
    batch: Batch,
    facts: Iterator[bytes] | list[bytes],
    issued: int,
    object_path: str | None,
) -> int:
    """Write the facts and the batch's new state in one transaction, then tell the notifier."""
    async with resources.database.transaction() as connection:
        await lease.hold(connection, batch, BatchState.ISSUING)
        if issued:
            await repository.copy_boletos(connection, facts, with_pdf=object_path is not None)
        await repository.finish_issuing(connection, batch, issued=issued, object_path=object_path)
        crashpoint("boletos-written")
    crashpoint("boletos-committed")
    await resources.bus.publish([BoletosIssued(batch_id=batch.id, object_path=object_path)])
    return issued
