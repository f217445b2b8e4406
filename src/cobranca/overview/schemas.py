"""What the HTTP API says about the installation."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field


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


class DueDay(BaseModel):
    """What falls due on one day and stands."""

    due_date: date
    billings: int
    amount_cents: int


class DueOverview(BaseModel):
    """What falls due in a period: the sum of what stands, of what was cancelled, and by day."""

    first: date
    last: date
    billings: int
    amount_cents: int
    removed: int = Field(description="Billings of these files that were cancelled one by one.")
    removed_cents: int
    days: list[DueDay] = Field(description="In order; only days on which something is due.")
    is_complete: bool = Field(
        description="False while a file of an earlier version is yet to be summed."
    )


class Health(BaseModel):
    """The process answers."""

    status: str


class Ready(Health):
    """Whether the parts answer that the process cannot work without."""

    database: str
    events: str
