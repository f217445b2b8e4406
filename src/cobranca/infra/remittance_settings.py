"""How the account's titles are registered at the bank, as settings."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class RemittanceSettings(BaseModel):
    """The files for the bank; without a layout none is written."""

    #: What the agreement with the bank says: `341-400`.
    layout: str | None = None
    #: What the layout asks for beside the beneficiary's own bank parameters.
    bank_parameters: dict[str, str] = Field(default_factory=dict)
    #: What kind of paper stands behind every title, and whether payers have accepted it.
    species: str = "DM"
    acceptance: Literal["A", "N"] = "N"
    #: Number of the first file, where another program has written files of this account before.
    sequence_first: int = Field(default=1, ge=1, le=99_999_999)
    #: Titles of one file; a layout's own limit is lower for some.
    titles_max: int = Field(default=20_000, ge=1, le=300_000)
    #: Files are made when all boletos of an upload are issued, without a person's word.
    automatic: bool = False
    #: A folder, or the prefix of a bucket, that gets a copy of every file.
    delivery_url: str | None = None
    #: Pattern of the files' names; None = as the bank wants them.
    file_name: str | None = Field(default=None, max_length=120)
