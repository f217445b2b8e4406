"""What the HTTP API says about a period."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field


class Amount(BaseModel):
    """How many, and how much."""

    count: int
    amount_cents: int


class WaitingAmount(Amount):
    """How many wait, and how much; with `more`, at least that."""

    more: bool


class OpenRejects(BaseModel):
    """Rejects that nobody has mended."""

    files: int
    count: int
    amount_cents: int | None = Field(
        description="As far as amounts can be read; null when there is too much to be read."
    )


class DueSoon(Amount):
    """What falls due from today on."""

    first: date
    last: date


class FileAtStake(BaseModel):
    """What waits in one file, and its money; null where it is too much to be read."""

    upload_id: UUID
    name: str
    stopped: bool = Field(description="Its work has given up, and goes on when a person says so.")
    rejects: int = Field(description="Those that nobody has mended.")
    not_delivered: int
    uncertain: int
    rejects_cents: int | None
    not_delivered_cents: int | None
    uncertain_cents: int | None


class FileCount(BaseModel):
    """How many files wait; with `more`, at least so many."""

    count: int
    more: bool


class FileCounts(BaseModel):
    """How many files wait, by kind; a file may be of several."""

    stopped: FileCount
    rejects: FileCount
    not_delivered: FileCount
    uncertain: FileCount


class Waiting(BaseModel):
    """What waits for a person, whatever the period."""

    returned: WaitingAmount = Field(description="Mails that came back.")
    refused: WaitingAmount = Field(description="Titles that the bank has not entered.")
    held_back: WaitingAmount = Field(
        description="Titles that the last order for all files could not register."
    )
    suspense: WaitingAmount = Field(description="Payments that no billing is known of.")
    files: list[FileAtStake] = Field(
        description="Files that somebody has to look at, the newest five of each kind."
    )
    file_counts: FileCounts


class OverviewDay(BaseModel):
    """The files that came on one day in São Paulo, and the mails of their billings."""

    day: date
    is_business_day: bool
    files: int
    billings: int
    amount_cents: int
    delivered: int
    not_delivered: int
    uncertain: int
    under_way: int


class Overview(BaseModel):
    """What the files of a period came to, and what waits for a person now.

    Files that were taken out are not counted, but for mails of them that had left.
    """

    first: date
    last: date
    files: int
    billed: Amount = Field(description="Billings that the files brought, and their money.")
    issued: int = Field(description="Those of them whose boleto is made.")
    delivered: int = Field(description="Mails that a server, the outbox or a simulation took.")
    not_delivered: int
    uncertain: int = Field(description="Mails that nobody confirmed.")
    under_way: int = Field(description="Billings whose mail is still to come, stopped ones too.")
    delivered_of_removed: int = Field(
        description="Mails that had left of files that were taken out since."
    )
    rejects: OpenRejects
    due_soon: DueSoon
    waiting: Waiting
    days: list[OverviewDay] = Field(description="Every day of the period, in order.")
