"""What the HTTP API says about return files, payments and the ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

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
