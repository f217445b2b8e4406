"""Billings that were found by their inner ids, as they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.billings import repository
from cobranca.billings.shown import billing_of
from cobranca.pipeline.issuing_terms import get_profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.billings.schemas import Billing
    from cobranca.infra.db import Connection


async def read_billings(
    connection: Connection, beneficiary_id: int, billing_ids: Sequence[int]
) -> list[Billing]:
    """Return billings of any files, in the order of the ids."""
    if not billing_ids:
        return []
    rows = await repository.read_found(
        connection, beneficiary_id=beneficiary_id, billing_ids=billing_ids
    )
    profiles = {
        profile_id: await get_profile(connection, profile_id)
        for profile_id in {row.profile_id for row in rows}
    }
    by_id = {row.id: billing_of(row, profiles[row.profile_id]) for row in rows}
    return [by_id[billing_id] for billing_id in billing_ids if billing_id in by_id]
