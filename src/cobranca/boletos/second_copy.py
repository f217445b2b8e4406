"""Second copies: what is due on a day, and a slip to pay it with.

A title that the bank has entered keeps its barcode: the payer's bank asks for what is due, and the
bank counts it from its own record. Of any other, a late slip has a barcode of its own day and sum,
under the same our number. Nothing is written: a second copy is made of facts and terms.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cobranca.boletos import repository
from cobranca.boletos.schemas import BankPix, SecondCopy
from cobranca.domain.amount_due import amount_due
from cobranca.domain.billing import BillingStatus
from cobranca.domain.boleto import digitable_line_of, issue_numbers
from cobranca.domain.errors import Conflict, InvalidField, NotFound
from cobranca.domain.pix import CITY_MAX, NAME_MAX, dynamic_payload, read_payload
from cobranca.domain.slip import SlipCharges, SlipData
from cobranca.domain.text_format import format_brl, format_date
from cobranca.infra import clock
from cobranca.pipeline.billing_details import NO_DETAILS, notes_of, read_details
from cobranca.pipeline.issuing_terms import get_profile
from cobranca.pipeline.slips import document_number_of, slip_template

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from cobranca.boletos.repository import SecondCopyRow
    from cobranca.boletos.schemas import WhyNot
    from cobranca.domain.amount_due import AmountDue
    from cobranca.infra.db import Database
    from cobranca.infra.settings import Settings
    from cobranca.pipeline.billing_details import BillingDetails, Notes
    from cobranca.pipeline.issuing_terms import Profile

#: How far from the due date somebody may ask, in days: to where a barcode tells a date.
_DAYS_MAX: Final = 5000
_WHY_NOT: Final[dict[str, WhyNot]] = {
    "PAID": "SETTLED",
    "OVERPAID": "SETTLED",
    "REMOVED": "REMOVED",
    "PAID_AFTER_CANCEL": "REMOVED",
    "WRITTEN_OFF": "WRITTEN_OFF",
    "PROTESTED": "PROTESTED",
    "REGISTRATION_REJECTED": "REFUSED",
}
_SAID: Final[dict[WhyNot, str]] = {
    "SETTLED": "it is paid",
    "REMOVED": "it was cancelled",
    "WRITTEN_OFF": "the bank has taken the title off its books: bill the debt anew",
    "PROTESTED": "the title is at the notary's, where it is paid",
    "REFUSED": "the bank has refused the title: mend it and bill the debt anew",
    "EXPIRED": "its limit of payment has passed: bill the debt anew",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """A second copy before it is shown or drawn."""

    row: SecondCopyRow
    profile: Profile
    details: BillingDetails
    notes: Notes
    due: AmountDue
    on: date

    @property
    def why_not(self) -> WhyNot | None:
        """Why there is no slip; None when there is one."""
        return _WHY_NOT.get(self.row.status) or ("EXPIRED" if self.due.expired else None)

    @property
    def is_new(self) -> bool:
        """Whether the slip has a barcode of its own day."""
        return self.due.days_late > 0 and not self.row.registered

    def barcode(self) -> str:
        """Return the barcode to pay with."""
        if not self.is_new:
            return self.row.barcode
        numbers = issue_numbers(
            self.profile.account,
            np.array([self.row.our_number], np.int64),
            np.array([self.due.total_cents], np.int64),
            np.array([self.on], "datetime64[D]"),
            issued=self.row.issued_on,
        )
        return numbers.barcodes[0].tobytes().decode()


async def tell(
    database: Database, settings: Settings, beneficiary_id: int, debt_id: UUID, *, on: date | None
) -> SecondCopy:
    """Say what is to be paid for a debt on a day.

    Raises:
        NotFound: the beneficiary has no such billing, or it has no boleto yet.
        InvalidField: the day is too far away.
    """
    copy = await _read(database, settings, beneficiary_id, debt_id, on)
    row, due = copy.row, copy.due
    barcode = None if copy.why_not else copy.barcode()
    return SecondCopy(
        debt_id=row.debt_id,
        status=BillingStatus(row.status),
        on=copy.on,
        due_date=row.due_date,
        payable_until=due.payable_until,
        days_late=due.days_late,
        title_cents=due.title_cents,
        fine_cents=due.fine_cents,
        interest_cents=due.interest_cents,
        discount_cents=due.discount_cents,
        rebate_cents=due.rebate_cents,
        total_cents=due.total_cents,
        registered=row.registered,
        payable=copy.why_not is None,
        why_not=copy.why_not,
        our_number=copy.profile.printed_our_number(row.our_number, row.issued_on),
        digitable_line=None if barcode is None else digitable_line_of(barcode),
        barcode=barcode,
        pix=None if copy.why_not else _bank_pix(copy),
    )


async def render(
    database: Database, settings: Settings, beneficiary_id: int, debt_id: UUID, *, on: date | None
) -> bytes:
    """Draw the slip to pay a debt with on a day.

    Raises:
        NotFound: the beneficiary has no such billing, or it has no boleto yet.
        InvalidField: the day is too far away.
        Conflict: SECOND_COPY_REFUSED: it is not to be paid with a slip any more.
    """
    copy = await _read(database, settings, beneficiary_id, debt_id, on)
    if copy.why_not is not None:
        detail = f"There is no second copy of {debt_id}: {_SAID[copy.why_not]}"
        raise Conflict(detail, code="SECOND_COPY_REFUSED")
    return await asyncio.to_thread(_drawn, copy)


async def _read(
    database: Database, settings: Settings, beneficiary_id: int, debt_id: UUID, on: date | None
) -> _Copy:
    async with database.transaction() as connection:
        row = await repository.find_for_second_copy(
            connection, beneficiary_id=beneficiary_id, debt_id=debt_id
        )
        if row is None:
            detail = f"The billing {debt_id} has no boleto to make a second copy of"
            raise NotFound(detail, code="BOLETO_NOT_FOUND")
        profile = await get_profile(connection, row.profile_id)
        details = (await read_details(connection, first_id=row.id, last_id=row.id)).get(row.id)
    day = on or clock.today()
    if abs((day - row.due_date).days) > _DAYS_MAX:
        detail = f"Give a day at most {_DAYS_MAX} days from the due date, {row.due_date}"
        raise InvalidField("on", detail)
    details = details or NO_DETAILS
    notes = notes_of(profile.terms, details, amount_cents=row.amount_cents, due_date=row.due_date)
    due = amount_due(
        notes.terms,
        row.open_cents,
        due_date=row.due_date,
        on=day,
        rounding=settings.second_copy.rounding,
        also_closed=settings.second_copy.closed_days(row.due_date),
    )
    return _Copy(row=row, profile=profile, details=details, notes=notes, due=due, on=day)


def _drawn(copy: _Copy) -> bytes:
    row, due, profile = copy.row, copy.due, copy.profile
    barcode = copy.barcode()
    slip = SlipData(
        digitable_line=digitable_line_of(barcode),
        barcode=barcode,
        our_number=profile.printed_our_number(row.our_number, row.issued_on),
        document_number=document_number_of(
            row.debt_id, copy.details.document_number or copy.details.code
        ),
        amount_cents=row.amount_cents,
        due_date=copy.on if copy.is_new else row.due_date,
        issued=row.issued_on,
        payer_name=row.name,
        payer_tax_id=row.tax_id,
        payer_address=copy.details.address.lines,
        messages=(*_messages(copy), *copy.notes.lines),
        pix_payload=_printed_pix(copy),
        charges=SlipCharges(
            discount_cents=due.discount_cents + due.rebate_cents,
            other_deductions_cents=row.amount_cents - due.title_cents,
            fine_interest_cents=due.fine_cents + due.interest_cents,
        ),
    )
    return slip_template(profile).render(slip)


def _messages(copy: _Copy) -> tuple[str, ...]:
    """Say on the slip what it is, and what its sum is made of."""
    due = copy.due
    said = f"2ª via: {format_brl(due.total_cents)} para pagamento em {format_date(copy.on)}."
    if not due.days_late:
        return (said,)
    parts = (
        f"Vencimento em {format_date(copy.row.due_date)};"
        f" multa {format_brl(due.fine_cents)}, juros {format_brl(due.interest_cents)}."
    )
    return (said, parts)


def _printed_pix(copy: _Copy) -> str | None:
    """Return the code of the QR: the bank's own for its own title, else that of the account."""
    bank_pix = _bank_pix(copy)
    if bank_pix is not None:
        return bank_pix.text
    return copy.profile.pix_payload(copy.row.debt_id, copy.due.total_cents)


def _bank_pix(copy: _Copy) -> BankPix | None:
    """Return the bank's code where it pays this copy; the bank answers what is due.

    What a return file brought may be cut off, or pay another sum: then there is none. A code that
    is made of the location carries no name of the transaction: the location answers it.
    """
    row, beneficiary = copy.row, copy.profile.beneficiary
    if copy.is_new or not (row.pix_emv or row.pix_url):
        return None
    try:
        text = row.pix_emv or dynamic_payload(
            url=row.pix_url.removeprefix("https://"),
            name=beneficiary.name[:NAME_MAX].strip(),
            city=beneficiary.city[:CITY_MAX].strip(),
        )
        pix = read_payload(text)
    except InvalidField:
        return None
    pays = pix.amount_cents
    is_face = pix.is_dynamic and pays == row.amount_cents
    if not (pays is None or pays == copy.due.total_cents or is_face):
        return None
    return BankPix(text=text, location=row.pix_url, txid=row.pix_txid)
