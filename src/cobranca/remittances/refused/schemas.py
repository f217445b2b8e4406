"""What the API says of titles that their bank refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

#: REFUSED: nobody has done anything yet; ASKED: it goes with the next remittance; SENT: it is in
#: one, and the bank has not answered.
RefusedState = Literal["REFUSED", "ASKED", "SENT"]
#: What mends it: another address, a new billing in its place, or what is no matter of the title.
Mend = Literal["ADDRESS", "BILL_AGAIN", "NONE"]
_Part = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class RefusedReason(BaseModel):
    """Why a bank refused: its code, its words and what to do, in Portuguese."""

    code: str
    text: str
    cause: str
    advice: str


class TitleAddress(BaseModel):
    """A payer's address, as an entry tells it to the bank."""

    model_config = ConfigDict(extra="forbid")

    street: _Part = ""
    number: _Part = ""
    complement: _Part = ""
    district: _Part = ""
    city: _Part = ""
    state: _Part = ""
    postal_code: _Part = ""


class RefusedTitle(BaseModel):
    """A title that its bank has not entered, and what was done since."""

    debt_id: UUID
    code: str
    name: str
    amount_cents: int
    due_date: date
    upload_id: UUID
    refused_on: date
    reasons: list[RefusedReason]
    mend: Mend
    address: TitleAddress
    state: RefusedState
    #: How often it was asked to be entered again.
    entries_again: int
    askedat: datetime | None
    remittance_id: UUID | None


class RefusedPage(BaseModel):
    """A page of titles that were refused."""

    records: list[RefusedTitle]
    next: str | None


class EntryAgain(BaseModel):
    """How a title is to be entered again; without an address, as it was."""

    model_config = ConfigDict(extra="forbid")

    address: TitleAddress | None = None
