"""The rejects' file that a person mends: in the columns and the order of the file they are of."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from cobranca.domain.errors import InvalidField
from cobranca.domain.spreadsheet import BYTE_ORDER_MARK, csv_line
from cobranca.domain.text_workbook import SHEET_ROWS_MAX, TextWorkbook
from cobranca.infra.local_files import new_held_file
from cobranca.uploads.rejects import repository
from cobranca.uploads.rejects.sent_file import LINE_NAMES, REASON_NAMES
from cobranca.uploads.rejects.service import columns_of, find_corrected

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from cobranca.infra.db import Database

Language = Literal["pt", "en"]
#: What the file is called; `service` knows it by that when it comes back.
FILE_NAMES: Final = {"pt": "rejeitadas", "en": "rejects"}
_SHEETS: Final = {"pt": "Rejeitadas", "en": "Rejects"}
_CHUNK_BYTES: Final = 1 << 18


def language_of(accepted: str | None) -> Language:
    """Return in which language our two columns are called, by an Accept-Language header."""
    first = (accepted or "").split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "pt"


async def stream_csv(
    database: Database,
    beneficiary_id: int,
    public_id: UUID,
    *,
    delimiter: str | None,
    language: Language,
) -> AsyncIterator[bytes]:
    """Yield the rejects in the open as a CSV of the file's form, or with another delimiter."""
    async with database.transaction() as connection:
        corrected = await find_corrected(connection, beneficiary_id, public_id)
        columns = columns_of(corrected)
        sign = delimiter or columns.delimiter
        yield BYTE_ORDER_MARK
        ours = (LINE_NAMES[language], REASON_NAMES[language])
        yield csv_line([*columns.names, *ours], delimiter=sign)
        async for row in repository.stream_open_rejects(connection, upload_id=corrected.id):
            cells = columns.cells_of(row.standing)
            yield csv_line([*cells, str(row.line_number), row.message], delimiter=sign)


async def stream_workbook(
    database: Database,
    beneficiary_id: int,
    public_id: UUID,
    *,
    folder: Path,
    language: Language,
) -> AsyncIterator[bytes]:
    """Yield the rejects in the open as an .xlsx; the cell at fault is pointed at.

    Raises:
        InvalidField: more than a sheet has rows.
    """
    with new_held_file(folder, suffix=".xlsx") as file:
        path = Path(file.name)
        try:
            async with database.transaction() as connection:
                corrected = await find_corrected(connection, beneficiary_id, public_id)
                columns = columns_of(corrected)
                ours = (LINE_NAMES[language], REASON_NAMES[language])
                names = [*columns.names, *ours]
                book = TextWorkbook(file, sheet=_SHEETS[language], names=names)
                async for row in repository.stream_open_rejects(connection, upload_id=corrected.id):
                    cells = columns.cells_of(row.standing)
                    marked = columns.position_of(row.column_name, cells)
                    book.add([*cells, row.line_number, row.message], marked=marked)
            book.close()
            file.seek(0)
            while piece := await asyncio.to_thread(file.read, _CHUNK_BYTES):
                yield piece
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)


async def check_length(database: Database, beneficiary_id: int, public_id: UUID) -> None:
    """Let pass what one sheet has room for.

    Raises:
        NotFound: the beneficiary has no such upload.
        InvalidField: REJECTS_TOO_MANY.
    """
    async with database.transaction() as connection:
        corrected = await find_corrected(connection, beneficiary_id, public_id)
    if corrected.rejected - corrected.rejects_mended >= SHEET_ROWS_MAX:
        detail = f"A sheet has room for {SHEET_ROWS_MAX - 1} records: ask for form=csv"
        raise InvalidField("form", detail, code="REJECTS_TOO_MANY")
