"""What the routes of checks take and give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

#: A person's choice of columns names each official one at the most.
_Column = Annotated[int, Field(ge=0, lt=10_000)] | Annotated[str, Field(max_length=500)]


class Repairs(BaseModel):
    """What is mended because somebody has asked for it."""

    model_config = ConfigDict(extra="forbid")

    lost_zeros: bool = Field(default=False, description="Put zeros back where a CPF/CNPJ fits.")
    thousands: bool = Field(default=False, description="`1.234` is 1234 in a file of commas.")
    past_due_dates: Literal["accept", "reject"] | None = Field(
        default=None, description="None: as the settings have it."
    )


class CheckChange(BaseModel):
    """How to read the file from now on; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[str, _Column] | None = Field(
        default=None,
        max_length=10,
        description="Official column: position from 0, or its name in the header. {} forgets.",
    )
    sheet: str | None = Field(
        default=None, min_length=1, max_length=255, description="For workbooks; a CSV has none."
    )
    repairs: Repairs | None = None


class Refusal(BaseModel):
    """Why the file cannot be read as it is; another mapping of columns may help."""

    code: str
    detail: str


class ReadColumn(BaseModel):
    """An official column and where it stands."""

    official: str
    position: int
    name: str


class ReadAs(BaseModel):
    """How the file was read."""

    encoding: str
    delimiter: str
    decimals: Literal["point", "comma", "any", ""]
    dates: Literal["plain", "day-first", "month-first", ""] = Field(
        description="plain: no date whose day and month could change places was asked about."
    )
    header: list[str] = Field(description="The names in the header, in the file's order.")
    columns: list[ReadColumn] = Field(description="Under a refusal, those that were found.")
    ignored: list[str]
    sheet: str | None = Field(description="The sheet that was read, of a workbook.")
    sheets: list[str] = Field(default=[], description="Those that can be seen, the first of them.")


class FirstRow(BaseModel):
    """A row that would be billed, as it was read."""

    line_number: int
    values: dict[str, str] = Field(description="By official column.")


class Example(BaseModel):
    """A line with the problem."""

    line_number: int
    message: str
    values: dict[str, str] | None = Field(description="By official column, as read.")


class CheckProblem(BaseModel):
    """A kind of problem: how often, what repairs it, and its first lines."""

    kind: Literal["rejected", "duplicate", "warning"]
    code: str
    column: str = Field(description="Official name; empty when it is the line as a whole.")
    count: int
    repair: Literal["lost_zeros", "thousands", "past_due_dates"] | None
    message: str
    examples: list[Example]


class UploadCheck(BaseModel):
    """What would become of the file: accepted + rejected + duplicates = records."""

    id: UUID
    name: str
    size_bytes: int
    mail: str
    createdat: datetime
    expiresat: datetime
    started_upload_id: UUID | None
    repeated_upload_id: UUID | None = Field(
        description="The same bytes, read in the same way, are an upload: a start adds nothing."
    )
    refusal: Refusal | None
    records: int
    accepted: int
    rejected: int
    duplicates: int
    conflicts: int
    amount_cents: int = Field(description="Of the accepted rows.")
    amount_min_cents: int | None
    amount_max_cents: int | None
    due_date_first: date | None
    due_date_last: date | None
    warnings: dict[str, int]
    rejects_by_code: dict[str, int]
    problems: list[CheckProblem]
    first_rows: list[FirstRow] = Field(default=[], description="First of what would be billed.")
    read_as: ReadAs
    columns: dict[str, int] = Field(description="Columns that somebody has told, by position.")
    repairs: Repairs


class WaitingCheck(BaseModel):
    """A check in a list; `refusal` is the code for which its file cannot be read as it is."""

    id: UUID
    name: str
    size_bytes: int
    mail: str
    createdat: datetime
    expiresat: datetime
    records: int
    accepted: int
    rejected: int
    duplicates: int
    amount_cents: int
    refusal: str | None


class ChecksPage(BaseModel):
    """Checks that wait to be started, newest first; `next` goes into `after`."""

    records: list[WaitingCheck]
    next: str | None
