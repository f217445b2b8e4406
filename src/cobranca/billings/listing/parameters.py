"""The filter as query parameters, the same of every route that takes one."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from cobranca.billings.listing.filter import BillingFilter, MailReason
from cobranca.billings.listing.quick import QuickFilter, quick_filters
from cobranca.domain.billing import BillingStatus
from cobranca.http.debts import SearchedDebtDep
from cobranca.http.parameters import SearchText
from cobranca.infra.clock import today

_Cents = Annotated[int | None, Query(ge=0, lt=2**63, description="Whole cents.")]
_Statuses = Annotated[
    list[BillingStatus] | None, Query(max_length=20, description="One, or several of them.")
]


def _filter(
    debt_id: SearchedDebtDep,
    upload_id: UUID | None = None,
    status: _Statuses = None,
    due_from: date | None = None,
    due_to: date | None = None,
    received_from: Annotated[
        date | None, Query(description="The day in São Paulo on which the file came.")
    ] = None,
    received_to: date | None = None,
    sent_from: Annotated[date | None, Query(description="A day in São Paulo.")] = None,
    sent_to: date | None = None,
    amount_from: _Cents = None,
    amount_to: _Cents = None,
    reason: MailReason | None = None,
    *,
    bounced: bool | None = None,
    payer_id: Annotated[UUID | None, Query(description="Of `GET /search`.")] = None,
    search: SearchText = None,
    quick: Annotated[
        QuickFilter | None,
        Query(description="A quick filter, as it is today; the others narrow it down."),
    ] = None,
) -> BillingFilter:
    """Return the billings that a call means.

    Raises:
        InvalidField: a range ends before it begins, or `quick` says the same already.
    """
    wanted = BillingFilter(
        upload_id=upload_id,
        statuses=frozenset(status or ()),
        due_from=due_from,
        due_to=due_to,
        received_from=received_from,
        received_to=received_to,
        sent_from=sent_from,
        sent_to=sent_to,
        amount_from_cents=amount_from,
        amount_to_cents=amount_to,
        reason=reason,
        bounced=bounced,
        payer_id=payer_id,
        search=(search or "").strip() or None,
        debt_id=debt_id,
    )
    wanted.check()
    return wanted.within(quick_filters(None, today())[quick]) if quick else wanted


def _after(
    after: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9]{1,18}(-[0-9]{1,18})?$",
            description="Where the page goes on: the `next` of the page before.",
        ),
    ] = None,
) -> tuple[int, ...]:
    return tuple(map(int, after.split("-"))) if after else ()


#: A place in a file, or a file and a place in it; nothing is the beginning.
AfterDep = Annotated[tuple[int, ...], Depends(_after)]
FilterDep = Annotated[BillingFilter, Depends(_filter)]
