"""A filter stored with a job means what it meant: a condition that is lost acts on more."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from uuid import UUID

from cobranca.billings.listing.filter import BillingFilter, MailReason
from cobranca.domain.billing import BillingStatus
from cobranca.jobs.wanted import filter_of, stored

#: Of a search, which a job refuses.
REFUSED = {"search", "debt_id"}


def test_every_condition_of_a_filter_is_kept() -> None:
    wanted = BillingFilter(
        upload_id=UUID(int=1),
        statuses=frozenset({BillingStatus.FAILED, BillingStatus.SENT}),
        due_from=date(2030, 1, 1),
        due_to=date(2030, 1, 2),
        received_from=date(2030, 1, 3),
        received_to=date(2030, 1, 4),
        sent_from=date(2030, 1, 5),
        sent_to=date(2030, 1, 6),
        amount_from_cents=0,
        amount_to_cents=2,
        reason=MailReason.OTHER,
        bounced=False,
        payer_id=UUID(int=2),
    )
    usual = BillingFilter()
    unset = {
        field.name
        for field in fields(wanted)
        if getattr(wanted, field.name) == getattr(usual, field.name)
    }
    assert unset == REFUSED
    assert filter_of(stored(wanted)) == wanted
