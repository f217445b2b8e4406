"""What the slips of a batch say: made once when they are issued, and again when they are printed.

Owns: the words of a slip, from the facts of its billing. Does not own: drawing it, or storing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from cobranca.domain.boleto import bank, printed_our_numbers
from cobranca.domain.slip import SlipBeneficiary, SlipCharges, SlipData, SlipTemplate
from cobranca.pipeline.billing_details import NO_DETAILS, NO_NOTES, notes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from cobranca.pipeline.billing_details import BillingDetails
    from cobranca.pipeline.issuing_terms import Profile

#: What banks keep of a document number: 15 places in files of 240 bytes.
DOCUMENT_NUMBER_MAX = 15
_PAY_ONCE = "Pague uma só vez: pelo código de barras ou pelo Pix."


class PayerRow(NamedTuple):
    """Who a billing is to be paid by; a tuple, for it is read by the thousand."""

    id: int
    debt_id: UUID
    name: str
    tax_id: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Boletos:
    """The numbered boletos of a batch; arrays of one length. `places` are positions in it."""

    places: NDArray[np.int64]
    billing_ids: NDArray[np.int64]
    sequences: NDArray[np.int64]
    amount_cents: NDArray[np.int64]
    due_dates: NDArray[np.datetime64]
    barcodes: NDArray[np.uint8]
    digitable_lines: NDArray[np.uint8]
    issued_on: date


def slip_template(profile: Profile) -> SlipTemplate:
    """Return the fixed part of a beneficiary's slips."""
    beneficiary, account = profile.beneficiary, profile.account
    issuer = bank(account.bank)
    address = (
        f"{beneficiary.address} - {beneficiary.city}/{beneficiary.state}"
        f" - CEP {beneficiary.postal_code[:5]}-{beneficiary.postal_code[5:]}"
    )
    return SlipTemplate(
        beneficiary=SlipBeneficiary(
            name=beneficiary.name, tax_id=beneficiary.tax_id, address=address
        ),
        bank_code=issuer.code,
        bank_digit=issuer.printed_digit,
        bank_name=issuer.name,
        branch_account_text=account.beneficiary_code,
        wallet=account.parameters.get("wallet", ""),
        instructions=tuple(beneficiary.instructions),
        demonstration=beneficiary.demonstration,
    )


def slips_of(
    profile: Profile,
    payers: Sequence[PayerRow],
    boletos: Boletos,
    details: Mapping[int, BillingDetails],
) -> list[SlipData]:
    """Return what each boleto's slip says, in their order; the same of the same facts.

    Args:
        profile: who is paid, and the terms of the account.
        payers: the billings that `boletos.places` are positions in.
        boletos: those that have a slip.
        details: what optional columns said, by billing id.
    """
    printed = printed_our_numbers(profile.account, boletos.sequences, boletos.issued_on)
    barcodes = [barcode.tobytes().decode() for barcode in boletos.barcodes]
    lines = [line.tobytes().decode() for line in boletos.digitable_lines]
    amounts, due_dates = boletos.amount_cents.tolist(), boletos.due_dates.tolist()
    messages = (_PAY_ONCE,) if profile.beneficiary.pix_static_key else ()
    terms = profile.terms
    is_silent = not details and not terms
    slips: list[SlipData] = []
    for row, place in enumerate(boletos.places):
        payer = payers[int(place)]
        said, notes = NO_DETAILS, NO_NOTES
        if not is_silent:
            said = details.get(payer.id, NO_DETAILS)
            notes = notes_of(terms, said, amount_cents=amounts[row], due_date=due_dates[row])
        rebate = notes.terms.rebate_cents
        slips.append(
            SlipData(
                digitable_line=lines[row],
                barcode=barcodes[row],
                our_number=printed[row],
                document_number=document_number_of(
                    payer.debt_id, said.document_number or said.code
                ),
                amount_cents=amounts[row],
                due_date=due_dates[row],
                issued=boletos.issued_on,
                payer_name=payer.name,
                payer_tax_id=payer.tax_id,
                payer_address=() if is_silent else said.address.lines,
                messages=messages + notes.lines,
                pix_payload=profile.pix_payload(payer.debt_id, notes.due_cents(amounts[row])),
                charges=SlipCharges(discount_cents=rebate) if rebate else None,
            )
        )
    return slips


def document_number_of(debt_id: UUID, said: str) -> str:
    """Return the number by which the payer can ask for a debt.

    Args:
        debt_id: of which the beginning is shown where nothing was said.
        said: the document number or code of the file. Of a long one the end is kept, which is what
            tells it from others of its kind.
    """
    return said[-DOCUMENT_NUMBER_MAX:] or str(debt_id)[:8].upper()
