"""The suppression list as people see it: addresses that a mail server refused for good."""

from __future__ import annotations

from cobranca.domain.errors import NotFound
from cobranca.infra.db import Database, cut_page
from cobranca.notifications import repository
from cobranca.notifications.schemas import Suppression, SuppressionsPage


async def list_suppressions(
    database: Database, beneficiary_id: int, *, email: str | None, after: int | None, limit: int
) -> SuppressionsPage:
    """Return a page of a beneficiary's suppressed addresses, newest first, or the one asked for."""
    async with database.transaction() as connection:
        rows = await repository.list_suppressions(
            connection,
            beneficiary_id=beneficiary_id,
            email=email,
            before=after,
            rows_max=limit + 1,
        )
    page, after_page = cut_page(rows, limit)
    return SuppressionsPage(
        records=[
            Suppression(id=row.id, email=row.email, createdat=row.at, reason=row.reason)
            for row in page
        ],
        next=after_page,
    )


async def remove_suppression(database: Database, beneficiary_id: int, suppression_id: int) -> None:
    """Allow mails to an address again. Those that failed meanwhile are not sent by it.

    Raises:
        NotFound: it is not on the beneficiary's list.
    """
    async with database.transaction() as connection:
        if not await repository.remove_suppression(
            connection, beneficiary_id=beneficiary_id, suppression_id=suppression_id
        ):
            raise NotFound(f"There is no suppression {suppression_id}")
