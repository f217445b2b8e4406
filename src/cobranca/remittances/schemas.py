"""What the API says of orders and remittances."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: What an order's work may be at.
OrderState = Literal["WAITING", "MAKING", "DONE", "STOPPED"]
#: NONE: nothing is set up to be delivered to.
DeliveryState = Literal["NONE", "WAITING", "DELIVERED", "STOPPED"]


class OrderRequest(BaseModel):
    """What is to be registered: one upload, or all that is ready."""

    model_config = ConfigDict(extra="forbid")

    upload: UUID | None = None
    all: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> OrderRequest:
        if self.all == (self.upload is not None):
            raise ValueError('say "upload": its id, or "all": true')
        return self


class HeldBack(BaseModel):
    """Titles that the bank would refuse, or that a file cannot say, for one reason."""

    code: str
    #: In the words of a title: `payer.address`, `terms.fine_bp`; empty where none is at fault.
    field: str
    detail: str
    titles: int
    amount_cents: int
    #: DebtIds of the first of them; in a preview, their codes where the file has such.
    examples: list[str]


class Preview(BaseModel):
    """What an order would do now."""

    layout: str
    warnings: list[str]
    titles: int
    amount_cents: int
    #: Titles that were cancelled after they had been entered, and are to be written off.
    write_offs: int
    files: int
    held_back: list[HeldBack]


class Remittance(BaseModel):
    """A file as it was frozen. `GET /remittances/{id}/file` gives its bytes, always the same."""

    id: UUID
    order_id: UUID
    upload_id: UUID | None
    sequence: int
    layout: str
    name: str
    sha256: str
    size_bytes: int
    titles: int
    amount_cents: int
    createdat: datetime
    delivery: DeliveryState
    deliveredat: datetime | None
    delivery_error: str | None


class RemittancesPage(BaseModel):
    """Files, newest first; `next` goes into `after`."""

    records: list[Remittance]
    next: str | None = None


class Order(BaseModel):
    """Somebody's wish to have titles registered, and what became of it."""

    id: UUID
    upload_id: UUID | None
    state: OrderState
    layout: str
    createdat: datetime
    endedat: datetime | None
    #: Once it has ended.
    held_back: list[HeldBack] | None
    last_error: str | None
    #: Up to a hundred, newest first; `GET /remittances` with `order` has all.
    remittances: list[Remittance] = Field(default_factory=list[Remittance])


class Restarted(BaseModel):
    """How many pieces of work go on."""

    works: int
