"""The bound on mails a second that all workers share: a token bucket of one, in the database.

Each mail takes a slot of its own, and looks at the clock right before its envelope is written. One
that is late by then takes another: mails that piled up behind a stall must not leave together.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from cobranca.infra.db import Database, fetch_one
from cobranca.infra.log import get_logger
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from cobranca.infra.mailer.transport import Turn

log = get_logger()
QUERIES = load_queries("cobranca.infra")

#: How late a slot may still be used, in seconds. Slots are this part further apart, so that a
#: second that begins with a late mail and ends with a punctual one holds no more than another.
_LATE_S = 0.02
#: Slots that one mail has missed in a row after which it goes all the same, lest it never does.
_MISSED_MAX = 20
#: How long before its slot a handover begins to be written down.
_LEAD_S = 0.05


class Slot(NamedTuple):
    """When a mail may be handed over, in seconds of the running loop's clock."""

    opens_s: float
    closes_s: float


class MailRate:
    """Hands out slots for mails; as many of these as there are workers share one row."""

    def __init__(self, database: Database, per_second: float, *, transport: str = "smtp") -> None:
        """Keep to so many mails a second of all workers together, by the row of a transport."""
        self._database = database
        self._spacing_s = (1 + _LATE_S) / per_second
        self._transport = transport

    async def approach(self) -> Turn:
        """Wait until a slot is near; return what to await before each mail of a chunk.

        The slot is the first mail's. It is near enough for the chunk to be written down meanwhile.
        """
        slot = await self._reserve()
        await _sleep_until(slot.opens_s - _LEAD_S)
        reserved = [slot]

        async def turn() -> None:
            await self.take(reserved.pop() if reserved else None)

        return turn

    async def take(self, slot: Slot | None = None) -> None:
        """Wait until one mail may be handed over, in its slot or another; then it must be."""
        for _ in range(_MISSED_MAX):
            slot = slot or await self._reserve()
            await _sleep_until(slot.opens_s)
            if _now_s() <= slot.closes_s:
                return
            slot = None
        log.warning("mail_slots_missed", slots=_MISSED_MAX)

    async def _reserve(self) -> Slot:
        async with self._database.transaction() as connection:
            asked_s = _now_s()
            row = await fetch_one(
                connection,
                QUERIES["reserve_mail"],
                transport=self._transport,
                spacing_s=self._spacing_s,
            )
            if row is None:
                raise LookupError(f"mail_rate has no row for {self._transport}")
            # The database read its clock some time between the question and the answer.
            return Slot(_now_s() + row["wait_s"], asked_s + row["wait_s"] + _LATE_S)


def _now_s() -> float:
    return asyncio.get_running_loop().time()


async def _sleep_until(at_s: float) -> None:
    wait_s = at_s - _now_s()
    if wait_s > 0:
        await asyncio.sleep(wait_s)
