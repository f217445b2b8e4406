"""Money in suspense as the API shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.domain.ledger import Teller
from cobranca.payments.records import note_of
from cobranca.payments.schemas import Suspense, SuspenseEnd

if TYPE_CHECKING:
    from cobranca.payments.money.repository import SuspenseRow


def shown_suspense(row: SuspenseRow) -> Suspense:
    """Show some money in suspense."""
    end = None
    if row.ended_at is not None:
        end = SuspenseEnd(
            endedat=row.ended_at,
            code=row.ended_code,
            ended_by=row.ended_by or "",
            reason=row.reason or "",
        )
    return Suspense.model_validate(
        {
            "suspense_id": row.public_id,
            "teller": Teller(row.teller).name.lower(),
            "return_id": row.return_public_id,
            "line": row.line if row.teller == Teller.BANK else None,
            "why": note_of(row.why),
            "reference": row.reference,
            "probable_code": row.probable_code,
            "paid_cents": row.paid_cents,
            "paid_on": row.paid_on,
            "credited_on": row.credited_on,
            "toldat": row.told_at,
            "end": end,
        }
    )
