"""Money in suspense as it was told: what is known of it wherever it waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.payments.repository import NewPayment

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendedRow:
    """Money that waits for its billing, as it was told."""

    id: int
    teller: int
    told_by: int
    line: int
    paid_cents: int
    extra_cents: int
    deducted_cents: int
    net_cents: int | None
    paid_on: date
    credited_on: date | None

    def payment(self, billing_id: int, at: datetime) -> NewPayment:
        """Return the payment that it is of a billing."""
        return NewPayment(
            billing_id=billing_id,
            teller=self.teller,
            told_by=self.told_by,
            line=self.line,
            paid_cents=self.paid_cents,
            paid_on=self.paid_on,
            told_at=at,
            extra_cents=self.extra_cents,
            deducted_cents=self.deducted_cents,
            net_cents=self.net_cents,
            credited_on=self.credited_on,
        )
