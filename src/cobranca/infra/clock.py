"""The day that due dates are held against. Leases use the database's clock, never this one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def now() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC)


def local_now() -> datetime:
    """Return the time of day in America/Sao_Paulo, without a zone, as files for a bank have it."""
    return datetime.now(SAO_PAULO).replace(tzinfo=None, microsecond=0)


def today() -> date:
    """Return today's date in America/Sao_Paulo, whatever zone the machine is in."""
    return datetime.now(SAO_PAULO).date()
