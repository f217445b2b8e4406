"""What the routes of rejects take and give."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cobranca.uploads.rejects.merge import CELL_CHARACTERS_MAX

#: Records of one call; more are sent as a file.
ROWS_MAX: Final = 1000
_CELLS_MAX: Final = 1000

_Cell = Annotated[str, Field(max_length=CELL_CHARACTERS_MAX)]


class RejectColumn(BaseModel):
    """A column of the file, and which of docs/csv.md it is; None for one that is not read."""

    name: str = Field(description="As the file calls it; told apart where it does so twice.")
    official: str | None


class RejectReason(BaseModel):
    """What is in the open for one reason."""

    code: str
    column: str | None = Field(description="As the file calls it; None: the whole record.")
    rejects: int
    amount_cents: int = Field(description="Of those whose amount can be read.")
    with_amount: int = Field(description="How many these are.")


class RejectsSummary(BaseModel):
    """What of a file's rejects is in the open, by reason."""

    upload_id: UUID
    name: str
    columns: list[RejectColumn]
    rejected: int
    rejected_open: int
    amount_cents: int
    with_amount: int
    reasons: list[RejectReason]


class Proposal(BaseModel):
    """What a cell was probably meant to be; it has passed the reader."""

    column: str
    value: str


class RejectRecord(BaseModel):
    """A refused record as it stands, under the file's own columns."""

    line: int
    code: str
    column: str | None
    message: str
    cells: dict[str, str]
    amount_cents: int | None
    whole: bool = Field(description="False: only its beginning is here; send all of its cells.")
    proposal: Proposal | None


class RejectsPage(BaseModel):
    """Rejects in the open by line; `next` goes into `after`."""

    records: list[RejectRecord]
    next: str | None


class MendedCells(BaseModel):
    """Cells of the record of a line; those left out stay as they are."""

    model_config = ConfigDict(extra="forbid")

    line: int = Field(ge=1, lt=2**31)
    cells: dict[str, _Cell] = Field(max_length=_CELLS_MAX)


class MendedRows(BaseModel):
    """Mended records of one file."""

    model_config = ConfigDict(extra="forbid")

    rows: list[MendedCells] = Field(min_length=1, max_length=ROWS_MAX)


class RowVerdict(BaseModel):
    """What the reader says of a mended record, which was not billed."""

    line: int
    accepted: bool
    code: str | None
    column: str | None
    message: str
    amount_cents: int | None
    proposal: Proposal | None


class Verdicts(BaseModel):
    """A verdict for each record, in their order."""

    rows: list[RowVerdict]


class Correction(BaseModel):
    """What became of every record that was sent: the parts add up to `records`."""

    upload_id: UUID | None = Field(description="The correction; None when it mended nothing.")
    corrects: UUID
    records: int
    accepted: int
    rejected: int = Field(description="Refused again; in the open with their new reasons.")
    duplicates: int = Field(description="Billed already: mended too, but for the conflicts.")
    conflicts: int = Field(description="Of the duplicates: billed with other values; in the open.")
    amount_cents: int = Field(description="Of what was accepted.")
    untouched: int = Field(description="As they stood, and so in the open as before.")
    mended_before: int = Field(description="Mended earlier, or sent twice; nothing was added.")
    unknown: int = Field(description="No such reject, or cells that cannot be told.")
    rejected_open: int = Field(description="Of the whole file, now.")


#: For routes that read the body themselves, so that it is bounded.
ROWS_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["rows"],
                    "additionalProperties": False,
                    "properties": {
                        "rows": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": ROWS_MAX,
                            "items": {
                                "type": "object",
                                "required": ["line", "cells"],
                                "additionalProperties": False,
                                "properties": {
                                    "line": {"type": "integer", "minimum": 1},
                                    "cells": {
                                        "type": "object",
                                        "additionalProperties": {
                                            "type": "string",
                                            "maxLength": CELL_CHARACTERS_MAX,
                                        },
                                    },
                                },
                            },
                        }
                    },
                }
            }
        },
    }
}
