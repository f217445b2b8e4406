"""Goes through an order's batches, and gives what is ready of them a piece at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cobranca.pipeline.billing_details import NO_DETAILS, read_details
from cobranca.pipeline.issuing_terms import get_profile
from cobranca.remittances import repository
from cobranca.remittances.tally import NOT_ISSUED

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cobranca.infra.db import Connection, Database
    from cobranca.pipeline.billing_details import BillingDetails
    from cobranca.pipeline.issuing_terms import Profile
    from cobranca.remittances.repository import BatchRow
    from cobranca.remittances.tally import TitleRow
    from cobranca.remittances.titles import Chunk, TitleMaker

#: Batches that are looked up at a time.
_BATCHES_MAX: Final = 100


class Gatherer:
    """Reads what an order is about; the maker's tally says what was found."""

    def __init__(
        self, database: Database, maker: TitleMaker, *, beneficiary_id: int, upload_id: int | None
    ) -> None:
        """Read nothing yet; without an upload, all of the beneficiary's are gone through."""
        self._database = database
        self._maker = maker
        self._beneficiary_id = beneficiary_id
        self._upload_id = upload_id
        self._profiles: dict[int, Profile] = {}

    async def chunks(self) -> AsyncGenerator[Chunk]:
        """Yield what is ready, a batch at a time, by billing id."""
        after = 0
        while found := await self._next_batches(after):
            for batch in found:
                chunk = await self._read(batch)
                if chunk is not None:
                    yield chunk
            after = found[-1].id

    async def _next_batches(self, after: int) -> list[BatchRow]:
        async with self._database.transaction() as connection:
            return await repository.list_batches(
                connection,
                beneficiary_id=self._beneficiary_id,
                upload_id=self._upload_id,
                after=after,
                rows_max=_BATCHES_MAX,
            )

    async def _read(self, batch: BatchRow) -> Chunk | None:
        if not batch.issued or batch.issued_on is None:
            if not batch.removed:
                self._maker.tally.hold_unread(NOT_ISSUED, batch.total)
            return None
        async with self._database.transaction() as connection:
            rows, details = await self._read_rows(connection, batch)
            if not rows:
                return None
            profile = await self._profile(connection, batch.profile_id)
        return await asyncio.to_thread(
            self._maker.make, rows, details, profile, issued=batch.issued_on
        )

    async def _read_rows(
        self, connection: Connection, batch: BatchRow
    ) -> tuple[list[TitleRow], dict[int, BillingDetails]]:
        rows = await repository.read_titles(connection, batch, beneficiary_id=self._beneficiary_id)
        if not rows:
            return rows, {}
        ids = {"first_id": rows[0].id, "last_id": rows[-1].id}
        details = await read_details(connection, **ids)
        mended = await repository.read_mended(connection, **ids)
        for billing_id, address in mended.items():
            known = details.get(billing_id, NO_DETAILS)
            details[billing_id] = replace(known, address=address)
        return rows, details

    async def _profile(self, connection: Connection, profile_id: int) -> Profile:
        known = self._profiles.get(profile_id)
        if known is None:
            known = self._profiles[profile_id] = await get_profile(connection, profile_id)
        return known
