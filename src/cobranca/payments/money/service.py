"""Payments that calls and people tell of, suspense, and what the ledger says of one billing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cobranca.domain.debt_code import debt_id_of
from cobranca.domain.errors import Conflict, InvalidField, NotFound
from cobranca.domain.ledger import Teller, totals_of
from cobranca.infra import clock
from cobranca.infra.db import cut_page
from cobranca.infra.telemetry import PaymentTold, emit
from cobranca.payments import repository as facts
from cobranca.payments.fates import Note
from cobranca.payments.money import repository
from cobranca.payments.money.ledger_view import ledger_of
from cobranca.payments.money.suspended import shown_suspense
from cobranca.payments.rematch.begin import begin_search
from cobranca.payments.repository import NewPayment, NewReversal, NewSuspense
from cobranca.payments.schemas import CallAnswer, SuspensePage
from cobranca.payments.settling import facts_by_billing, key_of, settle

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from cobranca.domain.ledger import Facts
    from cobranca.infra.db import Connection, Database
    from cobranca.infra.settings import Settings
    from cobranca.payments.money.calls import PaymentCall
    from cobranca.payments.schemas import Ledger, Suspense


async def take_call(
    database: Database,
    settings: Settings,
    beneficiary_id: int,
    call: PaymentCall,
    *,
    call_id: str | None,
    body: bytes,
) -> tuple[CallAnswer, bool]:
    """Take a payment that another system tells of; return the answer, and whether it is new.

    Raises:
        Conflict: the id was used for another body.
    """
    digest = hashlib.sha256(body).digest()
    call_id = call_id or f"sha256:{digest.hex()}"
    try:
        debt_id = debt_id_of(call.debt, settings.beneficiary.tax_id)
    except InvalidField as error:
        raise InvalidField("debtId", error.detail) from error
    async with database.transaction() as connection:
        await facts.be_brief(connection)
        at = await facts.take_turn(connection, beneficiary_id)
        known = await repository.find_call(
            connection, beneficiary_id=beneficiary_id, call_id=call_id
        )
        if known is not None:
            if known.body_sha256 != digest:
                raise Conflict("This webhook-id came before with another body", code="CALL_REUSED")
            return CallAnswer(repeated=True, matched=known.matched), False
        billing = await repository.find_billing(
            connection, beneficiary_id=beneficiary_id, debt_id=debt_id
        )
        told_by = await repository.add_call(
            connection,
            beneficiary_id=beneficiary_id,
            call_id=call_id,
            body_sha256=digest,
            paid_at=call.paid_at,
            paid_by=call.paid_by,
            matched=billing is not None,
        )
        if billing is None:
            await facts.add_suspense(connection, _unknown(beneficiary_id, told_by, call, debt_id))
            await begin_search(connection, beneficiary_id)
        else:
            payment = _told(Teller.WEBHOOK, told_by, billing.id, call, at)
            await facts.add_payment(connection, payment)
            await settle(connection, [billing.id])
    emit(PaymentTold(teller="webhook", told_by=told_by, matched=billing is not None))
    return CallAnswer(repeated=False, matched=billing is not None), True


async def settle_by_hand(
    database: Database,
    beneficiary_id: int,
    debt_id: UUID,
    *,
    paid_cents: int | None,
    paid_on: date | None,
    reason: str,
    asked_by: str,
    key: str | None,
) -> Ledger:
    """Settle a billing because a person says that it was paid; by default all that is open.

    Raises:
        NotFound: the beneficiary has no such billing.
        Conflict: nothing is open.
    """
    async with database.transaction() as connection:
        await facts.be_brief(connection)
        at = await facts.take_turn(connection, beneficiary_id)
        billing_id, known = await _read(connection, beneficiary_id, debt_id)
        if key is not None and await repository.find_act(
            connection, beneficiary_id=beneficiary_id, idempotency_key=key
        ):
            return await ledger_of(connection, beneficiary_id, billing_id)
        cents = totals_of(known).receivable if paid_cents is None else paid_cents
        if cents <= 0:
            raise Conflict("Nothing of this billing is open", code="NOTHING_OPEN")
        act_id = await repository.add_act(
            connection,
            beneficiary_id=beneficiary_id,
            billing_id=billing_id,
            asked_by=asked_by,
            reason=reason,
            idempotency_key=key,
        )
        payment = NewPayment(
            billing_id=billing_id,
            teller=Teller.PERSON,
            told_by=act_id,
            line=0,
            paid_cents=cents,
            paid_on=paid_on or clock.today(),
            told_at=at,
        )
        await facts.add_payment(connection, payment)
        await settle(connection, [billing_id])
        ledger = await ledger_of(connection, beneficiary_id, billing_id)
    emit(PaymentTold(teller="person", told_by=act_id, matched=True))
    return ledger


async def undo_settlement(
    database: Database,
    beneficiary_id: int,
    debt_id: UUID,
    act_id: int,
    *,
    reason: str,
    asked_by: str,
) -> Ledger:
    """Take a settlement by hand back; done twice it has one effect.

    Raises:
        NotFound: the billing has no such settlement.
    """
    async with database.transaction() as connection:
        await facts.be_brief(connection)
        await facts.take_turn(connection, beneficiary_id)
        billing_id, known = await _read(connection, beneficiary_id, debt_id)
        key = key_of(Teller.PERSON, act_id, 0)
        told = next((t for t in known.tellings if t.key == key), None)
        if told is None:
            raise NotFound(f"This billing has no settlement {act_id}")
        if not any(reversal.of == key for reversal in known.reversals):
            undo_id = await repository.add_act(
                connection,
                beneficiary_id=beneficiary_id,
                billing_id=billing_id,
                asked_by=asked_by,
                reason=reason,
                idempotency_key=None,
            )
            reversal = NewReversal(
                billing_id=billing_id,
                teller=Teller.PERSON,
                told_by=undo_id,
                line=0,
                amount_cents=told.paid_cents,
                reversed_on=clock.today(),
                of_told_by=act_id,
            )
            await facts.add_reversals(connection, [reversal])
            await settle(connection, [billing_id])
        return await ledger_of(connection, beneficiary_id, billing_id)


async def get_ledger(database: Database, beneficiary_id: int, debt_id: UUID) -> Ledger:
    """Return a billing's payments and balances.

    Raises:
        NotFound: the beneficiary has no such billing.
    """
    async with database.transaction() as connection:
        billing_id, _ = await _read(connection, beneficiary_id, debt_id)
        return await ledger_of(connection, beneficiary_id, billing_id)


async def list_suspense(
    database: Database, beneficiary_id: int, *, ended: bool, after: int, limit: int
) -> SuspensePage:
    """Return a page of money in suspense, oldest first."""
    async with database.transaction() as connection:
        rows = await repository.list_suspense(
            connection, beneficiary_id=beneficiary_id, ended=ended, after=after, rows_max=limit + 1
        )
    page, after_page = cut_page(rows, limit)
    return SuspensePage(records=[shown_suspense(row) for row in page], next=after_page)


async def end_suspense(
    database: Database,
    beneficiary_id: int,
    suspense_id: UUID,
    *,
    debt_id: UUID | None,
    reason: str,
    ended_by: str,
) -> Suspense:
    """Give money in suspense to a billing, or drop it as none of ours.

    Raises:
        NotFound: there is no such money, or no such billing.
        Conflict: it was given to another billing, or dropped, before.
    """
    async with database.transaction() as connection:
        await facts.be_brief(connection)
        at = await facts.take_turn(connection, beneficiary_id)
        row = await repository.find_suspense(
            connection, beneficiary_id=beneficiary_id, public_id=suspense_id
        )
        if row is None:
            raise NotFound(f"There is no money in suspense {suspense_id}")
        billing_id = None
        if debt_id is not None:
            billing_id, _ = await _read(connection, beneficiary_id, debt_id)
        if row.ended_at is not None:
            if row.ended_billing_id != billing_id:
                raise Conflict("Somebody has decided over this money before", code="SUSPENSE_ENDED")
            return shown_suspense(row)
        await repository.end_suspense(
            connection,
            suspense_id=row.id,
            billing_id=billing_id,
            ended_by=ended_by,
            reason=reason,
        )
        if billing_id is not None:
            await facts.add_payment(connection, row.payment(billing_id, at))
            await settle(connection, [billing_id])
        row = await repository.find_suspense(
            connection, beneficiary_id=beneficiary_id, public_id=suspense_id
        )
    if row is None:
        raise LookupError("suspense")
    return shown_suspense(row)


async def _read(connection: Connection, beneficiary_id: int, debt_id: UUID) -> tuple[int, Facts]:
    billing = await repository.find_billing(
        connection, beneficiary_id=beneficiary_id, debt_id=debt_id
    )
    if billing is None:
        raise NotFound(f"There is no billing {debt_id}")
    found = facts_by_billing(
        await facts.read_titles(connection, [billing.id]),
        await facts.read_tellings(connection, [billing.id]),
        await facts.read_reversals(connection, [billing.id]),
    )
    return billing.id, found[billing.id]


def _told(
    teller: Teller, told_by: int, billing_id: int, call: PaymentCall, at: datetime
) -> NewPayment:
    return NewPayment(
        billing_id=billing_id,
        teller=teller,
        told_by=told_by,
        line=0,
        paid_cents=call.paid_cents,
        paid_on=call.paid_on,
        told_at=at,
    )


def _unknown(beneficiary_id: int, told_by: int, call: PaymentCall, debt_id: UUID) -> NewSuspense:
    return NewSuspense(
        beneficiary_id=beneficiary_id,
        teller=Teller.WEBHOOK,
        told_by=told_by,
        line=0,
        why=Note.UNKNOWN_DEBT,
        reference=call.debt[:80],
        billing_id=None,
        debt_id=debt_id,
        paid_cents=call.paid_cents,
        paid_on=call.paid_on,
    )
