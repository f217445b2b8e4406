"""What the HTTP API says about jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from cobranca.billings.out.formats import FileFormat
from cobranca.domain.billing import CancelReason
from cobranca.jobs.acts import Act, JobState, Outcome

_Count = Annotated[int, Field(ge=0, le=2**31)]
_Cents = Annotated[int, Field(ge=0, lt=2**63)]


class Amounts(BaseModel):
    """Billings, and the sum of their amounts."""

    billings: int
    amount_cents: int


class PassedOver(Amounts):
    """Billings that an act is not done to, and why."""

    outcome: Outcome


class JobPreview(BaseModel):
    """What an act on a filter would do now."""

    act: Act
    done: Amounts = Field(description="What it would be done to.")
    passed_over: list[PassedOver]
    mails_are_real: bool = Field(description="Whether mails would leave to payers.")
    must_confirm: bool = Field(description="Whether `confirm_count` has to be given.")


class JobFile(BaseModel):
    """The file that a job has made."""

    name: str
    size_bytes: int
    until: datetime = Field(description="Then it is removed.")


class NewJob(BaseModel):
    """An act on all that the filter of the call means."""

    act: Act
    count: _Count = Field(description="Of `done` in the preview that a person saw.")
    amount_cents: _Cents = Field(description="Of the same.")
    reason: CancelReason | None = Field(default=None, description="Of CANCEL, which needs one.")
    format: FileFormat | None = Field(
        default=None,
        description="Of EXPORT: CSV or XLSX. Of PDFS: ZIP, or one PDF to print, SHEET or CARNE.",
    )
    confirm_count: _Count | None = Field(
        default=None, description="The count once more, as a person typed it; where it must be."
    )


class Job(BaseModel):
    """A job, and what has become of its billings so far."""

    job_id: UUID
    act: Act
    state: JobState
    reason: CancelReason | None
    format: FileFormat | None
    query: str = Field(description="Its filter, as parameters of `GET /billings`.")
    total: Amounts = Field(description="What was meant when it began.")
    done: Amounts
    passed_over: list[PassedOver]
    come_to: int = Field(description="How many billings were done or passed over so far.")
    no_longer_meant: int = Field(
        description="Of a job that is DONE: billings that were other by the time it came to them."
    )
    startedat: datetime
    stoppedat: datetime | None
    endedat: datetime | None
    file: JobFile | None = Field(
        description="Of EXPORT and PDFS: what `GET /jobs/{job_id}/file` returns, while it does."
    )
    error: str | None = Field(description="Why it was given up, or waits.")


class JobsPage(BaseModel):
    """Jobs, newest first."""

    records: list[Job]
    next: str | None
