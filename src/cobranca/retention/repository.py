"""The SQL of deleting: whole uploads, a batch a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.pipeline import payer_links

QUERIES = load_queries("cobranca.retention")

_REJECTS_MAX = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OldUploadsRow:
    """How many uploads would go, with how many accepted billings."""

    uploads: int
    billings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRow:
    """An upload that is being deleted."""

    id: int
    public_id: UUID
    storage_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceRow:
    """A file for the bank that is to be purged."""

    id: int
    storage_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch with the range of its billings."""

    id: int
    first_billing_id: int
    last_billing_id: int


async def count_old_uploads(connection: Connection, days: int) -> OldUploadsRow:
    """Return how much ended more than `days` ago."""
    row = await fetch_one(connection, QUERIES["count_old_uploads"], row=OldUploadsRow, days=days)
    return row or OldUploadsRow(uploads=0, billings=0)


async def withdraw_old_upload(connection: Connection, days: int) -> UploadRow | None:
    """Remove the oldest such upload from work and return it; None when there is none."""
    return await fetch_one(connection, QUERIES["withdraw_old_upload"], row=UploadRow, days=days)


async def list_batches(
    connection: Connection, upload_id: int, *, after: int, rows_max: int
) -> list[BatchRow]:
    """Return the batches of an upload whose ids are above `after`."""
    return await fetch_all(
        connection,
        QUERIES["list_batches"],
        row=BatchRow,
        upload_id=upload_id,
        after=after,
        rows_max=rows_max,
    )


async def delete_batch(connection: Connection, batch: BatchRow) -> int:
    """Delete everything about a batch's billings and return how many there were."""
    ids = {"first_id": batch.first_billing_id, "last_id": batch.last_billing_id}
    batch_id = {"batch_id": batch.id}
    billing_ids = range(batch.first_billing_id, batch.last_billing_id + 1)
    await payer_links.unlink(connection, billing_ids)
    await connection.execute(QUERIES["delete_in_flight"], batch_id)
    await connection.execute(QUERIES["delete_outbox_objects"], batch_id)
    await connection.execute(QUERIES["delete_batch_due"], batch_id)
    await connection.execute(QUERIES["forget_pdfs"], batch_id)
    await connection.execute(QUERIES["delete_attempts"], ids)
    await connection.execute(QUERIES["delete_resends"], ids)
    await connection.execute(QUERIES["delete_second_copies"], ids)
    await connection.execute(QUERIES["delete_anew"], ids)
    await connection.execute(QUERIES["delete_bounces"], ids)
    await connection.execute(QUERIES["delete_notifications"], ids)
    await connection.execute(QUERIES["delete_details"], ids)
    await connection.execute(QUERIES["delete_boletos"], ids)
    await connection.execute(QUERIES["delete_removals"], ids)
    await connection.execute(QUERIES["delete_titles"], ids)
    await connection.execute(QUERIES["delete_title_resends"], ids)
    await connection.execute(QUERIES["delete_registrations"], ids)
    await connection.execute(QUERIES["delete_pix"], ids)
    return (await connection.execute(QUERIES["delete_billings"], ids)).rowcount


async def delete_rejects(connection: Connection, upload_id: int) -> int:
    """Delete the next refused records of an upload and return how many there were."""
    cursor = await connection.execute(
        QUERIES["delete_rejects"], {"upload_id": upload_id, "rows_max": _REJECTS_MAX}
    )
    return cursor.rowcount


async def is_file_needed(connection: Connection, upload: UploadRow) -> bool:
    """Whether the stored file of an upload is also another one's."""
    row = await fetch_one(
        connection,
        QUERIES["is_file_needed"],
        upload_id=upload.id,
        storage_path=upload.storage_path,
    )
    return row is not None and row["needed"]


async def mark_purged(connection: Connection, upload_id: int) -> None:
    """Note that nothing is left of an upload but its row and the counts of its batches."""
    await connection.execute(QUERIES["delete_due"], {"upload_id": upload_id})
    await connection.execute(QUERIES["mark_purged"], {"upload_id": upload_id})


async def delete_work(connection: Connection, upload_id: int) -> None:
    """Delete an upload's work, and the groups that it was in."""
    await connection.execute(QUERIES["delete_search"], {"upload_id": upload_id})
    await connection.execute(QUERIES["delete_index_work"], {"upload_id": upload_id})
    await connection.execute(QUERIES["delete_work"], {"upload_id": upload_id})
    await connection.execute(QUERIES["delete_work_group"], {"upload_id": upload_id})


async def delete_suppressed_addresses(connection: Connection, *, days: int, rows_max: int) -> int:
    """Take the next addresses off the list that came to it more than `days` ago; count them."""
    await connection.execute(QUERIES["delete_suppressions"], {"days": days})
    cursor = await connection.execute(
        QUERIES["delete_suppressed_addresses"], {"days": days, "rows_max": rows_max}
    )
    return cursor.rowcount


async def knows_uploads(connection: Connection) -> bool:
    """Whether this database has ever taken a file in."""
    row = await fetch_one(connection, QUERIES["knows_uploads"])
    return row is not None and row["known"]


async def find_unnamed_files(connection: Connection, paths: list[str]) -> list[str]:
    """Return those of these stored files that no upload has."""
    rows = await fetch_all(connection, QUERIES["find_unnamed_files"], paths=paths)
    return [row["path"] for row in rows]


async def find_unnamed_pdfs(
    connection: Connection, paths: list[str], batch_ids: list[int | None]
) -> list[str]:
    """Return those of these objects with PDFs that their batches have not, and never will."""
    rows = await fetch_all(
        connection, QUERIES["find_unnamed_pdfs"], paths=paths, batch_ids=batch_ids
    )
    return [row["path"] for row in rows]


async def find_unnamed_mails(
    connection: Connection, paths: list[str], batch_ids: list[int | None]
) -> list[str]:
    """Return those of these objects with mails that their batches have not, and never will."""
    rows = await fetch_all(
        connection, QUERIES["find_unnamed_mails"], paths=paths, batch_ids=batch_ids
    )
    return [row["path"] for row in rows]


async def find_unnamed_returns(connection: Connection, paths: list[str]) -> list[str]:
    """Return those of these files for the bank that were never frozen."""
    rows = await fetch_all(connection, QUERIES["find_unnamed_returns"], paths=paths)
    return [row["path"] for row in rows]


async def find_unnamed_job_files(connection: Connection, paths: list[str]) -> list[str]:
    """Return those of these files that jobs made which no row names."""
    rows = await fetch_all(connection, QUERIES["find_unnamed_job_files"], paths=paths)
    return [row["path"] for row in rows]


async def find_unnamed_remittances(connection: Connection, paths: list[str]) -> list[str]:
    """Return those of these files for the bank that were never frozen."""
    rows = await fetch_all(connection, QUERIES["find_unnamed_remittances"], paths=paths)
    return [row["path"] for row in rows]


async def list_old_remittances(
    connection: Connection, *, days: int, rows_max: int
) -> list[RemittanceRow]:
    """Return the next files for the bank that were made more than `days` ago."""
    return await fetch_all(
        connection, QUERIES["list_old_remittances"], row=RemittanceRow, days=days, rows_max=rows_max
    )


async def mark_remittance_purged(connection: Connection, remittance_id: int) -> None:
    """Note that a file's bytes are gone; its number, digest and titles stay."""
    await connection.execute(QUERIES["mark_remittance_purged"], {"remittance_id": remittance_id})
