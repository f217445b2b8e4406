"""What the HTTP API says about return files, payments and the ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from cobranca.domain.billing import BillingStatus

FateName = Literal["KEPT", "POSTED", "SUSPENSE", "HELD", "LISTED", "UNKNOWN"]
VerdictName = Literal["accept", "refuse", "report", "repeat", "conflict"]


class ReturnTally(BaseModel):
    """What became of a file's records; every one of them is in exactly one count."""

    records: int
    matched: int = Field(description="Records of billings of ours.")
    posted: int
    suspense: int
    held: int = Field(description="Possible repetitions of payments that another file told.")
    listed: int = Field(description="A person has to look; no money.")
    unknown: int = Field(description="Of titles that are none of ours; no money.")
    kept: int
    posted_cents: int
    suspense_cents: int
    held_cents: int
    credited_cents: int = Field(description="What the bank says it credited; 0 where it does not.")
    kinds: dict[str, int] = Field(description="How often each kind of occurrence came.")
    notes: dict[str, int] = Field(description="What is odd, and how often.")


class ReturnFile(BaseModel):
    """A return file with what reading it told; `verdict` is null until it was read."""

    return_id: UUID
    name: str
    size_bytes: int
    came_by: Literal["api", "folder"]
    receivedat: datetime
    readat: datetime | None
    verdict: VerdictName | None
    code: str | None = Field(description="Why it was refused, or how it repeats another.")
    message: str | None = Field(description="The same in Portuguese, with line and places.")
    line: int | None
    first_place: int | None
    last_place: int | None
    bank: str | None
    layout: int | None
    agreement: str | None
    created_on: date | None
    sequence: str | None
    repeats: UUID | None = Field(description="The earlier file that it repeats.")
    lines: int | None
    shown_only: bool = Field(description="Nothing of it counts until it is posted by hand.")
    postedat: datetime | None
    tally: ReturnTally | None


class ReturnFilesPage(BaseModel):
    """Some return files, newest first; `next` goes into `after`."""

    records: list[ReturnFile]
    next: str | None


class ReturnReason(BaseModel):
    """Why the bank did something, in Portuguese."""

    code: str
    text: str
    cause: str
    advice: str


class ReturnNote(BaseModel):
    """What is odd about a record, and what to do."""

    code: str
    text: str
    advice: str


class ReturnRecord(BaseModel):
    """One occurrence of a return file."""

    line: int
    occurrence: str
    kind: str
    text: str = Field(description="The occurrence in Portuguese; empty when it is not known.")
    fate: FateName
    note: ReturnNote | None
    reasons: list[ReturnReason]
    our_number: str
    debt_id: UUID | None
    code: str | None = Field(description="What the file of debts calls the debt.")
    title_cents: int
    paid_cents: int | None = Field(description="Null unless money was taken.")
    occurred_on: date | None
    credited_on: date | None


class RecordsPage(BaseModel):
    """Some records of a file by line; `next` goes into `after`."""

    records: list[ReturnRecord]
    next: str | None


TellerName = Literal["bank", "person", "webhook"]
Reason = Annotated[str, Field(min_length=3, max_length=500, pattern=r"^[^\x00]*$")]


class CallAnswer(BaseModel):
    """What became of a call that tells of a payment."""

    repeated: bool = Field(description="It was told by this call before; nothing was posted.")
    matched: bool = Field(description="False: the debt is not known, the money is in suspense.")


class SuspenseEnd(BaseModel):
    """What became of money in suspense."""

    endedat: datetime
    code: str | None = Field(description="The debt that it was given to; null: dropped.")
    ended_by: str
    reason: str


class Suspense(BaseModel):
    """Money of which no billing is known, or that a person has to judge."""

    suspense_id: UUID
    teller: TellerName
    return_id: UUID | None
    line: int | None
    why: ReturnNote | None
    reference: str = Field(description="The our number in the file, or the debt of the webhook.")
    probable_code: str | None = Field(description="The debt that is probably meant.")
    paid_cents: int
    paid_on: date
    credited_on: date | None
    toldat: datetime
    end: SuspenseEnd | None


class SuspensePage(BaseModel):
    """Some money in suspense, oldest first; `next` goes into `after`."""

    records: list[Suspense]
    next: str | None


class MatchRequest(BaseModel):
    """Which debt some money was meant for, and why somebody says so."""

    debt: Annotated[str, Field(min_length=1, max_length=320)]
    reason: Reason


class ReasonRequest(BaseModel):
    """Why somebody does this."""

    reason: Reason


class SettleRequest(BaseModel):
    """A payment that a person tells of."""

    paid_cents: Annotated[int, Field(gt=0, le=10**13)] | None = Field(
        default=None, description="All that is open, when it is left out."
    )
    paid_on: date | None = Field(default=None, description="Today, when it is left out.")
    reason: Reason


class LedgerTelling(BaseModel):
    """One teller's word of a payment."""

    teller: TellerName
    paid_on: date
    toldat: datetime
    settlement: int | None = Field(description="Of settlements by hand: what undoes them names it.")


class LedgerPayment(BaseModel):
    """One payment, whoever told of it; who knows most comes first."""

    paid_cents: int
    extra_cents: int = Field(description="Fine and interest in it.")
    deducted_cents: int = Field(description="Discount and rebate that were given.")
    net_cents: int | None = Field(description="What was credited; null: not known.")
    paid_on: date
    reversed: bool
    told: list[LedgerTelling]


class LedgerAct(BaseModel):
    """What a person did, and why."""

    settlement: int
    asked_by: str
    reason: str
    actedat: datetime


class LedgerOccurrence(BaseModel):
    """What a bank told of the billing."""

    return_id: UUID
    line: int
    occurrence: str
    kind: str
    text: str
    reasons: list[ReturnReason]
    occurred_on: date | None


class Ledger(BaseModel):
    """A billing's payments and balances. Debits are positive, credits negative; they sum to 0."""

    status: BillingStatus
    title_cents: int
    paid_cents: int
    receivable_cents: int
    overpaid_cents: int
    balances: dict[str, int]
    payments: list[LedgerPayment]
    unanswered_reversals: int = Field(description="Reversals of which no payment is known.")
    occurrences: list[LedgerOccurrence]
    acts: list[LedgerAct]
