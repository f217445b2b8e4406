"""Deletes old uploads for good: files first, then rows, a batch at a time; and what nobody has.

Files are found by listing the storage, so that those go too which no row names: what an attempt
stored that died before it wrote its facts, and mails that came back and were not understood.

It may be ended at any moment and goes on at the next call. What stays is the row of the upload,
which knows the file's bytes, the counts of its batches, and the series of our numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cobranca.infra import clock
from cobranca.infra.log import get_logger
from cobranca.pipeline import job_files, stored_files
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.retention import repository, unnamed

if TYPE_CHECKING:
    from cobranca.infra.db import Database
    from cobranca.infra.storage import Storage
    from cobranca.retention.repository import BatchRow, UploadRow

log = get_logger()

_BATCHES_MAX = 100
_ADDRESSES_MAX = 10_000
_REMITTANCES_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How much has been deleted, or would be."""

    uploads: int
    billings: int
    #: Mails that came back, of no mail of ours.
    bounces: int = 0
    #: Stored objects that no row names.
    unnamed: int = 0
    #: Addresses that were on the list of those not written to.
    addresses: int = 0


NOTHING = Purged(uploads=0, billings=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much one call deletes at the most, so that it comes to an end; None = all there is."""

    uploads_max: int | None = None
    objects_max: int | None = None


_NO_BOUNDS = Bounds()


async def purgeable(database: Database, storage: Storage, *, days: int) -> Purged:
    """Return what a purge of more than `days` days would delete; addresses are not counted."""
    async with database.transaction() as connection:
        old = await repository.count_old_uploads(connection, days)
    bounces = len(await _old_bounces(storage, days))
    nobodys = 0
    async for _ in unnamed.find(database, storage):
        nobodys += 1
    return Purged(uploads=old.uploads, billings=old.billings, bounces=bounces, unnamed=nobodys)


async def purge(
    database: Database, storage: Storage, *, days: int, bounds: Bounds = _NO_BOUNDS
) -> Purged:
    """Delete all uploads that ended more than `days` days ago, the oldest first, and litter.

    So are those that were paused as long ago and never went on, bounces and addresses as old, and
    stored objects that nobody has, which need a day only.

    Raises:
        Conflict: the storage belongs to another database; nothing of it was removed.
    """
    nobodys = await _remove_unnamed(database, storage, bounds.objects_max)
    uploads = billings = 0
    while bounds.uploads_max is None or uploads < bounds.uploads_max:
        upload = await _withdraw(database, days)
        if upload is None:
            break
        deleted = await _purge_upload(database, storage, upload)
        log.info("upload_purged", upload_id=upload.id, billings=deleted)
        uploads += 1
        billings += deleted
    await _purge_remittances(database, storage, days)
    bounces = (await _old_bounces(storage, days))[: bounds.objects_max]
    await _remove(storage, bounces)
    async with database.transaction() as connection:
        addresses = await repository.delete_suppressed_addresses(
            connection, days=days, rows_max=_ADDRESSES_MAX
        )
    return Purged(
        uploads=uploads,
        billings=billings,
        bounces=len(bounces),
        unnamed=nobodys,
        addresses=addresses,
    )


async def _remove_unnamed(database: Database, storage: Storage, objects_max: int | None) -> int:
    removed = 0
    async for path in unnamed.find(database, storage):
        if objects_max is not None and removed >= objects_max:
            break
        removed += await unnamed.remove(database, storage, path)
    return removed


async def _old_bounces(storage: Storage, days: int) -> list[str]:
    return await storage.list_paths("bounces", before=clock.now() - timedelta(days=days))


async def _remove(storage: Storage, paths: list[str]) -> None:
    for path in paths:
        await storage.remove(path)


async def _purge_remittances(database: Database, storage: Storage, days: int) -> None:
    """Remove the bytes of the next old files for the bank: names and addresses stand in them."""
    async with database.transaction() as connection:
        old = await repository.list_old_remittances(
            connection, days=days, rows_max=_REMITTANCES_MAX
        )
    for remittance in old:
        await storage.remove(remittance.storage_path)
        async with database.transaction() as connection:
            await repository.mark_remittance_purged(connection, remittance.id)


async def _withdraw(database: Database, days: int) -> UploadRow | None:
    async with database.transaction() as connection:
        return await repository.withdraw_old_upload(connection, days)


async def _purge_upload(database: Database, storage: Storage, upload: UploadRow) -> int:
    crashpoint("purge-begun")
    await _remove(storage, await storage.list_paths(f"boletos/{upload.public_id}"))
    deleted = after = 0
    while found := await _next_batches(database, upload, after):
        for batch in found:
            await _remove(storage, await storage.list_paths(f"outbox/{batch.id}"))
            crashpoint("objects-removed")
            async with database.transaction() as connection:
                deleted += await repository.delete_batch(connection, batch)
            crashpoint("batch-deleted")
        after = found[-1].id
    while True:
        async with database.transaction() as connection:
            if not await repository.delete_rejects(connection, upload.id):
                break
    async with database.transaction() as connection:
        await stored_files.lock(connection)
        if not await repository.is_file_needed(connection, upload):
            await storage.remove(upload.storage_path)
        crashpoint("file-removed")
        await repository.delete_work(connection, upload.id)
        await job_files.forget_upload(connection, upload.id)
        await repository.mark_purged(connection, upload.id)
    await job_files.remove_forgotten(database, storage)
    return deleted


async def _next_batches(database: Database, upload: UploadRow, after: int) -> list[BatchRow]:
    async with database.transaction() as connection:
        return await repository.list_batches(
            connection, upload.id, after=after, rows_max=_BATCHES_MAX
        )
