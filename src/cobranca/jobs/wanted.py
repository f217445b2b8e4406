"""The filter of a job as it is stored: the parameters of the list that a person looked at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from cobranca.billings.listing.filter import BillingFilter, MailReason
from cobranca.domain.billing import BillingStatus
from cobranca.domain.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_keepable(wanted: BillingFilter) -> None:
    """Refuse a filter that holds somebody's tax id or address: a job is kept, and tells nobody.

    Raises:
        InvalidField: on the search.
    """
    if wanted.search is not None:
        detail = "A job takes no search: name the payer by payer_id, or the billing itself"
        raise InvalidField("search", detail, code="JOB_SEARCH")


def stored(wanted: BillingFilter) -> dict[str, Any]:
    """Return a filter by the names of the list's parameters; what is not asked for is left out."""
    parameters: dict[str, Any] = {
        "upload_id": wanted.upload_id and str(wanted.upload_id),
        "status": sorted(wanted.statuses) or None,
        "due_from": wanted.due_from and wanted.due_from.isoformat(),
        "due_to": wanted.due_to and wanted.due_to.isoformat(),
        "received_from": wanted.received_from and wanted.received_from.isoformat(),
        "received_to": wanted.received_to and wanted.received_to.isoformat(),
        "sent_from": wanted.sent_from and wanted.sent_from.isoformat(),
        "sent_to": wanted.sent_to and wanted.sent_to.isoformat(),
        "amount_from": wanted.amount_from_cents,
        "amount_to": wanted.amount_to_cents,
        "reason": wanted.reason,
        "bounced": wanted.bounced,
        "payer_id": wanted.payer_id and str(wanted.payer_id),
    }
    return {name: value for name, value in parameters.items() if value is not None}


def filter_of(parameters: Mapping[str, Any]) -> BillingFilter:
    """Return the filter that was stored."""

    def day(name: str) -> date | None:
        return date.fromisoformat(parameters[name]) if name in parameters else None

    def public_id(name: str) -> UUID | None:
        return UUID(parameters[name]) if name in parameters else None

    return BillingFilter(
        upload_id=public_id("upload_id"),
        statuses=frozenset(map(BillingStatus, parameters.get("status", ()))),
        due_from=day("due_from"),
        due_to=day("due_to"),
        received_from=day("received_from"),
        received_to=day("received_to"),
        sent_from=day("sent_from"),
        sent_to=day("sent_to"),
        amount_from_cents=parameters.get("amount_from"),
        amount_to_cents=parameters.get("amount_to"),
        reason=MailReason(parameters["reason"]) if "reason" in parameters else None,
        bounced=parameters.get("bounced"),
        payer_id=public_id("payer_id"),
    )


def query_of(parameters: Mapping[str, Any]) -> str:
    """Write a stored filter as the parameters of `GET /billings`."""
    return urlencode({name: _said(value) for name, value in parameters.items()}, doseq=True)


def names_mails(wanted: BillingFilter) -> bool:
    """Tell whether what a filter means depends on what became of mails."""
    return bool(wanted.statuses) or not (
        wanted.reason is None
        and wanted.bounced is None
        and wanted.sent_from is None
        and wanted.sent_to is None
    )


def _said(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
