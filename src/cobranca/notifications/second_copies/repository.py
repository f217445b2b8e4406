"""The SQL of second copies that mails carry: what was ordered, and what is known of it now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from cobranca.infra.db import Connection, fetch_all
from cobranca.infra.sql import load_queries
from cobranca.pipeline.second_copies import CopiedBilling, CopySlip

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

QUERIES = load_queries("cobranca.notifications.second_copies")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedCopyRow(CopiedBilling):
    """A second copy as it was ordered, and what is known of its billing now."""

    pays_on: date
    printed_due_date: date
    days_late: int
    barcode: str
    title_cents: int
    fine_cents: int
    interest_cents: int
    discount_cents: int
    pix: str | None
    status: str
    open_cents: int

    def slip(self) -> CopySlip:
        """Return what its slip says."""
        return CopySlip(
            pays_on=self.pays_on,
            due_date=self.printed_due_date,
            days_late=self.days_late,
            barcode=self.barcode,
            title_cents=self.title_cents,
            fine_cents=self.fine_cents,
            interest_cents=self.interest_cents,
            discount_cents=self.discount_cents,
            pix=self.pix,
        )


async def list_second_copies(
    connection: Connection, billing_ids: Iterable[int]
) -> dict[int, MailedCopyRow]:
    """Return the second copies that the mails of these billings carry, by billing id."""
    rows = await fetch_all(
        connection,
        QUERIES["list_second_copies"],
        row=MailedCopyRow,
        billing_ids=list(billing_ids),
    )
    return {row.id: row for row in rows}


async def add_second_copy(connection: Connection, slip: CopySlip, *, billing_id: int) -> None:
    """Write down what the slip of an order says, in the transaction of the order."""
    await connection.execute(QUERIES["add_second_copy"], {"billing_id": billing_id, **asdict(slip)})
