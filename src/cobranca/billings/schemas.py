"""What the HTTP API says about billings, in the names of the first solution."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cobranca.billings.listing.filter import MailReason
from cobranca.domain.billing import BillingStatus, CancelReason


class Billing(BaseModel):
    """One debt of the file and where it stands."""

    model_config = ConfigDict(extra="ignore")

    debt_id: UUID
    code: str = Field(description="What the file calls the debt; the UUID, where that is it.")
    upload_id: UUID
    line_number: int
    name: str
    tax_id: str
    email: str
    amount_cents: int
    due_date: date
    status: BillingStatus
    warnings: list[str]
    createdat: datetime
    removedat: datetime | None
    our_number: str | None = Field(description="As printed, with its check digit.")
    digitable_line: str | None = Field(description="47 digits.")
    reason: MailReason | None = Field(description="Why its mail did not arrive, or came back.")
    returned: bool = Field(description="Its mail came back after a server had taken it.")


class HistoryEntry(BaseModel):
    """One thing that happened to a billing."""

    status: BillingStatus | Literal["DEFERRED", "RESENT", "SECOND_COPY_MAILED", "BOUNCED"]
    at: datetime
    detail: str | None
    reason: CancelReason | None = Field(
        default=None, description="Of REMOVED: why, where a reason was chosen."
    )
    by: str | None = Field(default=None, description="Of REMOVED: who wanted it, where it is kept.")


class ReplacedBilling(BaseModel):
    """A billing of the same debt that was cancelled before it was billed again."""

    upload_id: UUID
    line_number: int
    amount_cents: int
    due_date: date
    createdat: datetime
    removedat: datetime | None
    our_number: str | None
    digitable_line: str | None = Field(description="Where there is one, it may still be paid.")
    sentat: datetime | None


class PayerAddress(BaseModel):
    """Where the payer lives; an empty part is not known."""

    model_config = ConfigDict(from_attributes=True)

    street: str
    number: str
    complement: str
    district: str
    city: str
    state: str
    postal_code: str


class Portion(BaseModel):
    """Money, or a share of the amount; none when both are 0."""

    model_config = ConfigDict(from_attributes=True)

    cents: int
    basis_points: int = Field(description="Hundredths of a percent.")


class Discount(BaseModel):
    """A discount for who pays up to a day."""

    model_config = ConfigDict(from_attributes=True)

    until: date
    portion: Portion


class BillingTerms(BaseModel):
    """Terms of one billing, as its slip, its mail and its remittance have them."""

    model_config = ConfigDict(from_attributes=True)

    fine: Portion
    interest: Portion = Field(description="Cents a day, or a share a month of 30 days.")
    discounts: list[Discount]
    rebate_cents: int
    payment_limit: date | None
    protest_days: int
    write_off_days: int
    sentences: list[str] = Field(description="The same in Portuguese, as they are printed.")


class TitlePix(BaseModel):
    """The Pix code that the bank has made of the title, as its return file brought it."""

    url: str | None = Field(description="Where the payer's bank fetches what is due.")
    txid: str | None
    emv: str | None = Field(description="The text to copy; null where the bank tells the URL.")


class BillingDetail(Billing):
    """One billing with what happened to it, oldest first."""

    barcode: str | None
    document_number: str | None
    instalment: str | None = Field(description="`3/12`")
    message: str | None
    phone: str | None
    copies: list[str] = Field(description="Further addresses of the mail.")
    address: PayerAddress | None = Field(description="Null where the file had none.")
    terms: BillingTerms = Field(description="What holds: the account's, and the row's over them.")
    pix: TitlePix | None = Field(description="Null where the bank told of none.")
    issue: int = Field(description="0, and one more each time the debt was billed again.")
    replaces: list[ReplacedBilling] = Field(description="Cancelled before, newest first.")
    history: list[HistoryEntry]


class BillingsPage(BaseModel):
    """Some billings: of one upload by the line of its file, of all with the newest file first."""

    records: list[Billing]
    next: str | None = Field(
        description="Goes into `after` as it is. While there is one, a page may have fewer records"
        " than `limit`, or none: so far was looked, within a bound of time."
    )


class QuickCount(BaseModel):
    """How many billings a quick filter finds."""

    billings: int
    more: bool = Field(description="There are more than this, or may be: so far was looked.")
    query: str = Field(description="The filter, as parameters of `GET /billings`.")


class QuickCounts(BaseModel):
    """The quick filters, counted up to 1000 each."""

    all: QuickCount
    not_delivered: QuickCount
    not_delivered_today: QuickCount = Field(description="The same, of files that came today.")
    uncertain: QuickCount
    returned: QuickCount
    due_soon: QuickCount = Field(description="Today or within 7 days, and still to be paid.")
    overdue: QuickCount = Field(description="Before today, and still to be paid.")
    paid: QuickCount = Field(description="In full, or more than that.")
    refused: QuickCount = Field(description="The bank has refused to enter the title.")
    cancelled: QuickCount
