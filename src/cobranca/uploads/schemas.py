"""What the HTTP API says about files."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from cobranca.domain.billing import UploadStatus


class UploadAnswer(BaseModel):
    """What became of every record of the file: accepted + rejected + duplicates = records."""

    message: str
    upload_id: UUID
    corrects: UUID | None = Field(
        default=None, description="The upload whose rejects it mends, when it is their file."
    )
    name: str
    repeated: bool = Field(description="The same bytes were here already; nothing was added.")
    records: int
    accepted: int
    rejected: int
    duplicates: int
    conflicts: int = Field(description="Duplicates whose values differ from the billing we have.")
    amount_cents: int | None = Field(
        description="Of what was accepted; null until a file of an earlier version is summed."
    )
    warnings: dict[str, int]
    rejects_by_code: dict[str, int]
    encoding: str = Field(description="Of a workbook its form: xlsx, ods or xls.")
    delimiter: str
    sheet: str | None = Field(description="The sheet that was read, of a workbook.")


class Restarted(BaseModel):
    """How many batches were set going again."""

    batches: int


class Upload(BaseModel):
    """One submitted file: its counts, and how far its billings are."""

    id: UUID
    name: str
    createdat: datetime
    updatedat: datetime
    removedat: datetime | None
    pausedat: datetime | None
    status: UploadStatus
    size_bytes: int
    records: int
    accepted: int
    rejected: int
    rejected_open: int = Field(description="Of these, how many nobody has mended yet.")
    corrects: UUID | None = Field(description="The file whose rejects this one mends.")
    duplicates: int
    conflicts: int
    amount_cents: int | None = Field(
        description="Of what was accepted, whatever was cancelled since; null until it is summed."
    )
    warnings: dict[str, int]
    statuses: dict[str, int] = Field(description="Billings by status.")
    mailed: int = Field(description="Mails that left, also of billings removed since.")
    progress: float = Field(ge=0, le=1)
    mail: str
    encoding: str
    delimiter: str
    sheet: str | None
    last_error: str | None
    paid: int | None = Field(
        description="Billings that are paid, also too much; counted with the next sweep after they"
        " are. Null until they are counted for the first time."
    )
    paid_cents: int | None = Field(description="All money that came for the file, also of a part.")
    refused: int | None = Field(description="Billings whose title the bank has refused.")
    beneficiary: str = Field(description="Who is paid, as it was when the file was taken in.")
    beneficiary_tax_id: str


class UploadDay(BaseModel):
    """What the files of one day come to, whichever of them are listed."""

    day: date = Field(description="In São Paulo.")
    files: int
    billings: int = Field(description="Accepted; not of files that were taken out.")
    amount_cents: int


class UploadsPage(BaseModel):
    """Submitted files, newest first; `next` goes into `after`."""

    records: list[Upload]
    next: str | None
    days: list[UploadDay] = Field(description="The days of these files, newest first.")
