"""Orders: placed once, told of, and shown before they are placed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.domain.cnab import layout
from cobranca.domain.errors import Conflict, NotFound
from cobranca.domain.events import WorkReady
from cobranca.infra import tracing
from cobranca.infra.db import cut_page
from cobranca.pipeline import groups
from cobranca.remittances import repository
from cobranca.remittances.account import account_of
from cobranca.remittances.gather import Gatherer
from cobranca.remittances.repository import NewOrder
from cobranca.remittances.schemas import (
    HeldBack,
    Order,
    OrderState,
    Preview,
    Remittance,
    RemittancesPage,
    Restarted,
)
from cobranca.remittances.service import REGISTER, title_maker
from cobranca.remittances.tally import Tally

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from cobranca.infra.bus import Bus
    from cobranca.infra.db import Connection, Database
    from cobranca.infra.resources import Resources
    from cobranca.infra.storage import Storage
    from cobranca.remittances.account import OrderAccount
    from cobranca.remittances.repository import OrderRow, RemittanceRow
    from cobranca.remittances.schemas import DeliveryState

_FILES_SHOWN_MAX: Final = 100
_ID_MAX: Final = 2**63 - 1
#: Files of which nobody has ordered anything are looked for among those of the last days.
_AUTOMATIC_DAYS: Final = 7
_AUTOMATIC_MAX: Final = 20
_STATES: Final[dict[str, OrderState]] = {
    "READY": "WAITING",
    "WORKING": "MAKING",
    "DONE": "DONE",
    "STOPPED": "STOPPED",
}


class _SameOrderError(Exception):
    """An order that is the same came first."""


async def place_order(
    resources: Resources,
    beneficiary_id: int,
    *,
    upload: UUID | None,
    asked_by: str,
    idempotency_key: str | None,
) -> Order:
    """Place an order, unless it was placed before; set one going again that was stopped.

    Raises:
        LayoutNotSet: nothing says which layout the bank wants.
        NotFound: the beneficiary has no such upload.
        Conflict: the key was used for something else.
    """
    account = account_of(resources.settings)
    async with resources.database.transaction() as connection:
        upload_id = await _upload_id(connection, beneficiary_id, upload)
    wish = NewOrder(
        beneficiary_id=beneficiary_id,
        upload_id=upload_id,
        asked_by=asked_by,
        idempotency_key=idempotency_key,
        account=account.content(),
    )
    order_id = await _place(resources.database, wish)
    await resources.bus.publish([WorkReady(kind=REGISTER)])
    async with resources.database.transaction() as connection:
        return await _order(connection, await repository.get_order(connection, order_id))


async def place_automatic_orders(resources: Resources, beneficiary_id: int) -> int:
    """Order what was issued lately and nobody has ordered; return how many files that are."""
    account = account_of(resources.settings)
    async with resources.database.transaction() as connection:
        uploads = await repository.list_uploads_to_order(
            connection,
            beneficiary_id=beneficiary_id,
            days=_AUTOMATIC_DAYS,
            rows_max=_AUTOMATIC_MAX,
        )
    for upload in uploads:
        wish = NewOrder(
            beneficiary_id=beneficiary_id,
            upload_id=upload.id,
            asked_by="automatic",
            idempotency_key=None,
            account=account.content(),
        )
        await _place(resources.database, wish)
    await resources.bus.publish(WorkReady(kind=REGISTER) for _ in uploads)
    return len(uploads)


async def preview(resources: Resources, beneficiary_id: int, upload: UUID | None) -> Preview:
    """Say what an order would do now; nothing is written.

    Raises:
        LayoutNotSet: nothing says which layout the bank wants.
        NotFound: the beneficiary has no such upload.
    """
    account = account_of(resources.settings)
    async with resources.database.transaction() as connection:
        upload_id = await _upload_id(connection, beneficiary_id, upload)
    tally = Tally()
    maker = title_maker(account, tally)
    gatherer = Gatherer(
        resources.database, maker, beneficiary_id=beneficiary_id, upload_id=upload_id
    )
    async for _ in gatherer.chunks():
        pass
    titles_max = account.titles_max_of(maker.account)
    return Preview(
        layout=account.layout,
        warnings=_warnings(account),
        titles=tally.titles,
        amount_cents=tally.amount_cents,
        write_offs=tally.write_offs,
        files=-(-(tally.titles + tally.write_offs) // titles_max),
        held_back=[HeldBack.model_validate(each) for each in tally.content(with_codes=True)],
    )


async def get_order(database: Database, beneficiary_id: int, public_id: UUID) -> Order:
    """Return an order with its files.

    Raises:
        NotFound: the beneficiary has no such order.
    """
    async with database.transaction() as connection:
        return await _order(connection, await _find(connection, beneficiary_id, public_id))


async def retry_order(
    database: Database, bus: Bus, beneficiary_id: int, public_id: UUID
) -> Restarted:
    """Set the stopped work of an order going again, deliveries too.

    Raises:
        NotFound: the beneficiary has no such order.
    """
    async with database.transaction() as connection:
        order = await _find(connection, beneficiary_id, public_id)
        kinds = await groups.restart_stopped(connection, order.group_id)
    await bus.publish(WorkReady(kind=kind) for kind in kinds)
    return Restarted(works=len(kinds))


async def list_remittances(
    database: Database, beneficiary_id: int, *, order: UUID | None, after: int | None, limit: int
) -> RemittancesPage:
    """Return a page of files, newest first: of one order or of all.

    Raises:
        NotFound: the beneficiary has no such order.
    """
    async with database.transaction() as connection:
        order_id = None
        if order is not None:
            order_id = (await _find(connection, beneficiary_id, order)).id
        rows = await repository.list_remittances(
            connection,
            beneficiary_id=beneficiary_id,
            order_id=order_id,
            before=_ID_MAX if after is None else after,
            rows_max=limit + 1,
        )
    page, after_page = cut_page(rows, limit)
    return RemittancesPage(records=[_remittance(row) for row in page], next=after_page)


async def get_remittance(database: Database, beneficiary_id: int, public_id: UUID) -> Remittance:
    """Return a file as it was frozen.

    Raises:
        NotFound: the beneficiary has no such remittance.
    """
    return _remittance(await _find_remittance(database, beneficiary_id, public_id))


async def open_remittance(
    database: Database, storage: Storage, beneficiary_id: int, public_id: UUID
) -> tuple[Remittance, AsyncGenerator[bytes]]:
    """Return a file and its bytes, piece by piece.

    Raises:
        NotFound: the beneficiary has no such remittance, or its stored file is missing.
    """
    row = await _find_remittance(database, beneficiary_id, public_id)
    pieces = storage.stream(row.storage_path)
    first = await anext(pieces, b"")  # A file that is missing is told before the answer begins.

    async def whole() -> AsyncGenerator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return _remittance(row), whole()


async def _place(database: Database, wish: NewOrder) -> int:
    """Add an order and its work, or find the one that is the same."""
    while True:
        try:
            async with database.transaction() as connection:
                known = await repository.find_same_order(connection, wish)
                if known is not None:
                    if known.work_state == "STOPPED":
                        await groups.restart_stopped(connection, known.group_id)
                    return _same(known, wish)
                group_id = await groups.open_group(connection, traceparent=tracing.traceparent())
                order_id = await repository.add_order(connection, wish, group_id=group_id)
                if order_id is None:
                    raise _SameOrderError
                await groups.add_work(connection, group_id, REGISTER, [order_id])
                return order_id
        except _SameOrderError:
            continue  # It was committed meanwhile: now it is found.


def _same(known: OrderRow, wish: NewOrder) -> int:
    if known.upload_id != wish.upload_id:
        raise Conflict(
            "This Idempotency-Key was used for an order about something else: take another one",
            code="IDEMPOTENCY_KEY_REUSED",
        )
    return known.id


async def _upload_id(
    connection: Connection, beneficiary_id: int, public_id: UUID | None
) -> int | None:
    if public_id is None:
        return None
    upload = await repository.find_upload(
        connection, beneficiary_id=beneficiary_id, public_id=public_id
    )
    if upload is None:
        raise NotFound(f"There is no upload {public_id}")
    return upload.id


async def _find(connection: Connection, beneficiary_id: int, public_id: UUID) -> OrderRow:
    row = await repository.find_order(
        connection, beneficiary_id=beneficiary_id, public_id=public_id
    )
    if row is None:
        raise NotFound(f"There is no order {public_id}")
    return row


async def _find_remittance(
    database: Database, beneficiary_id: int, public_id: UUID
) -> RemittanceRow:
    async with database.transaction() as connection:
        row = await repository.find_remittance(
            connection, beneficiary_id=beneficiary_id, public_id=public_id
        )
    if row is None:
        raise NotFound(f"There is no remittance {public_id}")
    return row


async def _order(connection: Connection, row: OrderRow) -> Order:
    files = await repository.list_remittances(
        connection,
        beneficiary_id=row.beneficiary_id,
        order_id=row.id,
        before=_ID_MAX,
        rows_max=_FILES_SHOWN_MAX,
    )
    held = row.held_back
    return Order(
        id=row.public_id,
        upload_id=row.upload_public_id,
        state=_STATES[row.work_state],
        layout=row.account["layout"],
        createdat=row.created_at,
        endedat=row.ended_at,
        held_back=None if held is None else [HeldBack.model_validate(each) for each in held],
        last_error=row.last_error,
        remittances=[_remittance(file) for file in files],
    )


def _remittance(row: RemittanceRow) -> Remittance:
    return Remittance(
        id=row.public_id,
        order_id=row.order_public_id,
        upload_id=row.upload_public_id,
        sequence=row.sequence,
        layout=row.layout,
        name=row.name,
        sha256=row.sha256.hex(),
        size_bytes=row.size_bytes,
        titles=row.titles,
        amount_cents=row.amount_cents,
        createdat=row.created_at,
        delivery=_delivery(row),
        deliveredat=row.delivered_at,
        delivery_error=row.delivery_error,
    )


def _delivery(row: RemittanceRow) -> DeliveryState:
    if row.delivered_at is not None:
        return "DELIVERED"
    if row.delivery_state is None:
        return "NONE"
    return "STOPPED" if row.delivery_state == "STOPPED" else "WAITING"


def _warnings(account: OrderAccount) -> list[str]:
    """Say what does not hold a file up, and should be known before it goes to the bank."""
    known = layout(account.layout)
    if known.proven:
        return []
    return [f"O leiaute {known.code} não está comprovado: homologue-o com o banco ({known.proof})."]
