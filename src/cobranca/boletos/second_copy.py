"""Second copies over the API: what is due on a day, and a slip to pay it with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cobranca.boletos.schemas import BankPix, SecondCopy
from cobranca.domain.billing import BillingStatus
from cobranca.domain.boleto import digitable_line_of
from cobranca.pipeline.second_copies import draw, read_copy

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from cobranca.infra.db import Database
    from cobranca.infra.settings import Settings
    from cobranca.pipeline.second_copies import Copy


async def tell(
    database: Database, settings: Settings, beneficiary_id: int, debt_id: UUID, *, on: date | None
) -> SecondCopy:
    """Say what is to be paid for a debt on a day.

    Raises:
        NotFound: the beneficiary has no such billing, or it has no boleto yet.
        InvalidField: the day is too far away.
    """
    copy = await _read(database, settings, beneficiary_id, debt_id, on)
    row, due = copy.row, copy.due
    barcode = None if copy.why_not else copy.barcode()
    return SecondCopy(
        debt_id=row.debt_id,
        status=BillingStatus(row.status),
        on=copy.on,
        due_date=row.due_date,
        payable_until=due.payable_until,
        days_late=due.days_late,
        title_cents=due.title_cents,
        fine_cents=due.fine_cents,
        interest_cents=due.interest_cents,
        discount_cents=due.discount_cents,
        rebate_cents=due.rebate_cents,
        total_cents=due.total_cents,
        registered=row.registered,
        payable=copy.why_not is None,
        why_not=copy.why_not,
        our_number=copy.profile.printed_our_number(row.our_number, row.issued_on),
        digitable_line=None if barcode is None else digitable_line_of(barcode),
        barcode=barcode,
        pix=None if copy.why_not else _bank_pix(copy),
    )


async def render(
    database: Database, settings: Settings, beneficiary_id: int, debt_id: UUID, *, on: date | None
) -> bytes:
    """Draw the slip to pay a debt with on a day.

    Raises:
        NotFound: the beneficiary has no such billing, or it has no boleto yet.
        InvalidField: the day is too far away.
        Conflict: SECOND_COPY_REFUSED: it is not to be paid with a slip any more.
    """
    copy = await _read(database, settings, beneficiary_id, debt_id, on)
    copy.refuse()
    return await asyncio.to_thread(draw, copy.row, copy.slip(), copy.profile, copy.details)


async def _read(
    database: Database, settings: Settings, beneficiary_id: int, debt_id: UUID, on: date | None
) -> Copy:
    async with database.transaction() as connection:
        return await read_copy(
            connection, settings, beneficiary_id=beneficiary_id, debt_id=debt_id, on=on
        )


def _bank_pix(copy: Copy) -> BankPix | None:
    text = copy.bank_pix()
    if text is None:
        return None
    return BankPix(text=text, location=copy.row.pix_url, txid=copy.row.pix_txid)
