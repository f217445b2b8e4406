"""What optional columns and the account's terms say of a billing, as the API tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.billings.schemas import BillingTerms, Discount, PayerAddress, Portion
from cobranca.domain.terms import sentences_of
from cobranca.pipeline.billing_details import notes_of

if TYPE_CHECKING:
    from datetime import date

    from cobranca.domain.terms import Terms
    from cobranca.pipeline.billing_details import BillingDetails
    from cobranca.pipeline.issuing_terms import Profile


def said_of(
    profile: Profile, details: BillingDetails, *, amount_cents: int, due_date: date
) -> dict[str, Any]:
    """Return the fields of a `BillingDetail` that speak of details and terms."""
    notes = notes_of(profile.terms, details, amount_cents=amount_cents, due_date=due_date)
    address = details.address
    return {
        "document_number": details.document_number or None,
        "instalment": details.instalment or None,
        "message": details.message or None,
        "phone": details.phone or None,
        "copies": list(details.copies),
        "address": PayerAddress.model_validate(address) if address else None,
        "terms": _terms(notes.terms, amount_cents),
    }


def _terms(terms: Terms, amount_cents: int) -> BillingTerms:
    return BillingTerms(
        fine=Portion.model_validate(terms.fine),
        interest=Portion.model_validate(terms.interest),
        discounts=[Discount.model_validate(each) for each in terms.discounts],
        rebate_cents=terms.rebate_cents,
        payment_limit=terms.payment_limit,
        protest_days=terms.protest_days,
        write_off_days=terms.write_off_days,
        sentences=list(sentences_of(terms, amount_cents)),
    )
