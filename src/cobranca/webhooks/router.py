"""Webhooks over HTTP: endpoints, their secrets, and the log of what they were told."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from cobranca.http.principal import needs
from cobranca.http.state import BeneficiaryDep, DatabaseDep, ResourcesDep
from cobranca.webhooks import service
from cobranca.webhooks.schemas import (
    Attempts,
    CreatedWebhook,
    DeliveriesPage,
    Delivery,
    DeliveryState,
    NewWebhook,
    Webhook,
    WebhookChange,
    Webhooks,
    WebhookSecret,
)

router = APIRouter(tags=["webhooks"])


@router.post("/webhooks", status_code=201, dependencies=[needs("webhooks:write")])
async def add_webhook(
    resources: ResourcesDep, beneficiary_id: BeneficiaryDep, new: NewWebhook
) -> CreatedWebhook:
    """Have a system of one's own told what becomes of billings from now on.

    The answer has the secret that calls are signed with; it is not shown again.
    """
    return await service.add(resources, beneficiary_id, new)


@router.get("/webhooks", dependencies=[needs("webhooks:read")])
async def list_webhooks(database: DatabaseDep, beneficiary_id: BeneficiaryDep) -> Webhooks:
    """List the endpoints, with how much waits for each."""
    return await service.list_all(database, beneficiary_id)


@router.get("/webhooks/{webhook_id}", dependencies=[needs("webhooks:read")])
async def get_webhook(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, webhook_id: UUID
) -> Webhook:
    """Return one endpoint."""
    return await service.get(database, beneficiary_id, webhook_id)


@router.patch("/webhooks/{webhook_id}", dependencies=[needs("webhooks:write")])
async def change_webhook(
    resources: ResourcesDep, beneficiary_id: BeneficiaryDep, webhook_id: UUID, wish: WebhookChange
) -> Webhook:
    """Change an endpoint, or switch it off or on."""
    return await service.change(resources, beneficiary_id, webhook_id, wish)


@router.delete("/webhooks/{webhook_id}", status_code=204, dependencies=[needs("webhooks:write")])
async def delete_webhook(
    resources: ResourcesDep, beneficiary_id: BeneficiaryDep, webhook_id: UUID
) -> None:
    """Delete an endpoint with its log."""
    await service.remove(resources, beneficiary_id, webhook_id)


@router.post("/webhooks/{webhook_id}/secret", dependencies=[needs("webhooks:write")])
async def rotate_secret(
    resources: ResourcesDep, beneficiary_id: BeneficiaryDep, webhook_id: UUID
) -> WebhookSecret:
    """Make a new secret; calls carry signatures of the former one too for a day."""
    return await service.rotate(resources, beneficiary_id, webhook_id)


@router.post("/webhooks/{webhook_id}/test", status_code=202, dependencies=[needs("webhooks:write")])
async def test_webhook(
    resources: ResourcesDep, beneficiary_id: BeneficiaryDep, webhook_id: UUID
) -> Delivery:
    """Send a `webhook.test` event; the log tells what became of it."""
    return await service.try_out(resources, beneficiary_id, webhook_id)


@router.get("/webhooks/{webhook_id}/deliveries", dependencies=[needs("webhooks:read")])
async def list_deliveries(
    database: DatabaseDep,
    beneficiary_id: BeneficiaryDep,
    webhook_id: UUID,
    state: DeliveryState | None = None,
    before: Annotated[int, Query(ge=0, lt=2**63)] = 2**63 - 1,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveriesPage:
    """List an endpoint's deliveries, newest first."""
    return await service.list_log(
        database, beneficiary_id, webhook_id, before=before, state=state, limit=limit
    )


@router.get("/webhooks/deliveries/{delivery_id}/attempts", dependencies=[needs("webhooks:read")])
async def list_attempts(
    database: DatabaseDep, beneficiary_id: BeneficiaryDep, delivery_id: UUID
) -> Attempts:
    """List the attempts at a delivery, newest first."""
    return await service.list_attempts(database, beneficiary_id, delivery_id)


@router.post(
    "/webhooks/deliveries/{delivery_id}/retry",
    status_code=202,
    dependencies=[needs("webhooks:write")],
)
async def retry_delivery(
    resources: ResourcesDep, beneficiary_id: BeneficiaryDep, delivery_id: UUID
) -> Delivery:
    """Deliver an event once more, under the same id."""
    return await service.retry(resources, beneficiary_id, delivery_id)
