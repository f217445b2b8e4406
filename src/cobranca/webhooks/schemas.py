"""What the HTTP API says about webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from cobranca.domain.public_address import URL_MAX
from cobranca.domain.webhook import EVENTS, EventName

DeliveryState = Literal["PENDING", "DELIVERED", "FAILED"]
_Url = Annotated[str, Field(min_length=1, max_length=URL_MAX, description="https only")]
_Events = Annotated[list[EventName], Field(min_length=1, max_length=len(EVENTS))]


class NewWebhook(BaseModel):
    """An endpoint that is to be told."""

    url: _Url
    events: _Events = Field(default=list(EVENTS), description="Of what; all when left out.")


class WebhookChange(BaseModel):
    """What of an endpoint is to be otherwise; what is left out stays."""

    url: _Url | None = None
    events: _Events | None = None
    active: bool | None = Field(
        default=None, description="Switched on again, it is told what it has missed."
    )


class Webhook(BaseModel):
    """An endpoint as it stands."""

    webhook_id: UUID
    url: str
    events: list[str]
    active: bool
    switched_off_at: datetime | None
    switched_off_why: str | None
    failing_since: datetime | None = Field(description="Since when it has taken nothing.")
    createdat: datetime


class WebhookSecret(BaseModel):
    """What calls to an endpoint are signed with; it is shown this once."""

    secret: str = Field(description="`whsec_` and base64, as Standard Webhooks wants it.")


class CreatedWebhook(Webhook, WebhookSecret):
    """A new endpoint, with its secret."""


class ListedWebhook(Webhook):
    """An endpoint with how much waits for it."""

    pending: int


class Webhooks(BaseModel):
    """All endpoints."""

    records: list[ListedWebhook]


class Delivery(BaseModel):
    """One event for one endpoint, and what became of it."""

    delivery_id: UUID
    event_id: str = Field(description="The call's `webhook-id`, the same at every attempt.")
    type: str
    debt_id: UUID | None
    happenedat: datetime
    data: dict[str, Any]
    state: DeliveryState
    attempts: int
    lastat: datetime | None
    nextat: datetime | None = Field(description="When it is tried again at the earliest.")
    status: int | None = Field(description="What the endpoint answered last.")
    error: str | None
    answer: str | None = Field(description="The beginning of its answer, 1 KB at the most.")
    milliseconds: int | None
    endedat: datetime | None


class Attempt(BaseModel):
    """One call, and what was answered to it."""

    number: int
    triedat: datetime
    status: int | None = Field(description="Null where nothing was answered.")
    error: str | None
    answer: str | None = Field(description="The beginning of the answer, 1 KB at the most.")
    milliseconds: int


class Attempts(BaseModel):
    """The last attempts at a delivery, newest first; 50 at the most."""

    records: list[Attempt]


class DeliveriesPage(BaseModel):
    """Some of the log, newest first; `next` goes into `before`."""

    records: list[Delivery]
    next: str | None
