"""What the HTTP API says about the installation."""

from __future__ import annotations

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


class Health(BaseModel):
    """The process answers."""

    status: str


class Ready(Health):
    """Whether the parts answer that the process cannot work without."""

    database: str
    events: str
