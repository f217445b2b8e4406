"""Who sends keys that are wrong: slowed down more with each, told to the log, and forgotten."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass

from cobranca.infra.telemetry import KeyRefused, emit

_FIRST_DELAY_S = 0.1
_DELAY_S_MAX = 2.0
#: Peers that are remembered at once, and for how long; who is silent longest goes first.
_PEERS_MAX = 1024
_REMEMBERED_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    count: int
    at: float


class WrongKeys:
    """Counts the refused keys of each peer, in bounded memory.

    The right key is never delayed, from whichever peer: behind a proxy all of them are one.
    """

    def __init__(self) -> None:
        """Know nobody."""
        self._peers: OrderedDict[str, _Refused] = OrderedDict()

    def refused(self, peer: str) -> float:
        """Count one more, and return for how long its answer is to be kept back, in seconds."""
        now = time.monotonic()
        before = self._peers.pop(peer, None)
        known = before is not None and now - before.at < _REMEMBERED_S
        count = before.count + 1 if before is not None and known else 1
        self._peers[peer] = _Refused(count=count, at=now)
        if len(self._peers) > _PEERS_MAX:
            self._peers.popitem(last=False)
        if count.bit_count() == 1:  # 1, 2, 4, 8 ...: guessing does not fill the log.
            emit(KeyRefused(peer=peer, refused=count))
        return min(_DELAY_S_MAX, _FIRST_DELAY_S * 2 ** min(count - 1, 10))
