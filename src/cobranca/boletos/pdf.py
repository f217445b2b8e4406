"""Renders a batch's slips and packs them into one uncompressed zip, to be read by range."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cobranca.domain.boleto import bank, printed_our_numbers
from cobranca.domain.slip import SlipBeneficiary, SlipCharges, SlipData, SlipTemplate
from cobranca.pipeline.billing_details import NO_DETAILS, NO_NOTES, notes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from numpy.typing import NDArray

    from cobranca.boletos.repository import PayerRow
    from cobranca.pipeline.batch import Batch
    from cobranca.pipeline.billing_details import BillingDetails
    from cobranca.pipeline.issuing_terms import Profile

#: Entries carry no time of day, so that the same batch gives the same bytes.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_ZIP_LOCAL_HEADER_BYTES = 30
#: What banks keep of a document number: 15 places in files of 240 bytes.
DOCUMENT_NUMBER_MAX = 15
_PAY_ONCE = "Pague uma só vez: pelo código de barras ou pelo Pix."


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPdfs:
    """One file with a batch's PDFs, and where each lies in it (bytes from its start)."""

    path: str
    content: bytes
    offsets: NDArray[np.int32]
    lengths: NDArray[np.int32]
    sha256: NDArray[np.uint8]


def render_batch(
    batch: Batch,
    profile: Profile,
    payers: Sequence[PayerRow],
    boletos: Boletos,
    details: Mapping[int, BillingDetails],
) -> StoredPdfs:
    """Render every boleto of a batch.

    Args:
        batch: which batch.
        profile: who is paid, and the terms of the account.
        payers: all the batch's billings, by id.
        boletos: those that are rendered.
        details: what optional columns said, by billing id.
    """
    template = slip_template(profile)
    slips = _slips(profile, payers, boletos, details)
    names = [f"boleto-{payers[int(place)].debt_id}.pdf" for place in boletos.places]
    pdfs = template.render_many(slips)
    content, offsets = _zip(names, pdfs)
    digests = b"".join(hashlib.sha256(pdf).digest() for pdf in pdfs)
    content_digest = hashlib.sha256(content).hexdigest()[:16]
    return StoredPdfs(
        path=f"boletos/{batch.upload_public_id}/{batch.id}-{content_digest}.zip",
        content=content,
        offsets=np.array(offsets, np.int32),
        lengths=np.array([len(pdf) for pdf in pdfs], np.int32),
        sha256=np.frombuffer(digests, np.uint8).reshape(-1, hashlib.sha256().digest_size),
    )


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


def _slips(
    profile: Profile,
    payers: Sequence[PayerRow],
    boletos: Boletos,
    details: Mapping[int, BillingDetails],
) -> list[SlipData]:
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


def _zip(names: list[str], contents: list[bytes]) -> tuple[bytes, list[int]]:
    """Pack without compression and return the bytes with the offset of each entry's content."""
    packed = io.BytesIO()
    offsets: list[int] = []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in zip(names, contents, strict=True):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            archive.writestr(entry, content)
            offsets.append(entry.header_offset + _ZIP_LOCAL_HEADER_BYTES + len(name))
    return packed.getvalue(), offsets
