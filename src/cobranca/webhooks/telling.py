"""The work on one endpoint: gathers facts, delivers what is due, and lays itself by.

Its subject is the endpoint, so that one worker at a time calls it. It never ends while the
endpoint is switched on. What was sent and not written down, at a death, is sent once more.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from cobranca.domain.webhook import pause_s
from cobranca.infra.telemetry import WebhooksDelivered, WebhookSwitchedOff, emit
from cobranca.pipeline import lease
from cobranca.pipeline.crashpoint import crashpoint
from cobranca.webhooks import repository
from cobranca.webhooks.delivering import Caller, is_gone, is_taken
from cobranca.webhooks.gathering import gather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.infra.db import Connection
    from cobranca.infra.resources import Resources
    from cobranca.pipeline.lease import Work
    from cobranca.webhooks.repository import DueRow, EndpointRow, Outcome

#: The kind of work that tells an endpoint.
TELL: Final = "tell"
#: So much may wait for one endpoint; further facts stay where they are until there is room.
PENDING_MAX: Final = 5000
#: Keys that a call is signed with at the most.
KEYS_MAX: Final = 4
_GATHERED_MAX: Final = 1000
_CALLS_MAX: Final = 64
_CALLS_AT_ONCE: Final = 8
#: One endpoint's turn: then another has one.
_TURN_S: Final = 20.0
_DELETED_MAX: Final = 5000


async def tell_endpoint(resources: Resources, work: Work) -> None:
    """Give an endpoint its turn."""
    endpoint = await _begin(resources, work)
    if endpoint is None:
        return
    ends = time.monotonic() + _TURN_S
    delivered = failed = 0
    more = await _gather(resources, work)
    while time.monotonic() < ends:
        outcomes = await _call_due(resources, work)
        delivered += sum(map(is_taken, outcomes))
        failed += sum(not is_taken(each) for each in outcomes)
        if outcomes and not any(map(is_taken, outcomes)):
            break
        if not outcomes:
            if not more:
                break
            more = await _gather(resources, work)
    if delivered or failed:
        emit(WebhooksDelivered(endpoint_id=endpoint.id, delivered=delivered, failed=failed))
    await _lay_by(resources, work)


async def _begin(resources: Resources, work: Work) -> EndpointRow | None:
    """Return the endpoint; None when it wants nothing, and the work on it has ended."""
    while True:
        async with resources.database.transaction() as connection:
            await lease.lock(connection, work)
            endpoint = await repository.get_endpoint(connection, work.subject_id)
            if endpoint is None or (endpoint.switched_off_at and not endpoint.deleted_at):
                await lease.finish(connection, work)
                return None
            if endpoint.deleted_at is None:
                return endpoint
            if not await repository.delete_some(connection, endpoint.id, rows_max=_DELETED_MAX):
                await repository.delete_endpoint(connection, endpoint.id)
                await lease.finish(connection, work)
                return None


async def _gather(resources: Resources, work: Work) -> bool:
    hooks = resources.settings.hooks
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        endpoint = await repository.get_endpoint(connection, work.subject_id)
        if endpoint is None or endpoint.deleted_at or endpoint.switched_off_at:
            return False
        await repository.delete_ended(
            connection, endpoint.id, days=hooks.kept_days, rows_max=_DELETED_MAX
        )
        pending = await repository.count_pending(connection, endpoint.id, rows_max=PENDING_MAX)
        if pending >= PENDING_MAX:
            return False
        return await gather(connection, endpoint, settle_s=hooks.settle_s, rows_max=_GATHERED_MAX)


async def _call_due(resources: Resources, work: Work) -> Sequence[Outcome]:
    """Make the calls whose time has come, a few at once, and write down what became of them."""
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        endpoint = await repository.get_endpoint(connection, work.subject_id)
        if endpoint is None or endpoint.deleted_at or endpoint.switched_off_at:
            return ()
        due = await _due(connection, endpoint)
        keys = await repository.list_secrets(connection, endpoint.id, rows_max=KEYS_MAX)
    if not due:
        return ()
    caller = Caller(url=endpoint.url, keys=keys, settings=resources.settings.hooks)
    outcomes = await _made(caller, due)
    crashpoint("webhooks-answered")
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        await repository.settle(connection, outcomes)
        await _judge(resources, connection, endpoint, outcomes)
    return outcomes


async def _made(caller: Caller, due: Sequence[DueRow]) -> list[Outcome]:
    """Make calls, a few at once; none further when all of those have failed."""
    outcomes: list[Outcome] = []
    for first in range(0, len(due), _CALLS_AT_ONCE):
        made = await asyncio.gather(*map(caller.deliver, due[first : first + _CALLS_AT_ONCE]))
        outcomes += made
        if any(map(is_gone, made)) or not any(map(is_taken, made)):
            break
    return outcomes


async def _due(connection: Connection, endpoint: EndpointRow) -> list[DueRow]:
    """Return some of what is due; one alone for an endpoint that took nothing of late."""
    return await repository.find_due(
        connection,
        endpoint.id,
        # With what ties, and trials, there may be more than the bound.
        pending_max=2 * PENDING_MAX,
        rows_max=_CALLS_MAX if endpoint.failing_since is None else 1,
    )


async def _judge(
    resources: Resources, connection: Connection, endpoint: EndpointRow, outcomes: Sequence[Outcome]
) -> None:
    """Switch an endpoint off that is gone, or that has taken nothing for long."""
    why = None
    if any(map(is_gone, outcomes)):
        why = "it answered 410 Gone"
    elif any(map(is_taken, outcomes)):
        await repository.note_success(connection, endpoint.id)
    else:
        failing_s = await repository.note_failure(connection, endpoint.id)
        if failing_s >= resources.settings.hooks.switch_off_s:
            why = f"it has taken nothing for {int(failing_s)} s"
    if why is not None:
        await repository.switch_off(connection, endpoint.id, why)
        emit(WebhookSwitchedOff(endpoint_id=endpoint.id, why=why))


async def _lay_by(resources: Resources, work: Work) -> None:
    """Wait for the next facts, or until what failed may be tried again."""
    async with resources.database.transaction() as connection:
        await lease.lock(connection, work)
        endpoint = await repository.get_endpoint(connection, work.subject_id)
        if endpoint is None or (endpoint.switched_off_at and not endpoint.deleted_at):
            await lease.finish(connection, work)
            return
        next_s = await repository.seconds_to_next(connection, endpoint.id)
        wait_s = resources.settings.hooks.idle_s
        if next_s is not None:
            wait_s = min(wait_s, max(next_s, 0.0))
        if endpoint.failing_since is not None:
            wait_s = float(pause_s(int(await repository.note_failure(connection, endpoint.id))))
        if endpoint.deleted_at is not None:
            wait_s = 0.0
        await lease.lay_by(connection, work, pause_s=wait_s, reason=None)
