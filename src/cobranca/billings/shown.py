"""A billing as lists, searches and single answers show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.billings.listing.filter import MailReason, reason_in
from cobranca.billings.schemas import Billing
from cobranca.domain.billing import BillingStatus, warning_codes
from cobranca.domain.boleto import digitable_line_of

if TYPE_CHECKING:
    from cobranca.billings.repository import BillingRow, ReplacedRow
    from cobranca.pipeline.issuing_terms import Profile


def billing_of(row: BillingRow, profile: Profile) -> Billing:
    """Return a row as the API tells it; of what was taken out, not how to reach its payer."""
    our_number, digitable_line = numbers_of(row, profile)
    # Nobody is to be written to about what was taken out: it has a name still, and no more.
    told = row.removed_at is None
    return Billing(
        debt_id=row.debt_id,
        code=row.code,
        upload_id=row.upload_public_id,
        line_number=row.line_number,
        name=row.name,
        tax_id=row.tax_id if told else "",
        email=row.email if told else "",
        amount_cents=row.amount_cents,
        due_date=row.due_date,
        status=BillingStatus(row.status),
        warnings=warning_codes(row.warnings),
        createdat=row.created_at,
        removedat=row.removed_at,
        our_number=our_number,
        digitable_line=digitable_line,
        reason=_reason(row),
        returned=row.returned,
    )


def numbers_of(row: BillingRow | ReplacedRow, profile: Profile) -> tuple[str | None, str | None]:
    """Return our number and digitable line as they are shown; None before the issue."""
    if row.barcode is None or row.our_number is None or row.issued_on is None:
        return None, None
    our_number = profile.printed_our_number(row.our_number, row.issued_on)
    return our_number, digitable_line_of(row.barcode)


def _reason(row: BillingRow) -> MailReason | None:
    """Return why a mail did not arrive, as the filter by reason has it; None when it may have."""
    if row.removed_at is not None:
        return None
    if row.returned:
        return reason_in(row.bounce_detail)
    if row.notification_state in {"FAILED", "UNCERTAIN"}:
        return reason_in(row.notification_detail or "")
    return None
