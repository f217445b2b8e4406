"""What goes out: billings that a filter means, streamed batch by batch in flat memory.

Between batches no connection is held: a reader who is slow keeps nobody waiting, and who stalls is
cut off by the server of the API.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from cobranca.billings.listing.repository import (
    BATCHES_MAX,
    Place,
    next_batches,
    prefer_own_plans,
)
from cobranca.billings.listing.walk import seek, walk
from cobranca.billings.out import repository
from cobranca.billings.out.columns import Columns, columns_of
from cobranca.billings.out.csv_text import csv_head, csv_lines
from cobranca.billings.out.workbook import ROWS_MAX, WorkbookWriter
from cobranca.domain.errors import InputError
from cobranca.domain.spreadsheet import BYTE_ORDER_MARK
from cobranca.pipeline.issuing_terms import get_profile

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cobranca.billings.listing.filter import BillingFilter
    from cobranca.billings.listing.walk import Found, Sought, Source
    from cobranca.infra.db import Database
    from cobranca.pipeline.issuing_terms import Profile


async def sought_of(database: Database, beneficiary_id: int, wanted: BillingFilter) -> Sought:
    """Return what a filter means.

    Raises:
        NotFound: the beneficiary has no such upload, or no such payer.
    """
    async with database.transaction() as connection:
        return await seek(connection, beneficiary_id, wanted)


async def stream_csv(database: Database, source: Source, delimiter: str) -> AsyncGenerator[bytes]:
    """Yield a CSV of a source's billings."""
    yield BYTE_ORDER_MARK + csv_head(delimiter)
    async with aclosing(_Reading(database, source).columns()) as batches:
        async for columns in batches:
            yield await asyncio.to_thread(csv_lines, columns, delimiter)


async def check_sheet_has_room(database: Database, sought: Sought) -> None:
    """Refuse more billings than a sheet has rows for.

    Raises:
        InputError: EXPORT_TOO_LARGE.
    """
    if await _more_than(database, sought, ROWS_MAX):
        raise _sheet_is_full()


def check_sheet(count: int) -> None:
    """Refuse more billings than a sheet has rows for, as they were counted.

    Raises:
        InputError: EXPORT_TOO_LARGE.
    """
    if count > ROWS_MAX:
        raise _sheet_is_full()


def _sheet_is_full() -> InputError:
    detail = f"A sheet has room for {ROWS_MAX:,} billings: ask for less, or for the CSV"
    return InputError(detail, code="EXPORT_TOO_LARGE")


async def stream_workbook(database: Database, source: Source) -> AsyncGenerator[bytes]:
    """Yield a workbook of a source's billings; what comes over a sheet's room is left out."""
    writer = await asyncio.to_thread(WorkbookWriter)
    rows = 0
    async with aclosing(_Reading(database, source).columns()) as batches:
        async for columns in batches:
            rows += len(columns.lines)
            if rows > ROWS_MAX:
                break
            yield await asyncio.to_thread(writer.add, columns)
    yield await asyncio.to_thread(writer.end)


async def _more_than(database: Database, sought: Sought, rows_max: int) -> bool:
    """Whether more is sought; looks into batches only where all of them would be more."""
    async with database.transaction() as connection:
        batches = await next_batches(connection, sought, after=Place(), batches_max=BATCHES_MAX)
    if sum(batch.total for batch in batches) <= rows_max:
        return False
    rows = 0
    async with aclosing(walk(database, sought)) as found:
        async for each in found:
            rows += each.count
            if rows > rows_max:
                return True
    return False


class _Reading:
    """Reads billings in columns, the next batch while the last one is written."""

    def __init__(self, database: Database, source: Source) -> None:
        self._database, self._source = database, source
        self._profiles: dict[int, Profile] = {}
        #: The file that was come to last: files are walked one after another.
        self._file: tuple[int, str] = (0, "")

    async def columns(self) -> AsyncGenerator[Columns]:
        found = self._source.walk()
        ahead = asyncio.create_task(self._next(found))
        try:
            while (columns := await ahead) is not None:
                ahead = asyncio.create_task(self._next(found))
                yield columns
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)
            await found.aclose()

    async def _next(self, found: AsyncGenerator[Found]) -> Columns | None:
        """Return the next batch's columns; one that was purged has none, and is passed over."""
        async for each in found:
            columns = await self._read(each)
            if columns.lines:
                return columns
        return None

    async def _read(self, each: Found) -> Columns:
        batch = each.batch
        async with self._database.transaction() as connection:
            if batch.profile_id not in self._profiles:
                self._profiles[batch.profile_id] = await get_profile(connection, batch.profile_id)
            if self._file[0] != batch.upload_id:
                names = await repository.list_files(
                    connection,
                    beneficiary_id=self._source.beneficiary_id,
                    upload_ids=[batch.upload_id],
                )
                self._file = (batch.upload_id, names[batch.upload_id])
            await prefer_own_plans(connection)
            row = await repository.read_columns(
                connection, each, beneficiary_id=self._source.beneficiary_id
            )
        return await asyncio.to_thread(
            columns_of,
            row,
            self._profiles[batch.profile_id],
            file_name=self._file[1],
            issued_on=batch.issued_on,
        )
