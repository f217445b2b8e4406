"""The remittances' SQL: what is ready is read a batch at a time, titles are written by COPY."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from cobranca.domain.address import Address
from cobranca.infra import pg_copy
from cobranca.infra.db import Connection, fetch_all, fetch_one
from cobranca.infra.sql import load_queries
from cobranca.remittances.tally import TitleRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from cobranca.remittances.files import StoredFile

QUERIES = load_queries("cobranca.remittances")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRow:
    """An upload that somebody wants registered."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order that somebody wants placed."""

    beneficiary_id: int
    upload_id: int | None
    asked_by: str
    idempotency_key: str | None
    account: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order, with its work as it stands."""

    id: int
    public_id: UUID
    beneficiary_id: int
    upload_id: int | None
    upload_public_id: UUID | None
    group_id: int
    account: dict[str, Any]
    held_back: list[dict[str, Any]] | None
    created_at: datetime
    ended_at: datetime | None
    #: READY, WORKING, DONE or STOPPED.
    work_state: str
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch whose billings may be asked about."""

    id: int
    first_billing_id: int
    last_billing_id: int
    total: int
    issued_on: date | None
    profile_id: int
    removed: bool
    #: Its boletos are there.
    issued: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MendedRow:
    """The address with which a title is entered again; None throughout: as it was."""

    billing_id: int
    street: str | None
    street_number: str | None
    complement: str | None
    district: str | None
    city: str | None
    state: str | None
    postal_code: str | None

    @property
    def address(self) -> Address:
        """Return it as a whole."""
        return Address.of(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """The numbers of an account's files, and how many had the day's date."""

    id: int
    next_sequence: int
    named_today: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittanceRow:
    """A file as it was frozen, with its delivery as it stands."""

    id: int
    public_id: UUID
    order_public_id: UUID
    upload_public_id: UUID | None
    sequence: int
    layout: str
    name: str
    sha256: bytes
    size_bytes: int
    titles: int
    amount_cents: int
    storage_path: str
    created_at: datetime
    delivered_at: datetime | None
    #: State and error of the work that delivers it; None when nothing is to be delivered.
    delivery_state: str | None
    delivery_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRemittance:
    """A file that is about to be frozen."""

    beneficiary_id: int
    order_id: int
    series_id: int
    sequence: int
    layout: str
    name: str
    sha256: bytes
    size_bytes: int
    titles: int
    amount_cents: int
    storage_path: str
    generated_on: date


async def find_upload(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> UploadRow | None:
    """Return a beneficiary's upload, unless it was purged."""
    return await fetch_one(
        connection,
        QUERIES["find_upload"],
        row=UploadRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


async def add_order(connection: Connection, wish: NewOrder, *, group_id: int) -> int | None:
    """Add an order and return its id; None when there is one that is the same."""
    row = await fetch_one(
        connection,
        QUERIES["add_order"],
        beneficiary_id=wish.beneficiary_id,
        upload_id=wish.upload_id,
        group_id=group_id,
        asked_by=wish.asked_by,
        idempotency_key=wish.idempotency_key,
        account=orjson.dumps(wish.account).decode(),
    )
    return row["id"] if row else None


async def find_same_order(connection: Connection, wish: NewOrder) -> OrderRow | None:
    """Return the order that has the wish's key, or else the open one about the same upload."""
    return await fetch_one(
        connection,
        QUERIES["find_same_order"],
        row=OrderRow,
        beneficiary_id=wish.beneficiary_id,
        upload_id=wish.upload_id,
        idempotency_key=wish.idempotency_key,
    )


async def find_order(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> OrderRow | None:
    """Return a beneficiary's order."""
    return await fetch_one(
        connection,
        QUERIES["find_order"],
        row=OrderRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


async def get_order(connection: Connection, order_id: int) -> OrderRow:
    """Return the order that is the subject of work.

    Raises:
        LookupError: there is none.
    """
    row = await fetch_one(connection, QUERIES["get_order"], row=OrderRow, order_id=order_id)
    if row is None:
        raise LookupError(f"remittance order {order_id}")
    return row


async def list_uploads_to_order(
    connection: Connection, *, beneficiary_id: int, days: int, rows_max: int
) -> list[UploadRow]:
    """Return files whose boletos were all issued lately, and of which nobody ordered anything."""
    return await fetch_all(
        connection,
        QUERIES["list_uploads_to_order"],
        row=UploadRow,
        beneficiary_id=beneficiary_id,
        days=days,
        rows_max=rows_max,
    )


async def list_batches(
    connection: Connection,
    *,
    beneficiary_id: int,
    upload_id: int | None,
    after: int,
    rows_max: int,
) -> list[BatchRow]:
    """Return the next batches, by id: of one upload or of all that are being kept."""
    return await fetch_all(
        connection,
        QUERIES["list_batches"],
        row=BatchRow,
        beneficiary_id=beneficiary_id,
        upload_id=upload_id,
        after=after,
        rows_max=rows_max,
    )


async def read_titles(
    connection: Connection, batch: BatchRow, *, beneficiary_id: int
) -> list[TitleRow]:
    """Return the billings of a batch about which something is to be asked, by id.

    Also those that were cancelled before they were entered, about which nothing is.
    """
    return await fetch_all(
        connection,
        QUERIES["read_titles"],
        row=TitleRow,
        beneficiary_id=beneficiary_id,
        first_id=batch.first_billing_id,
        last_id=batch.last_billing_id,
        file_removed=batch.removed,
    )


async def read_mended(connection: Connection, *, first_id: int, last_id: int) -> dict[int, Address]:
    """Return the addresses with which titles of a range are to be entered again, by billing id."""
    rows = await fetch_all(
        connection, QUERIES["read_mended"], row=MendedRow, first_id=first_id, last_id=last_id
    )
    return {row.billing_id: row.address for row in rows if row.postal_code is not None}


async def read_series(
    connection: Connection, *, beneficiary_id: int, account: str, first: int, day: date, lock: bool
) -> SeriesRow:
    """Return the numbers of an account's files; with `lock`, nobody else takes one meanwhile."""
    wanted = {"beneficiary_id": beneficiary_id, "account": account, "first": first}
    await connection.execute(QUERIES["ensure_series"], wanted)
    if lock:
        await connection.execute(QUERIES["lock_series"], wanted)
    row = await fetch_one(connection, QUERIES["read_series"], row=SeriesRow, day=day, **wanted)
    if row is None:
        raise LookupError(f"remittance series {account}")
    return row


async def add_remittance(connection: Connection, new: NewRemittance, stored: StoredFile) -> int:
    """Freeze a file with its titles, and take its number. The caller has locked the series."""
    row = await fetch_one(
        connection,
        QUERIES["add_remittance"],
        beneficiary_id=new.beneficiary_id,
        order_id=new.order_id,
        series_id=new.series_id,
        sequence=new.sequence,
        layout=new.layout,
        name=new.name,
        sha256=new.sha256,
        size_bytes=new.size_bytes,
        titles=new.titles,
        amount_cents=new.amount_cents,
        storage_path=new.storage_path,
        generated_on=new.generated_on,
    )
    if row is None:
        raise LookupError("the database gave the remittance no id")
    await connection.execute(
        QUERIES["advance_series"], {"series_id": new.series_id, "sequence": new.sequence}
    )
    remittance_id = int(row["id"])
    async with connection.cursor().copy(QUERIES["copy_titles"]) as copy:
        for part in pg_copy.encode_rows(_columns(remittance_id, stored)):
            await copy.write(part)
    return remittance_id


async def end_order(
    connection: Connection, order_id: int, held_back: Sequence[Mapping[str, Any]]
) -> None:
    """Say that all is made, and what was held back. The caller has locked its work."""
    await connection.execute(
        QUERIES["end_order"],
        {"order_id": order_id, "held_back": orjson.dumps(held_back).decode()},
    )


async def list_remittances(
    connection: Connection,
    *,
    beneficiary_id: int,
    order_id: int | None,
    before: int,
    rows_max: int,
) -> list[RemittanceRow]:
    """Return a beneficiary's files, newest first: of one order, or of all."""
    return await fetch_all(
        connection,
        QUERIES["list_remittances"],
        row=RemittanceRow,
        beneficiary_id=beneficiary_id,
        order_id=order_id,
        before=before,
        rows_max=rows_max,
    )


async def find_remittance(
    connection: Connection, *, beneficiary_id: int, public_id: UUID
) -> RemittanceRow | None:
    """Return a beneficiary's file."""
    return await fetch_one(
        connection,
        QUERIES["find_remittance"],
        row=RemittanceRow,
        beneficiary_id=beneficiary_id,
        public_id=public_id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A file that is to be delivered."""

    name: str
    storage_path: str


async def get_delivery(connection: Connection, remittance_id: int) -> DeliveryRow:
    """Return the file that is the subject of work.

    Raises:
        LookupError: there is none.
    """
    row = await fetch_one(
        connection, QUERIES["get_delivery"], row=DeliveryRow, remittance_id=remittance_id
    )
    if row is None:
        raise LookupError(f"remittance {remittance_id}")
    return row


async def add_delivery(connection: Connection, remittance_id: int) -> None:
    """Say that a file was delivered; once is enough."""
    await connection.execute(QUERIES["add_delivery"], {"remittance_id": remittance_id})


def _columns(remittance_id: int, stored: StoredFile) -> list[pg_copy.Column]:
    return [
        pg_copy.int8(stored.billing_ids),
        pg_copy.int8(remittance_id),
        pg_copy.int4(np.arange(1, len(stored.billing_ids) + 1)),
        pg_copy.int2(stored.movements),
    ]
