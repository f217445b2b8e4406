"""One signed call to an endpoint, and what its answer means."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from cobranca.domain.errors import InvalidField
from cobranca.domain.public_address import target_of
from cobranca.domain.signature import sign
from cobranca.domain.webhook import retry_s
from cobranca.infra.web_call import Answer, post
from cobranca.webhooks.repository import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.infra.hook_settings import HookSettings
    from cobranca.webhooks.repository import DueRow

_GONE: Final = 410
_TAKEN: Final = range(200, 300)
_REDIRECTS: Final = range(300, 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whom calls go to, and what signs them."""

    url: str
    keys: Sequence[bytes]
    settings: HookSettings

    async def deliver(self, due: DueRow) -> Outcome:
        """Make one call and say what becomes of the delivery."""
        body = body_of(due)
        try:
            target = target_of(self.url, private_allowed=self.settings.private_allowed)
        except InvalidField as refused:
            answer = Answer(status=None, text="", error=refused.detail, milliseconds=0)
        else:
            answer = await post(
                target,
                body,
                _headers(due.event_id, body, self.keys),
                timeout_s=self.settings.timeout_s,
                private_allowed=self.settings.private_allowed,
            )
        return _outcome(due, answer, given_up=due.tried_s >= self.settings.retry_s)


def is_gone(outcome: Outcome) -> bool:
    """Whether the endpoint wants nothing more, ever."""
    return outcome.status == _GONE


def is_taken(outcome: Outcome) -> bool:
    """Whether the endpoint has taken the call."""
    return outcome.state == "DELIVERED"


def body_of(due: DueRow) -> bytes:
    """Write the body, which is the same at every attempt."""
    data = dict(due.data)
    if due.debt_id is not None:
        data = {"debt_id": str(due.debt_id), "code": due.code or str(due.debt_id), **data}
    return orjson.dumps(
        {"id": due.event_id, "type": due.type, "timestamp": due.happened_at, "data": data},
        option=orjson.OPT_UTC_Z,
    )


def _headers(call_id: str, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    timestamp = int(time.time())
    signatures = [sign(key, call_id=call_id, timestamp=timestamp, body=body) for key in keys]
    return {
        "content-type": "application/json",
        "user-agent": "Cobranca-Webhooks/1",
        "webhook-id": call_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _outcome(due: DueRow, answer: Answer, *, given_up: bool) -> Outcome:
    taken = answer.status in _TAKEN
    failed = "FAILED" if given_up or answer.status == _GONE else "PENDING"
    error = answer.error
    if answer.status in _REDIRECTS:
        error = "it redirects, which is not followed: give its final address"
    elif not taken and error is None:
        error = f"it answers {answer.status}"
    return Outcome(
        delivery_id=due.id,
        state="DELIVERED" if taken else failed,
        status=answer.status,
        error=None if taken else error,
        answer=answer.text,
        milliseconds=answer.milliseconds,
        retry_s=retry_s(due.attempts + 1, chance_percent=random.randint(0, 100)),  # noqa: S311
    )
