"""What the HTTP API says about files as a whole."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from cobranca.domain.billing import UploadStatus


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
    duplicates: int
    conflicts: int
    warnings: dict[str, int]
    statuses: dict[str, int] = Field(description="Billings by status.")
    progress: float = Field(ge=0, le=1)
    mail: str
    encoding: str
    delimiter: str
    last_error: str | None


class UploadsPage(BaseModel):
    """Submitted files, newest first; `next` goes into `after`."""

    records: list[Upload]
    next: str | None


class About(BaseModel):
    """What this installation is set up to do."""

    version: str
    bank: str
    bank_name: str
    wallet: str
    beneficiary: str
    demonstration: bool
    warnings: list[str] = Field(description="What to know about this account, in Portuguese.")
    mail: str
    upload_bytes_max: int
    needs_key: bool


class Health(BaseModel):
    """The process answers."""

    status: str


class Ready(Health):
    """Whether the parts answer that the process cannot work without."""

    database: str
    events: str
