"""What the search says, and what it says of a payer."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from cobranca.billings.schemas import Billing
from cobranca.domain.billing import BillingStatus

Meant = Literal["line", "our_number", "tax_id", "email", "code", "name"]


class FoundPayer(BaseModel):
    """A person whom debts of any file name, by the newest of their writings."""

    payer_id: UUID = Field(description="Of `GET /payers/{payer_id}`.")
    tax_id: str
    name: str
    email: str
    billings: int = Field(
        description="Of all files, cancelled ones too; 1000 means as many or more."
    )


class SearchAnswer(BaseModel):
    """What was found: billings where one was named, else payers."""

    tried: list[Meant] = Field(
        description="What the text was taken for, the first that fits first."
    )
    billings: list[Billing] = Field(description="Newest first.")
    payers: list[FoundPayer]
    more: bool = Field(description="There are more than these: a further word tells them apart.")
    pending_uploads: int = Field(
        description="Files that are not searchable yet; within themselves they are."
    )


class StatusTotal(BaseModel):
    """The billings of a payer in one status."""

    status: BillingStatus
    billings: int
    amount_cents: int


class Payer(BaseModel):
    """One person over all files."""

    payer_id: UUID
    tax_id: str
    names: list[str] = Field(description="As the files write them, newest first.")
    emails: list[str]
    totals: list[StatusTotal] = Field(description="Of the newest 10,000 billings.")


class PayerBillings(BaseModel):
    """Some billings of one person, newest first; `next` goes into `before`."""

    records: list[Billing]
    next: str | None
