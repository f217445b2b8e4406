"""The links between payers and billings, by which the search finds: kept true by who deletes.

Features fill and read them (`billings.search`); those that delete billings, or take a person out of
them, unlink them here first, in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.infra.db import Connection, fetch_all
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from collections.abc import Iterable

QUERIES = load_queries("cobranca.pipeline")


async def hold(connection: Connection) -> None:
    """Keep everybody from unlinking until the transaction ends; others may link beside it."""
    await connection.execute(QUERIES["hold_payers"])


async def unlink(connection: Connection, billing_ids: Iterable[int]) -> None:
    """Let the search forget these billings, and payers of whom it knows nothing else.

    The billings still say whose they are.
    """
    await connection.execute(QUERIES["lock_payers"])
    rows = await fetch_all(connection, QUERIES["unlink_billings"], billing_ids=list(billing_ids))
    payer_ids = sorted({row["payer_id"] for row in rows})
    await connection.execute(QUERIES["delete_unlinked_payers"], {"payer_ids": payer_ids})


async def link_address(connection: Connection, *, billing_id: int, email: str) -> None:
    """Let the search find a billing by the address that it has from now on, too."""
    await hold(connection)
    known = {"billing_id": billing_id, "email": email}
    await connection.execute(QUERIES["add_payer_at"], known)
    await connection.execute(QUERIES["link_payer_at"], known)
