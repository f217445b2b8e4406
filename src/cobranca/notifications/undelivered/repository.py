"""The SQL of mails that did not arrive, over all files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.undelivered import BOUNCED
from cobranca.infra.db import Connection, fetch_all
from cobranca.infra.sql import load_queries
from cobranca.notifications.rows import UndeliveredRow

if TYPE_CHECKING:
    from datetime import date, datetime

QUERIES = load_queries("cobranca.notifications.undelivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """When mails had their outcomes: days in São Paulo, both included; None = open."""

    since: date | None = None
    to: date | None = None
    #: No newer than this instant.
    until: datetime | None = None


async def list_undelivered(
    connection: Connection,
    *,
    beneficiary_id: int,
    state: str,
    period: Period,
    after: int,
    rows_max: int,
) -> list[UndeliveredRow]:
    """Return the next mails of a state by billing: FAILED, UNCERTAIN, or BOUNCED."""
    known = {
        "beneficiary_id": beneficiary_id,
        "since": period.since,
        "to": period.to,
        "until": period.until,
        "after": after,
        "rows_max": rows_max,
    }
    if state == BOUNCED:
        return await fetch_all(connection, QUERIES["list_returned"], row=UndeliveredRow, **known)
    return await fetch_all(
        connection, QUERIES["list_unsent"], row=UndeliveredRow, state=state, **known
    )
