"""The SQL of mails that are set going again: which ones, to which address, who wants it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.notifications.account_repository import set_going
from cobranca.notifications.rows import BatchRangeRow, DebtMailRow
from cobranca.notifications.second_copies.repository import add_second_copy
from cobranca.pipeline import payer_links

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from cobranca.pipeline.second_copies import CopySlip

QUERIES = load_queries("cobranca.notifications")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which mails of a batch are meant."""

    #: FAILED, UNCERTAIN, SENT; BOUNCED are those that came back, whatever they are beside that.
    states: Sequence[str]
    #: None = all of the batch in these states.
    billing_ids: Sequence[int] | None = None
    #: Only whose outcome is no newer: what has been sent again meanwhile is not sent once more.
    until: datetime | None = None

    def parameters(self, batch: BatchRangeRow) -> dict[str, object]:
        """Return what the queries of a batch ask for."""
        return {
            "first_id": batch.first_billing_id,
            "last_id": batch.last_billing_id,
            "states": list(self.states),
            "billing_ids": None if self.billing_ids is None else list(self.billing_ids),
            "until": self.until,
        }


async def find_unsent(
    connection: Connection, *, upload_id: int, states: Sequence[str], after: int
) -> BatchRangeRow | None:
    """Lock and return the next batch of an upload that has mails in one of these states."""
    return await fetch_one(
        connection,
        QUERIES["find_unsent"],
        row=BatchRangeRow,
        upload_id=upload_id,
        states=list(states),
        after=after,
    )


async def find_batches_of(
    connection: Connection, billing_ids: Iterable[int]
) -> list[BatchRangeRow]:
    """Lock and return the batches that some billings belong to."""
    return await fetch_all(
        connection, QUERIES["find_batches_of"], row=BatchRangeRow, billing_ids=list(billing_ids)
    )


async def find_billing_of_debt(
    connection: Connection, *, beneficiary_id: int, debt_id: UUID, email: str | None
) -> DebtMailRow | None:
    """Return what is known of a debt's mail: its state, and what keeps it from being sent.

    `suppressed` is said of `email`, or of the address that it has where none is given.
    """
    return await fetch_one(
        connection,
        QUERIES["find_billing_of_debt"],
        row=DebtMailRow,
        debt_id=debt_id,
        beneficiary_id=beneficiary_id,
        email=email,
    )


async def readdress(connection: Connection, *, billing_id: int, email: str) -> None:
    """Let a billing have another address from now on; the caller has locked its batch."""
    await connection.execute(QUERIES["readdress"], {"billing_id": billing_id, "email": email})
    await payer_links.link_address(connection, billing_id=billing_id, email=email)


async def count_suppressed(connection: Connection, batch: BatchRangeRow, chosen: Chosen) -> int:
    """Return how many of the chosen mails go to suppressed addresses."""
    row = await fetch_one(connection, QUERIES["count_suppressed"], **chosen.parameters(batch))
    return row["mails"] if row else 0


async def allow_addresses(connection: Connection, batch: BatchRangeRow, chosen: Chosen) -> None:
    """Take the addresses of the chosen mails off the list of suppressed ones."""
    await connection.execute(QUERIES["allow_addresses"], chosen.parameters(batch))


async def set_mails_again(
    connection: Connection,
    batch: BatchRangeRow,
    chosen: Chosen,
    *,
    asked_by: str,
    reason: str | None,
    email: str | None = None,
    slip: CopySlip | None = None,
) -> list[int]:
    """Let the chosen mails of a locked batch wait again; return of which billings.

    Addresses that are suppressed and billings that were removed or erased stay as they are.
    `email` is the new address, where they have been given one; `slip` is the second copy that one
    is to carry from now on.
    """
    again = await fetch_all(
        connection,
        QUERIES["set_mails_again"],
        **chosen.parameters(batch),
        asked_by=asked_by,
        reason=reason,
        email=email,
        second_copy=slip is not None,
    )
    if slip is not None:
        for row in again:
            await add_second_copy(connection, slip, billing_id=row["billing_id"])
    if again:
        await connection.execute(
            QUERIES["recount_reopened"],
            {
                "batch_id": batch.id,
                "first_id": batch.first_billing_id,
                "last_id": batch.last_billing_id,
            },
        )
        await set_going(connection, [batch])
    return [row["billing_id"] for row in again]
