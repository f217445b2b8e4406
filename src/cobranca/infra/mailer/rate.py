"""The bound on mails a second that all workers share: a bucket of slots in the database.

A slot is for at most 1 % of a second's mails, and slots lie so far apart that no second holds more
than the limit and one slot. Each mail looks at the clock right before its envelope is written, and
takes another slot when it is late: mails that piled up behind a stall must not leave together.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from cobranca.domain.errors import Transient
from cobranca.infra.db import fetch_one
from cobranca.infra.log import get_logger
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from cobranca.infra.db import Database

log = get_logger()
QUERIES = load_queries("cobranca.infra")

#: How late a slot may still be used, in seconds: for the database's answer and this process's own
#: delays. Slots are this part further apart, so that a second that begins with a mail that was late
#: and ends with one that was not holds no more than another.
_LATE_S = 0.02
#: Slots that one mail has missed in a row after which it goes all the same, lest it never does.
_MISSED_MAX = 20
#: How long before its slot a handover begins to be written down.
_LEAD_S = 0.05


class Slot(NamedTuple):
    """When some mails may be handed over, in seconds of the running loop's clock."""

    opens_s: float
    closes_s: float


class MailRate:
    """Hands out slots for mails; as many of these as there are workers share one row."""

    def __init__(self, database: Database, per_second: float, *, transport: str = "smtp") -> None:
        """Prepare to hand out slots.

        Args:
            database: where the workers meet.
            per_second: mails a second that all of them may hand over, > 0.
            transport: names the row.
        """
        self._database = database
        self._per_second = per_second
        self._transport = transport
        self._waiting: deque[asyncio.Future[Slot]] = deque()
        self._serving: asyncio.Task[None] | None = None

    @property
    def mails_max(self) -> int:
        """How many mails one slot is for, at most."""
        return max(1, int(self._per_second / 100))

    async def approach(self) -> Slot:
        """Reserve a slot for one mail, wait until it is near, and return it."""
        slot = await self._reserve(1)
        await _sleep_until(slot.opens_s - _LEAD_S)
        return slot

    async def take(self, slot: Slot | None = None) -> None:
        """Wait until one mail may be handed over; then it must be, at once.

        Args:
            slot: the mail's own, if it has one; missed, another is waited for.
        """
        for _ in range(_MISSED_MAX):
            slot = slot or await self._next_slot()
            await _sleep_until(slot.opens_s)
            if _now_s() <= slot.closes_s:
                return
            slot = None
        log.warning("mail_slots_missed", slots=_MISSED_MAX)

    async def _next_slot(self) -> Slot:
        """Wait for a slot that this process reserves for as many mails as wait here."""
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())
        return await place

    async def _serve(self) -> None:
        while self._waiting:
            count = min(len(self._waiting), self.mails_max)
            places = [self._waiting.popleft() for _ in range(count)]
            try:
                slot = await self._reserve(count)
            except Transient as error:
                _fail(places, error)
                continue
            await _sleep_until(slot.opens_s)
            for place in places:
                if not place.done():
                    place.set_result(slot)

    async def _reserve(self, count: int) -> Slot:
        async with self._database.transaction() as connection:
            asked_s = _now_s()
            row = await fetch_one(
                connection,
                QUERIES["reserve_mails"],
                transport=self._transport,
                spacing_s=count / self._per_second * (1 + _LATE_S),
            )
            if row is None:
                raise LookupError(f"mail_rate has no row for {self._transport}")
            # The database read its clock some time between the question and the answer.
            return Slot(_now_s() + row["wait_s"], asked_s + row["wait_s"] + _LATE_S)


def _fail(places: list[asyncio.Future[Slot]], error: Exception) -> None:
    for place in places:
        if not place.done():
            place.set_exception(error)


def _now_s() -> float:
    return asyncio.get_running_loop().time()


async def _sleep_until(at_s: float) -> None:
    wait_s = at_s - _now_s()
    if wait_s > 0:
        await asyncio.sleep(wait_s)
