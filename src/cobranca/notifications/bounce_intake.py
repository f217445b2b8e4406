"""What an API process holds to take in mails that came back."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.http.limits import ConcurrencyLimit
from cobranca.notifications.bounce_reader import WAITING_MAX, BounceReader

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceIntake:
    """Who reads them, and how many may come at once: a sender may be slow, and a message large."""

    reader: BounceReader
    limit: ConcurrencyLimit


@asynccontextmanager
async def opened_bounce_intake() -> AsyncGenerator[BounceIntake]:
    """Begin with nothing in hand; end the reading process at the end."""
    limit = ConcurrencyLimit(
        WAITING_MAX,
        code="BOUNCES_BUSY",
        detail="As many messages as fit are being taken; again after Retry-After",
    )
    intake = BounceIntake(reader=BounceReader(), limit=limit)
    try:
        yield intake
    finally:
        await intake.reader.aclose()
