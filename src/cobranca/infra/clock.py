"""The day that due dates are held against. Leases use the database's clock, never this one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
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


def day_begins(day: date) -> datetime:
    """Return the first instant of a day in America/Sao_Paulo, in UTC."""
    return datetime.combine(day, time(), SAO_PAULO).astimezone(UTC)


def day_ends(day: date) -> datetime | None:
    """Return the first instant after a day there; None: it is the last day that there is."""
    return day_begins(day + timedelta(days=1)) if day < date.max else None
