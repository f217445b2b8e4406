"""The quick filters: the questions that are asked every day, by name."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cobranca.billings.listing.filter import OPEN, BillingFilter
from cobranca.domain.billing import BillingStatus

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

_SOON: Final = timedelta(days=7)


class QuickFilter(StrEnum):
    """The names of the quick filters, as `QuickCounts` has them."""

    ALL = "all"
    NOT_DELIVERED = "not_delivered"
    NOT_DELIVERED_TODAY = "not_delivered_today"
    UNCERTAIN = "uncertain"
    RETURNED = "returned"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAID = "paid"
    REFUSED = "refused"
    CANCELLED = "cancelled"


def quick_filters(upload_id: UUID | None, day: date) -> dict[QuickFilter, BillingFilter]:
    """Return the quick filters of a file, or of all, as they are on a day."""

    def of(*statuses: BillingStatus) -> BillingFilter:
        return BillingFilter(upload_id=upload_id, statuses=frozenset(statuses))

    status = BillingStatus
    return {
        QuickFilter.ALL: of(),
        QuickFilter.NOT_DELIVERED: of(status.FAILED),
        QuickFilter.NOT_DELIVERED_TODAY: BillingFilter(
            upload_id=upload_id,
            statuses=frozenset({status.FAILED}),
            received_from=day,
            received_to=day,
        ),
        QuickFilter.UNCERTAIN: of(status.UNCERTAIN),
        QuickFilter.RETURNED: BillingFilter(upload_id=upload_id, bounced=True),
        QuickFilter.DUE_SOON: BillingFilter(
            upload_id=upload_id, statuses=OPEN, due_from=day, due_to=day + _SOON
        ),
        QuickFilter.OVERDUE: BillingFilter(
            upload_id=upload_id, statuses=OPEN, due_to=day - timedelta(days=1)
        ),
        QuickFilter.PAID: of(status.PAID, status.OVERPAID),
        QuickFilter.REFUSED: of(status.REGISTRATION_REJECTED),
        QuickFilter.CANCELLED: of(status.REMOVED, status.PAID_AFTER_CANCEL),
    }
