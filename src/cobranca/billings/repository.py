"""The billings' SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from uuid import UUID

QUERIES = load_queries("cobranca.billings")

Row = dict[str, Any]


async def find_upload(connection: Connection, public_id: UUID) -> Row | None:
    """Return an upload's inner id, the date of its removal, and its profile."""
    return await fetch_one(connection, QUERIES["find_upload"], public_id=public_id)


async def remove_billing(connection: Connection, debt_id: UUID) -> bool:
    """Mark a billing as removed; False when it was already."""
    return await fetch_one(connection, QUERIES["remove_billing"], debt_id=debt_id) is not None


async def find_billing(connection: Connection, debt_id: UUID) -> Row | None:
    """Return a billing with its facts, its batch's dates and its profile."""
    return await fetch_one(connection, QUERIES["find_billing"], debt_id=debt_id)


async def list_mail_events(connection: Connection, billing_id: int) -> list[Row]:
    """Return the attempts at a billing's mail that were not the last, and that it came back."""
    return await fetch_all(connection, QUERIES["list_mail_events"], billing_id=billing_id)


async def list_billings(
    connection: Connection,
    *,
    upload_id: int,
    status: str | None,
    search: str | None,
    after: int,
    rows_max: int,
) -> list[Row]:
    """Return an upload's billings by id: those of a status, or with a tax id or e-mail."""
    wanted = {"upload_id": upload_id, "status": status, "after": after, "rows_max": rows_max}
    if search is None:
        return await fetch_all(connection, QUERIES["list_billings"], **wanted)
    return await fetch_all(
        connection,
        QUERIES["search_billings"],
        tax_id="".join(c for c in search.upper() if c.isalnum()),
        email=search.lower(),
        **wanted,
    )
