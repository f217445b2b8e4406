"""How many mails of one recipient's domain may be under way: fewer after it says "not now".

Additive increase, multiplicative decrease: what a chunk brought back halves the domain's window
once, or widens it by about one mail a window. A domain that still says "not now" to one mail at a
time is left alone for a while, and its mails are put off without being offered.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from cobranca.domain.mail_reply import State
from cobranca.infra.mailer.transport import Outcome

#: How long a domain is left alone the first time; doubled each time until it takes a mail again.
_REST_S = 10.0
_REST_S_MAX = 3600.0
#: What was learned of a domain counts for so long.
_KNOWN_S = 3600.0
#: Windows that are kept at most, beside those with mails under way.
_WINDOWS_MAX = 10_000
#: Subjects of RFC 3463 that are about the one address, mailbox or message, not about the domain.
_OF_ONE_MAIL = frozenset("126")


@dataclass(slots=True)
class _Window:
    """What is known of one domain that has mails under way or has put some off."""

    mails: float
    under_way: int = 0
    #: Of the running loop's clock; until then nothing is offered.
    rests_until_s: float = 0.0
    rest_s: float = _REST_S
    learned_s: float = 0.0


class Domains:
    """The windows of all domains, for all deliveries of a process. Full ones are not kept."""

    def __init__(self, mails_max: int) -> None:
        """Prepare; no window is wider than `mails_max`."""
        self._mails_max = mails_max
        self._windows: dict[str, _Window] = {}
        self._changed = asyncio.Event()

    def enter(self, domain: str) -> bool:
        """Count one more mail as under way, if the window has room for it."""
        window = self._windows.get(domain)
        if window is None or (window.under_way == 0 and window.learned_s + _KNOWN_S < _now_s()):
            window = self._windows[domain] = _Window(self._mails_max)
        if window.under_way >= max(1, int(window.mails)):
            return False
        window.under_way += 1
        return True

    def rests(self, domain: str) -> bool:
        """Whether the domain is left alone now."""
        window = self._windows.get(domain)
        return window is not None and window.rests_until_s > _now_s()

    def leave(self, outcomes: Sequence[tuple[str, Outcome | None]]) -> None:
        """Learn from the mails of a chunk; None = it was not offered."""
        domains = {domain for domain, _ in outcomes}
        for domain in domains:
            told = [outcome for other, outcome in outcomes if other == domain]
            self._learn(domain, told)
        self.wake()

    def wake(self) -> None:
        """Let whoever waits look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self) -> None:
        """Wait until a chunk has come back."""
        await self._changed.wait()

    def _learn(self, domain: str, told: Sequence[Outcome | None]) -> None:
        window = self._windows[domain]
        window.under_way -= len(told)
        window.learned_s = _now_s()
        if any(outcome is not None and puts_domain_off(outcome) for outcome in told):
            self._narrow(window)
        else:
            taken = sum(outcome is not None and outcome.state is State.SENT for outcome in told)
            window.mails = min(self._mails_max, window.mails + taken / max(1.0, window.mails))
            if taken:
                window.rest_s = _REST_S
        full = window.mails >= self._mails_max or len(self._windows) > _WINDOWS_MAX
        if window.under_way == 0 and full:
            del self._windows[domain]

    def _narrow(self, window: _Window) -> None:
        if window.mails > 1:
            window.mails = max(1.0, window.mails / 2)
            return
        now_s = _now_s()
        if window.rests_until_s <= now_s:
            window.rests_until_s = now_s + window.rest_s
            window.rest_s = min(window.rest_s * 2, _REST_S_MAX)


def puts_domain_off(outcome: Outcome) -> bool:
    """Tell a server that wants less of a domain from one that speaks of a mailbox or a message."""
    if outcome.state is not State.DEFERRED or outcome.reply_code is None:
        return False
    code = outcome.enhanced_code
    return code is None or code[2:3] not in _OF_ONE_MAIL


def _now_s() -> float:
    return asyncio.get_running_loop().time()


class Queue:
    """The mails of one delivery that wait for their domains, by place; in order where it can be."""

    def __init__(self, domains: Domains, recipients: Sequence[str]) -> None:
        """Queue mails by the domain of each recipient's address."""
        self._domains = domains
        self._domain_of = [address.rpartition("@")[2].lower() for address in recipients]
        self._waiting = deque(range(len(recipients)))
        self._held: dict[str, deque[int]] = {}

    def __bool__(self) -> bool:
        """Whether any mail waits."""
        return bool(self._waiting or self._held)

    def take(self, count: int) -> list[int]:
        """Return the places of mails that may leave now, at most `count`; they are under way."""
        taken: list[int] = []
        for domain in list(self._held):
            self._take_from(self._held[domain], count, taken)
            if not self._held[domain]:
                del self._held[domain]
        while self._waiting and len(taken) < count:
            place = self._waiting.popleft()
            domain = self._domain_of[place]
            if domain not in self._held and self._may_leave(domain):
                taken.append(place)
            else:
                self._held.setdefault(domain, deque()).append(place)
        return taken

    def take_resting(self) -> list[int]:
        """Return the places of mails to domains that are left alone now."""
        resting: list[int] = []
        for domain in [domain for domain in self._held if self._domains.rests(domain)]:
            resting += self._held.pop(domain)
        return resting

    def leave(self, places: Sequence[int], outcomes: Sequence[Outcome | None]) -> None:
        """Tell what became of mails that were taken."""
        told = [
            (self._domain_of[place], outcome)
            for place, outcome in zip(places, outcomes, strict=True)
        ]
        self._domains.leave(told)

    async def changed(self) -> None:
        """Wait until a mail may leave that could not before, or `wake` is called."""
        await self._domains.changed()

    def wake(self) -> None:
        """Let whoever waits look again."""
        self._domains.wake()

    def _take_from(self, held: deque[int], count: int, taken: list[int]) -> None:
        while held and len(taken) < count and self._may_leave(self._domain_of[held[0]]):
            taken.append(held.popleft())

    def _may_leave(self, domain: str) -> bool:
        return not self._domains.rests(domain) and self._domains.enter(domain)
