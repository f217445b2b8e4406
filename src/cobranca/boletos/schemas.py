"""What the HTTP API says about second copies."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from cobranca.domain.billing import BillingStatus
from cobranca.pipeline.second_copies import WhyNot


class BankPix(BaseModel):
    """The bank's Pix code of a title, as a return file has brought it."""

    text: str = Field(description="To copy and paste; a QR code shows the same.")
    location: str
    txid: str


class SecondCopy(BaseModel):
    """What is to be paid for a billing on a day; all in cents."""

    debt_id: UUID
    status: BillingStatus
    on: date
    due_date: date
    payable_until: date = Field(
        description="The last day without fine and interest: a business day of banks."
    )
    days_late: int = Field(description="Calendar days from the due date; 0 until then.")
    title_cents: int = Field(description="What is open of the title.")
    fine_cents: int
    interest_cents: int
    discount_cents: int
    rebate_cents: int
    total_cents: int
    registered: bool = Field(description="The bank has entered the title: its barcode stays.")
    payable: bool
    why_not: WhyNot | None = Field(description="Why there is no slip to pay it with.")
    our_number: str
    digitable_line: str | None = Field(description="Of the slip to pay on that day.")
    barcode: str | None
    pix: BankPix | None = Field(description="The bank's own, where a return file has brought it.")
