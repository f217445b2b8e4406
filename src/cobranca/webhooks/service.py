"""Endpoints as a person manages them: made, changed, tried, their secrets and their log."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Final

from cobranca.domain.errors import Conflict, NotFound
from cobranca.domain.events import WorkReady
from cobranca.domain.public_address import target_of
from cobranca.domain.webhook import TEST_EVENT, event_id
from cobranca.infra.db import cut_page
from cobranca.pipeline import groups
from cobranca.webhooks import repository
from cobranca.webhooks.schemas import (
    Attempt,
    Attempts,
    CreatedWebhook,
    DeliveriesPage,
    Delivery,
    ListedWebhook,
    Webhook,
    Webhooks,
    WebhookSecret,
)
from cobranca.webhooks.telling import PENDING_MAX, TELL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from cobranca.infra.db import Connection, Database
    from cobranca.infra.resources import Resources
    from cobranca.webhooks.repository import DeliveryRow, EndpointRow
    from cobranca.webhooks.schemas import NewWebhook, WebhookChange

ENDPOINTS_MAX: Final = 20
_KEY_BYTES: Final = 32
#: Trials and repeated deliveries may wait beside what was gathered, up to here.
_WAITING_MAX: Final = 2 * PENDING_MAX


async def add(resources: Resources, beneficiary_id: int, new: NewWebhook) -> CreatedWebhook:
    """Add an endpoint, and set the work on it going.

    Raises:
        InvalidField: the URL may not be called.
        Conflict: there are as many as may be.
    """
    _check(resources, new.url)
    key = secrets.token_bytes(_KEY_BYTES)
    async with resources.database.transaction() as connection:
        await repository.lock_endpoints(connection, beneficiary_id)
        there = await repository.list_endpoints(connection, beneficiary_id, counted_max=0)
        if len(there) >= ENDPOINTS_MAX:
            detail = f"There are {ENDPOINTS_MAX} webhooks, the most there can be: delete one"
            raise Conflict(detail, code="WEBHOOKS_TOO_MANY")
        group_id = await groups.open_group(connection)
        row = await repository.add_endpoint(
            connection,
            beneficiary_id=beneficiary_id,
            url=new.url,
            events=_unique(new.events),
            group_id=group_id,
        )
        await repository.add_secret(connection, row.id, key, overlap_s=0)
        await groups.add_work(connection, group_id, TELL, [row.id])
    await _wake(resources)
    return CreatedWebhook(**_webhook(row).model_dump(), secret=_shown(key))


async def list_all(database: Database, beneficiary_id: int) -> Webhooks:
    """Return a beneficiary's endpoints."""
    async with database.transaction() as connection:
        rows = await repository.list_endpoints(connection, beneficiary_id, counted_max=_WAITING_MAX)
    return Webhooks(
        records=[ListedWebhook(**_webhook(row).model_dump(), pending=row.pending) for row in rows]
    )


async def get(database: Database, beneficiary_id: int, public_id: UUID) -> Webhook:
    """Return an endpoint.

    Raises:
        NotFound: the beneficiary has no such webhook.
    """
    async with database.transaction() as connection:
        return _webhook(await _find(connection, beneficiary_id, public_id))


async def change(
    resources: Resources, beneficiary_id: int, public_id: UUID, wish: WebhookChange
) -> Webhook:
    """Change an endpoint; switched on again, it goes on from where it stood.

    Raises:
        InvalidField: the URL may not be called.
        NotFound: the beneficiary has no such webhook.
    """
    if wish.url is not None:
        _check(resources, wish.url)
    async with resources.database.transaction() as connection:
        row = await _find(connection, beneficiary_id, public_id)
        await repository.change_endpoint(
            connection,
            row.id,
            url=wish.url or row.url,
            events=row.events if wish.events is None else _unique(wish.events),
            active=row.switched_off_at is None if wish.active is None else wish.active,
        )
        row = await _find(connection, beneficiary_id, public_id)
        await groups.restart(connection, TELL, [row.id])
    await _wake(resources)
    return _webhook(row)


async def remove(resources: Resources, beneficiary_id: int, public_id: UUID) -> None:
    """Delete an endpoint: no call begins any more; its log goes bit by bit.

    Raises:
        NotFound: the beneficiary has no such webhook.
    """
    async with resources.database.transaction() as connection:
        row = await _find(connection, beneficiary_id, public_id)
        await repository.mark_deleted(connection, row.id)
        await groups.restart(connection, TELL, [row.id])
    await _wake(resources)


async def rotate(resources: Resources, beneficiary_id: int, public_id: UUID) -> WebhookSecret:
    """Give an endpoint a new secret; the former one signs too for a while.

    Raises:
        NotFound: the beneficiary has no such webhook.
    """
    key = secrets.token_bytes(_KEY_BYTES)
    async with resources.database.transaction() as connection:
        row = await _find(connection, beneficiary_id, public_id)
        await repository.add_secret(
            connection, row.id, key, overlap_s=resources.settings.hooks.overlap_s
        )
    return WebhookSecret(secret=_shown(key))


async def try_out(resources: Resources, beneficiary_id: int, public_id: UUID) -> Delivery:
    """Send an endpoint an event that is about nothing.

    Raises:
        NotFound: the beneficiary has no such webhook.
        Conflict: it is switched off, or too much waits for it.
    """
    async with resources.database.transaction() as connection:
        row = await _find(connection, beneficiary_id, public_id)
        await _has_room(connection, row)
        trial = await repository.add_trial(
            connection, row.id, event_id=event_id(secrets.token_hex(16)), type_=TEST_EVENT
        )
        await groups.restart(connection, TELL, [row.id])
    await _wake(resources)
    return _delivery(trial)


async def list_log(
    database: Database,
    beneficiary_id: int,
    public_id: UUID,
    *,
    before: int,
    state: str | None,
    limit: int,
) -> DeliveriesPage:
    """Return a page of an endpoint's log, newest first.

    Raises:
        NotFound: the beneficiary has no such webhook.
    """
    async with database.transaction() as connection:
        row = await _find(connection, beneficiary_id, public_id)
        rows = await repository.list_deliveries(
            connection, row.id, before=before, state=state, rows_max=limit + 1
        )
    page, after_page = cut_page(rows, limit)
    return DeliveriesPage(records=[_delivery(each) for each in page], next=after_page)


async def list_attempts(database: Database, beneficiary_id: int, delivery_id: UUID) -> Attempts:
    """Return the attempts at a delivery, newest first.

    Raises:
        NotFound: the beneficiary has no such delivery.
    """
    async with database.transaction() as connection:
        found = await repository.find_delivery(
            connection, beneficiary_id=beneficiary_id, public_id=delivery_id
        )
        if found is None:
            raise NotFound(f"There is no delivery {delivery_id}")
        rows = await repository.list_attempts(connection, found.id)
    return Attempts(
        records=[
            Attempt(
                number=row.number,
                triedat=row.tried_at,
                status=row.status,
                error=row.error,
                answer=row.answer,
                milliseconds=row.ms,
            )
            for row in rows
        ]
    )


async def retry(resources: Resources, beneficiary_id: int, delivery_id: UUID) -> Delivery:
    """Deliver an event once more, also one that was taken.

    Raises:
        NotFound: the beneficiary has no such delivery.
        Conflict: its endpoint is switched off, or too much waits for it.
    """
    async with resources.database.transaction() as connection:
        found = await repository.find_delivery(
            connection, beneficiary_id=beneficiary_id, public_id=delivery_id
        )
        row = found and await repository.get_endpoint(connection, found.endpoint_id)
        if found is None or row is None:
            raise NotFound(f"There is no delivery {delivery_id}")
        await _has_room(connection, row)
        again = await repository.retry_delivery(connection, found.id)
        await groups.restart(connection, TELL, [row.id])
    await _wake(resources)
    return _delivery(again)


def _check(resources: Resources, url: str) -> None:
    target_of(url, private_allowed=resources.settings.hooks.private_allowed)


async def _wake(resources: Resources) -> None:
    await resources.bus.publish([WorkReady(kind=TELL)])


async def _find(connection: Connection, beneficiary_id: int, public_id: UUID) -> EndpointRow:
    row = await repository.find_endpoint(
        connection, beneficiary_id=beneficiary_id, public_id=public_id
    )
    if row is None:
        raise NotFound(f"There is no webhook {public_id}")
    return row


async def _has_room(connection: Connection, row: EndpointRow) -> None:
    if row.switched_off_at is not None:
        detail = f"The webhook is switched off: {row.switched_off_why}. Switch it on first"
        raise Conflict(detail, code="WEBHOOK_SWITCHED_OFF")
    waiting = await repository.count_pending(connection, row.id, rows_max=_WAITING_MAX)
    if waiting >= _WAITING_MAX:
        raise Conflict("Too much waits for this webhook already", code="WEBHOOK_BUSY")


def _unique(events: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(events))


def _shown(key: bytes) -> str:
    return "whsec_" + base64.b64encode(key).decode()


def _webhook(row: EndpointRow) -> Webhook:
    return Webhook(
        webhook_id=row.public_id,
        url=row.url,
        events=row.events,
        active=row.switched_off_at is None,
        switched_off_at=row.switched_off_at,
        switched_off_why=row.switched_off_why,
        failing_since=row.failing_since,
        createdat=row.created_at,
    )


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery.model_validate(
        {
            "delivery_id": row.public_id,
            "event_id": row.event_id,
            "type": row.type,
            "debt_id": row.debt_id,
            "happenedat": row.happened_at,
            "data": row.data,
            "state": row.state,
            "attempts": row.attempts,
            "lastat": row.last_tried_at,
            "nextat": row.not_before if row.state == "PENDING" else None,
            "status": row.last_status,
            "error": row.last_error,
            "answer": row.last_answer,
            "milliseconds": row.last_ms,
            "endedat": row.ended_at,
        }
    )
