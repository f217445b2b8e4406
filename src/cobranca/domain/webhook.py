"""What other systems are told of billings, and when a call that failed is made again.

The rules of addresses are in `public_address`, those of signatures in `signature`.
"""

from __future__ import annotations

import hashlib
from typing import Final, Literal, get_args

EventName = Literal[
    "billing.registered",
    "billing.refused",
    "billing.sent",
    "billing.bounced",
    "billing.paid",
    "billing.reversed",
]
#: What an endpoint can be told; each stands for one fact about one billing.
EVENTS: Final[tuple[EventName, ...]] = get_args(EventName)
#: What a person sends to try an endpoint out.
TEST_EVENT: Final = "webhook.test"

_FIRST_RETRY_S: Final = 10
_RETRY_FACTOR: Final = 3
_RETRY_S_MAX: Final = 6 * 3600
_PERCENT: Final = 100
_JITTER_PERCENT: Final = 20
_PAUSE_S_MIN: Final = 5
_PAUSE_S_MAX: Final = 3600


def event_id(fact: str) -> str:
    """Name the event that a fact is: the same name whenever it is told, and to whomever."""
    return "evt_" + hashlib.sha256(fact.encode()).hexdigest()[:32]


def retry_s(attempts: int, *, chance_percent: int) -> int:
    """Return how many seconds after a failed call it is made again: 10 s, 30 s, ... 6 hours.

    Args:
        attempts: how many have failed, at least 1.
        chance_percent: 0 to 100, by chance: up to a fifth is added, so that calls that failed
            together do not come back together.
    """
    base = min(_FIRST_RETRY_S * _RETRY_FACTOR ** min(attempts - 1, 20), _RETRY_S_MAX)
    return base + base * _JITTER_PERCENT * chance_percent // _PERCENT**2


def pause_s(failing_s: int) -> int:
    """Return how long an endpoint is left alone that has taken nothing for `failing_s` seconds."""
    return max(_PAUSE_S_MIN, min(failing_s // 4, _PAUSE_S_MAX))
