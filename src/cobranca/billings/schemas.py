"""What the HTTP API says about billings, in the names of the first solution."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cobranca.domain.billing import BillingStatus


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


class HistoryEntry(BaseModel):
    """One thing that happened to a billing."""

    status: BillingStatus | Literal["DEFERRED", "RESENT", "BOUNCED"]
    at: datetime
    detail: str | None


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


class BillingDetail(Billing):
    """One billing with what happened to it, oldest first."""

    barcode: str | None
    issue: int = Field(description="0, and one more each time the debt was billed again.")
    replaces: list[ReplacedBilling] = Field(description="Cancelled before, newest first.")
    history: list[HistoryEntry]


class BillingsPage(BaseModel):
    """Some billings of an upload by the line of its file; `next` goes into `after`."""

    records: list[Billing]
    next: str | None
