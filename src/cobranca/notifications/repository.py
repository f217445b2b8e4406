"""The notifications' SQL: who is to be written to, what is in flight, what was sent."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING, Any

from cobranca.infra.db import Connection, fetch_all, fetch_one, stream_rows
from cobranca.infra.sql import load_queries
from cobranca.notifications.rows import (
    BounceRow,
    ListedMailRow,
    MailPlaceRow,
    SuppressionRow,
    UnregisteredRow,
    UploadRow,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from cobranca.infra.mailer.transport import Outcome
    from cobranca.pipeline.batch import Batch

QUERIES = load_queries("cobranca.notifications")

Row = dict[str, Any]
#: Mails by the state of their notification.
Counts = Counter[str]
#: A billing's id, and what became of its mail.
Result = tuple[int, "Outcome"]


async def begin_mailing(connection: Connection, batch: Batch, *, retry_s: float) -> Row:
    """Return `at`, the Date of the batch's mails, and whether this attempt is the `last`."""
    row = await fetch_one(connection, QUERIES["begin_mailing"], batch_id=batch.id, retry_s=retry_s)
    if row is None:
        raise LookupError(f"batch {batch.id}")
    return row


async def settle_in_flight(
    connection: Connection, batch: Batch, *, resend: bool, window_s: float
) -> Counts:
    """Record as UNCERTAIN what an earlier attempt handed over without hearing the answer.

    Args:
        connection: of a transaction that holds the batch.
        batch: the batch as this attempt has claimed it.
        resend: what is uncertain for the first time is written down apart, and waits again.
        window_s: how long after that a mail may be sent again for certain.
    """
    rows = await fetch_all(
        connection,
        QUERIES["settle_in_flight"],
        batch_id=batch.id,
        fence=batch.work.fence,
        attempts=batch.work.attempts,
        resend=resend,
        window_s=window_s,
    )
    return _counted(rows)


async def find_expired_uncertain(
    connection: Connection, billing_ids: Iterable[int], *, window_s: float, unless_asked: bool
) -> set[int]:
    """Return which of these mails were uncertain longer than `window_s` seconds ago.

    With `unless_asked`, not those that somebody has since wanted sent once more.
    """
    rows = await fetch_all(
        connection,
        QUERIES["find_expired_uncertain"],
        billing_ids=list(billing_ids),
        window_s=window_s,
        unless_asked=unless_asked,
    )
    return {row["billing_id"] for row in rows}


async def read_mails(
    connection: Connection, batch: Batch, *, reaches_people: bool, registered: bool
) -> list[Row]:
    """Return what the mails of the batch say, for the billings that still want one.

    `suppressed_at` is set for suppressed addresses, where mails leave this machine. With
    `registered`, only of those whose title the bank has entered.
    """
    query = QUERIES["read_registered_mails"] if registered else QUERIES["read_mails"]
    known = {"first_id": batch.first_billing_id, "last_id": batch.last_billing_id}
    known |= {"reaches_people": reaches_people}
    rows = await fetch_all(connection, query, **known)
    anew = await fetch_all(connection, QUERIES["read_anew"], **known)
    if anew:
        _say_anew(rows, anew)
    return rows


async def note_in_flight(
    connection: Connection, batch: Batch, *, chunk: int, billing_ids: Sequence[int]
) -> None:
    """Write down a chunk before it is handed over. The caller holds the batch and commits."""
    await connection.execute(
        QUERIES["note_in_flight"],
        {
            "batch_id": batch.id,
            "fence": batch.work.fence,
            "chunk": chunk,
            "billing_ids": list(billing_ids),
        },
    )


async def find_unwanted(
    connection: Connection, batch: Batch, addresses: dict[int, str], *, reaches_people: bool
) -> dict[int, datetime | None]:
    """Return which of these mails must not be handed over any more, and why.

    Args:
        connection: of the transaction that notes the handover.
        batch: the batch of the billings.
        addresses: of the billings that are about to be written to, by their ids.
        reaches_people: whether mails leave this machine, so that suppressed addresses count.

    Returns:
        By billing id: None = a person removed it, alone or with its file; otherwise since when its
        address is suppressed.
    """
    rows = await fetch_all(
        connection,
        QUERIES["find_unwanted"],
        upload_id=batch.upload_id,
        beneficiary_id=batch.beneficiary_id,
        billing_ids=list(addresses),
        addresses=[address.lower() for address in addresses.values()],
        reaches_people=reaches_people,
    )
    removed = {row["billing_id"]: None for row in rows if row["suppressed_at"] is None}
    return {row["billing_id"]: row["suppressed_at"] for row in rows} | removed


async def find_suppressed(
    connection: Connection, *, beneficiary_id: int, addresses: Collection[str]
) -> set[str]:
    """Return which of these addresses, in small letters, the beneficiary does not write to."""
    rows = await fetch_all(
        connection,
        QUERIES["find_suppressed"],
        beneficiary_id=beneficiary_id,
        addresses=list(addresses),
    )
    return {row["email"] for row in rows}


async def add_suppressions(connection: Connection, reasons: dict[int, str]) -> None:
    """Suppress the addresses of these billings, by id, and say why."""
    await connection.execute(
        QUERIES["add_suppressions"],
        {
            "billing_ids": list(reasons),
            "reasons": [reason.strip()[:300] for reason in reasons.values()],
        },
    )


async def list_suppressions(
    connection: Connection,
    *,
    beneficiary_id: int,
    email: str | None,
    before: int | None,
    rows_max: int,
) -> list[SuppressionRow]:
    """Return a beneficiary's suppressed addresses, newest first: all, or the one asked for."""
    return await fetch_all(
        connection,
        QUERIES["list_suppressions"],
        row=SuppressionRow,
        beneficiary_id=beneficiary_id,
        email=email,
        before=before,
        rows_max=rows_max,
    )


async def remove_suppression(
    connection: Connection, *, beneficiary_id: int, suppression_id: int
) -> bool:
    """Take an address off a beneficiary's list; False when it is not on it."""
    row = await fetch_one(
        connection,
        QUERIES["remove_suppression"],
        beneficiary_id=beneficiary_id,
        suppression_id=suppression_id,
    )
    return row is not None


async def find_handed_over(
    connection: Connection, debt_ids: Sequence[UUID], *, rows_max: int
) -> list[Row]:
    """Return the billings with these debtIds whose mail a server may have taken."""
    return await fetch_all(
        connection, QUERIES["find_handed_over"], debt_ids=list(debt_ids), rows_max=rows_max
    )


async def add_bounce(
    connection: Connection, billing: Row, *, suppressed: bool, status: str | None, detail: str
) -> bool:
    """Write down that a billing's mail came back; False when that was known."""
    row = await fetch_one(
        connection,
        QUERIES["add_bounce"],
        billing_id=billing["id"],
        upload_id=billing["upload_id"],
        suppressed=suppressed,
        status=status,
        detail=detail[:300],
    )
    return row is not None


async def list_bounces(
    connection: Connection, *, beneficiary_id: int, public_id: UUID, after: int, rows_max: int
) -> list[BounceRow]:
    """Return mails of an upload that came back, by billing id."""
    return await fetch_all(
        connection,
        QUERIES["list_bounces"],
        row=BounceRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
        after=after,
        rows_max=rows_max,
    )


def stream_bounces(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> AsyncIterator[BounceRow]:
    """Yield every mail of an upload that came back, by billing id, without holding them all."""
    return stream_rows(
        connection,
        QUERIES["list_bounces"],
        row=BounceRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
        after=0,
        rows_max=None,
    )


async def forget_in_flight(connection: Connection, batch: Batch, *, chunk: int) -> datetime | None:
    """Take a chunk off again, since its answers are known.

    Returns:
        When it was written down; None when it is off already.
    """
    row = await fetch_one(
        connection,
        QUERIES["forget_in_flight"],
        batch_id=batch.id,
        fence=batch.work.fence,
        chunk=chunk,
    )
    return row["handed_at"] if row else None


async def simulate_notifications(connection: Connection, batch: Batch) -> int:
    """Write the facts of a batch whose mails are not made, and return how many there are."""
    cursor = await connection.execute(
        QUERIES["simulate_notifications"],
        {
            "first_id": batch.first_billing_id,
            "last_id": batch.last_billing_id,
            "attempts": batch.work.attempts,
        },
    )
    return cursor.rowcount


async def add_notifications(
    connection: Connection,
    results: Sequence[Result],
    *,
    at: datetime,
    attempts: int,
) -> Counts:
    """Write the facts of mails whose outcome is known for good; count them by state.

    A mail that was uncertain before and failed when it was sent once more stays UNCERTAIN.
    """
    rows = await fetch_all(
        connection, QUERIES["add_notifications"], **_columns(results, at, attempts)
    )
    return _counted(rows)


async def add_attempts(
    connection: Connection,
    results: Sequence[Result],
    *,
    at: datetime,
    attempts: int,
) -> set[int]:
    """Write the facts of attempts after which another follows; return the billings written.

    A billing that was uncertain before is not written, nor returned, when it is so again.
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


async def count_unregistered(connection: Connection, batch: Batch) -> UnregisteredRow:
    """Count the billings that wait for a mail and that the bank has not entered."""
    row = await fetch_one(
        connection,
        QUERIES["count_unregistered"],
        row=UnregisteredRow,
        first_id=batch.first_billing_id,
        last_id=batch.last_billing_id,
    )
    return row or UnregisteredRow(refused=0, undecided=0)


async def note_awaiting(connection: Connection, batch: Batch, counts: dict[str, int]) -> None:
    """Keep the batch's counts while the rest waits for the bank. The caller has locked its work."""
    await connection.execute(
        QUERIES["note_awaiting"],
        {
            "batch_id": batch.id,
            "sent": counts["sent"],
            "failed": counts["failed"],
            "uncertain": counts["uncertain"],
        },
    )


async def note_notified(
    connection: Connection, batch: Batch, counts: dict[str, int], *, held: bool = False
) -> float:
    """Keep the batch's counts; return for how many seconds its mails have been tried.

    With `held` they wait for our account, and are tried anew after that. The caller has locked
    its work.
    """
    row = await fetch_one(
        connection,
        QUERIES["note_notified"],
        batch_id=batch.id,
        sent=counts["sent"],
        failed=counts["failed"],
        uncertain=counts["uncertain"],
        held=held,
    )
    return row["tried_s"] if row else 0.0


async def find_upload(
    connection: Connection, *, beneficiary_id: int, public_id: UUID | None
) -> UploadRow | None:
    """Return an upload's id and profile; without an id, of the newest that went to the outbox."""
    return await fetch_one(
        connection,
        QUERIES["find_upload"],
        row=UploadRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


async def list_mails(
    connection: Connection,
    *,
    beneficiary_id: int,
    upload_id: int,
    search: str | None,
    debt_id: UUID | None,
    after: int,
    rows_max: int,
) -> list[ListedMailRow]:
    """Return sent mails of an upload, by billing id."""
    return await fetch_all(
        connection,
        QUERIES["list_mails"],
        row=ListedMailRow,
        upload_id=upload_id,
        search=search,
        debt_id=debt_id,
        beneficiary_id=beneficiary_id,
        after=after,
        rows_max=rows_max,
    )


async def find_mail(
    connection: Connection, *, beneficiary_id: int, debt_id: UUID
) -> MailPlaceRow | None:
    """Return where a billing's mail and its PDF lie, or None when none was sent with a PDF."""
    return await fetch_one(
        connection,
        QUERIES["find_mail"],
        row=MailPlaceRow,
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
    )


def _say_anew(rows: Sequence[Row], anew: Sequence[Row]) -> None:
    """Put into the rows what is not as in the first mail: address, number, Date and slip."""
    by_billing = {row["billing_id"]: row for row in anew}
    for row in rows:
        newest = by_billing.get(row["id"])
        if newest is not None:
            row["email"], row["message"] = newest["email"], newest["message"]
            row["suppressed_at"] = newest["suppressed_at"]
            row["second_copy_at"] = newest["second_copy_at"]
            if newest["message"]:
                row["mail_at"] = newest["at"].astimezone(UTC)


def _counted(rows: Sequence[Row]) -> Counts:
    return Counter({row["state"]: row["mails"] for row in rows})


def _columns(results: Sequence[Result], at: datetime, attempts: int) -> dict[str, object]:
    outcomes = [outcome for _, outcome in results]
    return {
        "billing_ids": [billing_id for billing_id, _ in results],
        "at": at,
        "attempts": attempts,
        "states": [outcome.state.value for outcome in outcomes],
        "reply_codes": [outcome.reply_code for outcome in outcomes],
        "details": [outcome.detail[:300] or None for outcome in outcomes],
    }
