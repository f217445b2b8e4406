"""The SQL of webhooks: endpoints, their secrets, what facts are told, and the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

QUERIES = load_queries("cobranca.webhooks")

#: Attempts that are kept of one delivery.
ATTEMPTS_MAX: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRow:
    """An endpoint, and how far it was told."""

    id: int
    public_id: UUID
    beneficiary_id: int
    url: str
    events: list[str]
    group_id: int
    gathered_at: datetime
    gathered_id: int
    failing_since: datetime | None
    switched_off_at: datetime | None
    switched_off_why: str | None
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEndpointRow(EndpointRow):
    """An endpoint with how much waits for it."""

    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """A fact, with what is told of its billing; no debt: the billing is gone, or not theirs."""

    at: datetime
    billing_id: int
    type: str
    fact: str
    said: dict[str, Any]
    debt_id: UUID | None
    amount_cents: int | None
    due_date: date | None
    status: str | None
    upload_public_id: UUID | None
    paid_in_all_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingRow:
    """One teller's word of a payment."""

    billing_id: int
    teller: int
    told_by: int
    line: int
    paid_cents: int
    paid_on: date
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """An event that waits to be delivered."""

    event_id: str
    type: str
    billing_id: int
    debt_id: UUID
    happened_at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """A delivery whose time has come."""

    id: int
    event_id: str
    type: str
    billing_id: int | None
    debt_id: UUID | None
    happened_at: datetime
    data: dict[str, Any]
    attempts: int
    code: str | None
    #: How long ago it was tried first, in seconds.
    tried_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one call."""

    delivery_id: int
    state: str
    status: int | None
    error: str | None
    answer: str
    milliseconds: int
    retry_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One attempt at a delivery."""

    number: int
    tried_at: datetime
    status: int | None
    error: str | None
    answer: str | None
    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A line of the log."""

    id: int
    public_id: UUID
    endpoint_id: int
    event_id: str
    type: str
    billing_id: int | None
    debt_id: UUID | None
    happened_at: datetime
    data: dict[str, Any]
    state: str
    attempts: int
    first_tried_at: datetime | None
    not_before: datetime
    last_tried_at: datetime | None
    last_status: int | None
    last_error: str | None
    last_answer: str | None
    last_ms: int | None
    created_at: datetime
    ended_at: datetime | None


async def lock_endpoints(connection: Connection, beneficiary_id: int) -> None:
    """Let nobody else add an endpoint to a beneficiary until the transaction ends."""
    await connection.execute(QUERIES["lock_endpoints"], {"beneficiary_id": beneficiary_id})


async def add_endpoint(
    connection: Connection, *, beneficiary_id: int, url: str, events: Sequence[str], group_id: int
) -> EndpointRow:
    """Add an endpoint, which is told what happens from now on."""
    row = await fetch_one(
        connection,
        QUERIES["add_endpoint"],
        row=EndpointRow,
        beneficiary_id=beneficiary_id,
        url=url,
        events=list(events),
        group_id=group_id,
    )
    if row is None:
        raise LookupError("add_endpoint")
    return row


async def list_endpoints(
    connection: Connection, beneficiary_id: int, *, counted_max: int
) -> list[ListedEndpointRow]:
    """Return a beneficiary's endpoints; what waits is counted up to a bound."""
    return await fetch_all(
        connection,
        QUERIES["list_endpoints"],
        row=ListedEndpointRow,
        beneficiary_id=beneficiary_id,
        counted_max=counted_max,
    )


async def find_endpoint(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> EndpointRow | None:
    """Return a beneficiary's endpoint and lock it."""
    return await fetch_one(
        connection,
        QUERIES["find_endpoint"],
        row=EndpointRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


async def get_endpoint(connection: Connection, endpoint_id: int) -> EndpointRow | None:
    """Return the endpoint that work is about, and lock it."""
    return await fetch_one(
        connection, QUERIES["get_endpoint"], row=EndpointRow, endpoint_id=endpoint_id
    )


async def change_endpoint(
    connection: Connection, endpoint_id: int, *, url: str, events: Sequence[str], active: bool
) -> None:
    """Give an endpoint new values, and switch it on or off."""
    values = {"endpoint_id": endpoint_id, "url": url, "events": list(events), "active": active}
    await connection.execute(QUERIES["change_endpoint"], values)


async def mark_deleted(connection: Connection, endpoint_id: int) -> None:
    """Take an endpoint out, with its secrets; its log goes bit by bit."""
    await connection.execute(QUERIES["mark_deleted"], {"endpoint_id": endpoint_id})
    await connection.execute(QUERIES["delete_secrets"], {"endpoint_id": endpoint_id})


async def switch_off(connection: Connection, endpoint_id: int, why: str) -> None:
    """Tell an endpoint nothing more until a person switches it on."""
    await connection.execute(QUERIES["switch_off"], {"endpoint_id": endpoint_id, "why": why})


async def note_success(connection: Connection, endpoint_id: int) -> None:
    """Note that an endpoint takes calls."""
    await connection.execute(QUERIES["note_success"], {"endpoint_id": endpoint_id})


async def note_failure(connection: Connection, endpoint_id: int) -> float:
    """Note that an endpoint takes none; return for how many seconds that has been so."""
    row = await fetch_one(connection, QUERIES["note_failure"], endpoint_id=endpoint_id)
    return row["seconds"] if row else 0.0


async def add_secret(
    connection: Connection, endpoint_id: int, key: bytes, *, overlap_s: float
) -> None:
    """Sign with a new key too, and with those of before for a while."""
    ending = {"endpoint_id": endpoint_id, "overlap_s": overlap_s}
    await connection.execute(QUERIES["end_secrets"], ending)
    await connection.execute(QUERIES["add_secret"], {"endpoint_id": endpoint_id, "key": key})


async def list_secrets(connection: Connection, endpoint_id: int, *, rows_max: int) -> list[bytes]:
    """Return the keys that calls are signed with now, newest first."""
    rows = await fetch_all(
        connection, QUERIES["list_secrets"], endpoint_id=endpoint_id, rows_max=rows_max
    )
    return [bytes(row["key"]) for row in rows]


async def count_pending(connection: Connection, endpoint_id: int, *, rows_max: int) -> int:
    """Count what waits, up to a bound."""
    row = await fetch_one(
        connection, QUERIES["count_pending"], endpoint_id=endpoint_id, rows_max=rows_max
    )
    return row["pending"] if row else 0


async def read_horizon(connection: Connection, *, settle_s: float) -> datetime:
    """Return until when every fact can be seen by the statements that follow."""
    row = await fetch_one(connection, QUERIES["read_horizon"], settle_s=settle_s)
    if row is None:
        raise LookupError("read_horizon")
    return row["until"]


async def gather(
    connection: Connection, endpoint: EndpointRow, *, until: datetime, rows_max: int
) -> list[FactRow]:
    """Return the next facts in the order of their times; more than `rows_max` where some tie."""
    return await fetch_all(
        connection,
        QUERIES["gather"],
        row=FactRow,
        beneficiary_id=endpoint.beneficiary_id,
        after=endpoint.gathered_at,
        after_id=endpoint.gathered_id,
        until=until,
        rows_max=rows_max,
    )


async def note_gathered(
    connection: Connection, endpoint_id: int, *, at: datetime, billing_id: int
) -> None:
    """Note how far facts have been gathered."""
    values = {"endpoint_id": endpoint_id, "at": at, "billing_id": billing_id}
    await connection.execute(QUERIES["note_gathered"], values)


async def read_tellings(connection: Connection, billing_ids: Sequence[int]) -> list[TellingRow]:
    """Return all that was told of payments of some billings."""
    return await fetch_all(
        connection, QUERIES["read_tellings"], row=TellingRow, billing_ids=list(billing_ids)
    )


async def add_deliveries(
    connection: Connection, endpoint_id: int, new: Sequence[NewDelivery]
) -> None:
    """Let events wait, in this order."""
    values = {
        "endpoint_id": endpoint_id,
        "event_ids": [each.event_id for each in new],
        "types": [each.type for each in new],
        "billing_ids": [each.billing_id for each in new],
        "debt_ids": [each.debt_id for each in new],
        "happened_ats": [each.happened_at for each in new],
        "datas": [orjson.dumps(each.data).decode() for each in new],
    }
    await connection.execute(QUERIES["add_deliveries"], values)


async def add_trial(
    connection: Connection, endpoint_id: int, *, event_id: str, type_: str
) -> DeliveryRow:
    """Let an event wait that is about nothing."""
    row = await fetch_one(
        connection,
        QUERIES["add_trial"],
        row=DeliveryRow,
        endpoint_id=endpoint_id,
        event_id=event_id,
        type=type_,
    )
    if row is None:
        raise LookupError("add_trial")
    return row


async def find_due(
    connection: Connection, endpoint_id: int, *, pending_max: int, rows_max: int
) -> list[DueRow]:
    """Return what may be delivered now: of each billing the first that waits."""
    return await fetch_all(
        connection,
        QUERIES["find_due"],
        row=DueRow,
        endpoint_id=endpoint_id,
        pending_max=pending_max,
        rows_max=rows_max,
    )


async def seconds_to_next(connection: Connection, endpoint_id: int) -> float | None:
    """Return how long until something may be tried again; None when nothing waits."""
    row = await fetch_one(connection, QUERIES["seconds_to_next"], endpoint_id=endpoint_id)
    return row["seconds"] if row else None


async def settle(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Write down what became of calls."""
    values = {
        "ids": [each.delivery_id for each in outcomes],
        "states": [each.state for each in outcomes],
        "statuses": [each.status for each in outcomes],
        "errors": [each.error for each in outcomes],
        "answers": [each.answer for each in outcomes],
        "milliseconds": [each.milliseconds for each in outcomes],
        "retries_s": [each.retry_s for each in outcomes],
        "attempts_max": ATTEMPTS_MAX,
    }
    await connection.execute(QUERIES["settle_deliveries"], values)


async def list_attempts(connection: Connection, delivery_id: int) -> list[AttemptRow]:
    """Return the attempts at a delivery that are kept, newest first."""
    return await fetch_all(
        connection,
        QUERIES["list_attempts"],
        row=AttemptRow,
        delivery_id=delivery_id,
        rows_max=ATTEMPTS_MAX,
    )


async def list_deliveries(
    connection: Connection, endpoint_id: int, *, before: int, state: str | None, rows_max: int
) -> list[DeliveryRow]:
    """Return a page of the log, newest first."""
    return await fetch_all(
        connection,
        QUERIES["list_deliveries"],
        row=DeliveryRow,
        endpoint_id=endpoint_id,
        before=before,
        state=state,
        rows_max=rows_max,
    )


async def find_delivery(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> DeliveryRow | None:
    """Return a line of the log."""
    return await fetch_one(
        connection,
        QUERIES["find_delivery"],
        row=DeliveryRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


async def retry_delivery(connection: Connection, delivery_id: int) -> DeliveryRow:
    """Let a delivery wait again, whatever became of it."""
    row = await fetch_one(
        connection, QUERIES["retry_delivery"], row=DeliveryRow, delivery_id=delivery_id
    )
    if row is None:
        raise LookupError("retry_delivery")
    return row


async def delete_ended(
    connection: Connection, endpoint_id: int, *, days: int, rows_max: int
) -> None:
    """Delete some of the log that has ended long ago."""
    values = {"endpoint_id": endpoint_id, "days": days, "rows_max": rows_max}
    await connection.execute(QUERIES["delete_ended"], values)


async def delete_some(connection: Connection, endpoint_id: int, *, rows_max: int) -> int:
    """Delete some of all that an endpoint had; return how much that was."""
    row = await fetch_one(
        connection, QUERIES["delete_some"], endpoint_id=endpoint_id, rows_max=rows_max
    )
    return row["deleted"] if row else 0


async def delete_endpoint(connection: Connection, endpoint_id: int) -> None:
    """Delete an endpoint of which nothing is left."""
    await connection.execute(QUERIES["delete_endpoint"], {"endpoint_id": endpoint_id})
