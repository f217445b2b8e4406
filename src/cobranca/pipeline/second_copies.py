"""Second copies: what is due on a day, and the slip to pay it with; shown, or sent by mail.

A title that the bank has entered keeps its barcode: the payer's bank asks for what is due, and the
bank counts it from its own record. Of any other, a late slip has a barcode of its own day and sum,
under the same our number. Nothing is written here: a second copy is made of facts and terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from cobranca.domain.amount_due import amount_due
from cobranca.domain.boleto import digitable_line_of, issue_numbers
from cobranca.domain.errors import Conflict, InvalidField, NotFound
from cobranca.domain.pix import CITY_MAX, NAME_MAX, dynamic_payload, read_payload
from cobranca.domain.slip import SlipCharges, SlipData
from cobranca.domain.text_format import format_brl, format_date
from cobranca.infra import clock
from cobranca.infra.db import Connection, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.pipeline.billing_details import NO_DETAILS, notes_of, read_details
from cobranca.pipeline.issuing_terms import get_profile
from cobranca.pipeline.slips import document_number_of, slip_template

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from cobranca.domain.amount_due import AmountDue
    from cobranca.infra.settings import Settings
    from cobranca.pipeline.billing_details import BillingDetails
    from cobranca.pipeline.issuing_terms import Profile

QUERIES = load_queries("cobranca.pipeline")

WhyNot = Literal["SETTLED", "REMOVED", "WRITTEN_OFF", "PROTESTED", "REFUSED", "EXPIRED"]

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
class CopiedBilling:
    """What a second copy shows of its billing and boleto."""

    id: int
    debt_id: UUID
    amount_cents: int
    due_date: date
    name: str
    tax_id: str
    our_number: int
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCopyRow(CopiedBilling):
    """A billing with its boleto, and what is known of its title."""

    email: str
    profile_id: int
    status: str
    barcode: str
    open_cents: int
    registered: bool
    pix_url: str
    pix_txid: str
    pix_emv: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySlip:
    """What the slip of a day says beside its billing; written down where a mail carries it."""

    pays_on: date
    #: As it is printed, and as a bank shows it.
    due_date: date
    #: 0 up to the last day without fine and interest.
    days_late: int
    barcode: str
    #: What was open of the title.
    title_cents: int
    fine_cents: int
    interest_cents: int
    #: Discount and rebate.
    discount_cents: int
    pix: str | None

    @property
    def total_cents(self) -> int:
        """Give what is to be paid, never less than nothing."""
        added = self.title_cents + self.fine_cents + self.interest_cents
        return max(0, added - self.discount_cents)

    def messages(self, due_date: date) -> tuple[str, ...]:
        """Say what it is, and what its sum is made of.

        Args:
            due_date: of the title.
        """
        paid = f"{format_brl(self.total_cents)} para pagamento em {format_date(self.pays_on)}"
        said = f"2ª via: {paid}."
        if not self.days_late:
            return (said,)
        parts = (
            f"Vencimento em {format_date(due_date)};"
            f" multa {format_brl(self.fine_cents)}, juros {format_brl(self.interest_cents)}."
        )
        return (said, parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A second copy before it is shown, drawn or sent."""

    row: SecondCopyRow
    profile: Profile
    details: BillingDetails
    due: AmountDue
    on: date

    @property
    def why_not(self) -> WhyNot | None:
        """Why there is no slip; None when there is one."""
        return why_not(self.row.status) or ("EXPIRED" if self.due.expired else None)

    @property
    def is_new(self) -> bool:
        """Whether the slip has a barcode of its own day."""
        return self.due.days_late > 0 and not self.row.registered

    def refuse(self) -> None:
        """Let nobody have a slip of what is not to be paid with one any more.

        Raises:
            Conflict: SECOND_COPY_REFUSED: it is not.
        """
        if self.why_not is not None:
            detail = f"There is no second copy of {self.row.debt_id}: {_SAID[self.why_not]}"
            raise Conflict(detail, code="SECOND_COPY_REFUSED")

    def slip(self) -> CopySlip:
        """Return what its slip says."""
        due, is_new = self.due, self.is_new
        bank_pix = self.bank_pix()
        return CopySlip(
            pays_on=self.on,
            due_date=self.on if is_new else self.row.due_date,
            days_late=due.days_late,
            barcode=self.barcode(),
            title_cents=due.title_cents,
            fine_cents=due.fine_cents,
            interest_cents=due.interest_cents,
            discount_cents=due.discount_cents + due.rebate_cents,
            # The bank's own for its own title, else that of the account.
            pix=bank_pix or self.profile.pix_payload(self.row.debt_id, due.total_cents),
        )

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

    def bank_pix(self) -> str | None:
        """Return the bank's code where it pays this copy; the bank answers what is due.

        What a return file brought may be cut off, or pay another sum: then there is none. A code
        that is made of the location carries no name of the transaction: the location answers it.
        """
        row, beneficiary = self.row, self.profile.beneficiary
        if self.is_new or not (row.pix_emv or row.pix_url):
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
        return text if pays is None or pays == self.due.total_cents or is_face else None


def why_not(status: str) -> WhyNot | None:
    """Return why there is no second copy of a billing in this state; None when there may be."""
    return _WHY_NOT.get(status)


async def read_copy(
    connection: Connection,
    settings: Settings,
    *,
    beneficiary_id: int,
    debt_id: UUID,
    on: date | None,
) -> Copy:
    """Return the second copy of a debt's newest billing for a day; today in São Paulo without one.

    Raises:
        NotFound: the beneficiary has no such billing, or it has no boleto yet.
        InvalidField: the day is too far away.
    """
    row = await fetch_one(
        connection,
        QUERIES["find_for_second_copy"],
        row=SecondCopyRow,
        beneficiary_id=beneficiary_id,
        debt_id=debt_id,
    )
    if row is None:
        detail = f"The billing {debt_id} has no boleto to make a second copy of"
        raise NotFound(detail, code="BOLETO_NOT_FOUND")
    day = on or clock.today()
    if abs((day - row.due_date).days) > _DAYS_MAX:
        detail = f"Give a day at most {_DAYS_MAX} days from the due date, {row.due_date}"
        raise InvalidField("on", detail)
    profile = await get_profile(connection, row.profile_id)
    said = (await read_details(connection, first_id=row.id, last_id=row.id)).get(row.id)
    details = said or NO_DETAILS
    notes = notes_of(profile.terms, details, amount_cents=row.amount_cents, due_date=row.due_date)
    due = amount_due(
        notes.terms,
        row.open_cents,
        due_date=row.due_date,
        on=day,
        rounding=settings.second_copy.rounding,
        also_closed=settings.second_copy.closed_days(row.due_date),
    )
    return Copy(row=row, profile=profile, details=details, due=due, on=day)


def draw(
    billing: CopiedBilling, slip: CopySlip, profile: Profile, details: BillingDetails
) -> bytes:
    """Draw the slip to pay a billing with on a day: the same facts give the same bytes."""
    notes = notes_of(
        profile.terms, details, amount_cents=billing.amount_cents, due_date=billing.due_date
    )
    data = SlipData(
        digitable_line=digitable_line_of(slip.barcode),
        barcode=slip.barcode,
        our_number=profile.printed_our_number(billing.our_number, billing.issued_on),
        document_number=document_number_of(
            billing.debt_id, details.document_number or details.code
        ),
        amount_cents=billing.amount_cents,
        due_date=slip.due_date,
        issued=billing.issued_on,
        payer_name=billing.name,
        payer_tax_id=billing.tax_id,
        payer_address=details.address.lines,
        messages=(*slip.messages(billing.due_date), *notes.lines),
        pix_payload=slip.pix,
        charges=SlipCharges(
            discount_cents=slip.discount_cents,
            other_deductions_cents=billing.amount_cents - slip.title_cents,
            fine_interest_cents=slip.fine_cents + slip.interest_cents,
        ),
    )
    return slip_template(profile).render(data)
