"""What the HTTP API says about the payments of a period."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field


class ReceivedDay(BaseModel):
    """What was paid on one day and stands."""

    paid_on: date
    payments: int
    paid_cents: int


class Sum(BaseModel):
    """How many, and how much."""

    count: int
    amount_cents: int


class Received(BaseModel):
    """The payments of a period by day, and what is owed and waits, whatever the period."""

    first: date
    last: date
    payments: int
    paid_cents: int
    days: list[ReceivedDay] = Field(description="In order; only days on which something was paid.")
    open: Sum = Field(description="Billings that are not due yet, and what is owed of them.")
    overdue: Sum = Field(description="The same of those that are overdue.")
    suspense: Sum = Field(description="Money that waits for a person.")
