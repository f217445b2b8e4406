"""The notifications' SQL: who is to be written to, what is in flight, what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from cobranca.infra.batches import Batch
    from cobranca.infra.mailer.transport import Outcome

QUERIES = load_queries("cobranca.notifications")

Row = dict[str, Any]


async def settle_in_flight(connection: Connection, batch: Batch, *, resend_once: bool) -> None:
    """Record as UNCERTAIN what an earlier attempt handed over without hearing the answer.

    With `resend_once` a billing's first doubt is written down apart and leaves it unnotified.
    """
    await connection.execute(
        QUERIES["settle_in_flight"],
        {
            "batch_id": batch.id,
            "fence": batch.fence,
            "attempts": batch.attempts,
            "resend_once": resend_once,
        },
    )


async def read_mails(connection: Connection, batch: Batch) -> list[Row]:
    """Return what the mails of the batch say, for the billings that still want one."""
    return await fetch_all(
        connection,
        QUERIES["read_mails"],
        first_id=batch.first_billing_id,
        last_id=batch.last_billing_id,
    )


async def note_in_flight(
    connection: Connection, batch: Batch, *, chunk: int, billing_ids: Sequence[int]
) -> None:
    """Write down a chunk before it is handed over. The caller holds the batch and commits."""
    await connection.execute(
        QUERIES["note_in_flight"],
        {
            "batch_id": batch.id,
            "fence": batch.fence,
            "chunk": chunk,
            "billing_ids": list(billing_ids),
        },
    )


async def find_removed(
    connection: Connection, batch: Batch, billing_ids: Sequence[int]
) -> set[int]:
    """Return which of these billings a person has removed, alone or with their file."""
    rows = await fetch_all(
        connection,
        QUERIES["find_removed"],
        upload_id=batch.upload_id,
        billing_ids=list(billing_ids),
    )
    return {row["billing_id"] for row in rows}


async def forget_in_flight(connection: Connection, batch: Batch, *, chunk: int) -> None:
    """Take a chunk off again: its answers are known."""
    await connection.execute(
        QUERIES["forget_in_flight"], {"batch_id": batch.id, "fence": batch.fence, "chunk": chunk}
    )


async def simulate_notifications(connection: Connection, batch: Batch) -> int:
    """Write the facts of a batch whose mails are not made, and return how many there are."""
    cursor = await connection.execute(
        QUERIES["simulate_notifications"],
        {
            "first_id": batch.first_billing_id,
            "last_id": batch.last_billing_id,
            "attempts": batch.attempts,
        },
    )
    return cursor.rowcount


async def add_notifications(
    connection: Connection,
    results: Sequence[tuple[int, Outcome]],
    *,
    at: datetime,
    attempts: int,
) -> None:
    """Write the facts of mails whose outcome is known for good, by billing id.

    A mail that was in doubt before and failed when it was sent once more stays UNCERTAIN.
    """
    await connection.execute(QUERIES["add_notifications"], _columns(results, at, attempts))


async def add_attempts(
    connection: Connection,
    results: Sequence[tuple[int, Outcome]],
    *,
    at: datetime,
    attempts: int,
) -> set[int]:
    """Write the facts of attempts after which another follows; return the billings written.

    A billing that was in doubt before is not written, nor returned, when it is so again.
    """
    rows = await fetch_all(connection, QUERIES["add_attempts"], **_columns(results, at, attempts))
    return {row["billing_id"] for row in rows}


async def note_outbox_object(connection: Connection, batch: Batch, path: str) -> None:
    """Remember where the outbox keeps mails of this batch."""
    await connection.execute(QUERIES["note_outbox_object"], {"batch_id": batch.id, "path": path})


async def recount_batch(connection: Connection, batch: Batch) -> dict[str, int]:
    """Count the batch's notifications by state, and the billings that still wait for one."""
    row = await fetch_one(
        connection,
        QUERIES["recount_batch"],
        first_id=batch.first_billing_id,
        last_id=batch.last_billing_id,
    )
    return row or {}


async def finish_notifying(
    connection: Connection, batch: Batch, counts: dict[str, int], *, retry_s: float | None
) -> None:
    """End the batch, or lay it by for `retry_s` seconds. The caller holds it."""
    await connection.execute(
        QUERIES["finish_notifying"],
        {
            "batch_id": batch.id,
            "fence": batch.fence,
            "sent": counts["sent"],
            "failed": counts["failed"],
            "uncertain": counts["uncertain"],
            "retry_s": retry_s,
        },
    )


async def find_upload(connection: Connection, public_id: UUID | None) -> Row | None:
    """Return an upload's id and profile; without an id, of the newest that went to the outbox."""
    return await fetch_one(connection, QUERIES["find_upload"], public_id=public_id)


async def list_mails(
    connection: Connection, *, upload_id: int, search: str | None, after: int, rows_max: int
) -> list[Row]:
    """Return sent mails of an upload, by billing id."""
    return await fetch_all(
        connection,
        QUERIES["list_mails"],
        upload_id=upload_id,
        search=search,
        after=after,
        rows_max=rows_max,
    )


async def find_mail(connection: Connection, debt_id: UUID) -> Row | None:
    """Return where a billing's mail and its PDF lie, or None when none was sent."""
    return await fetch_one(connection, QUERIES["find_mail"], debt_id=debt_id)


def _columns(
    results: Sequence[tuple[int, Outcome]], at: datetime, attempts: int
) -> dict[str, object]:
    outcomes = [outcome for _, outcome in results]
    return {
        "billing_ids": [billing_id for billing_id, _ in results],
        "at": at,
        "attempts": attempts,
        "states": [outcome.state.value for outcome in outcomes],
        "reply_codes": [outcome.reply_code for outcome in outcomes],
        "details": [outcome.detail[:300] or None for outcome in outcomes],
    }
