"""Sums the payments of a period, and writes them as a table for accounting.

One payment that several have told of counts once, on the day that who knows most says: the ledger's
rule is asked wherever more than one payment is told of a billing.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from cobranca.domain.ledger import Payment, Teller, payments_of
from cobranca.domain.spreadsheet import BYTE_ORDER_MARK, csv_line
from cobranca.domain.text_format import format_tax_id
from cobranca.infra import clock
from cobranca.payments import repository as facts
from cobranca.payments.received import kept, repository
from cobranca.payments.received.schemas import Received, ReceivedDay, Sum
from cobranca.payments.settling import facts_by_billing, key_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date

    from cobranca.infra.db import Connection, Database
    from cobranca.payments.received.repository import PaidRow

_PAGE_ROWS: Final = 2000
_NOTHING: Final = Sum(count=0, amount_cents=0)
_HEAD: Final = (
    "Data do pagamento",
    "Data do crédito",
    "Código da dívida",
    "Pagador",
    "CPF/CNPJ",
    "Vencimento",
    "Valor do título",
    "Valor pago",
    "Juros e multa",
    "Descontos",
    "Valor creditado",
    "Tarifa",
    "Situação",
    "Informado por",
)
_TELLERS: Final = {Teller.BANK: "retorno", Teller.WEBHOOK: "aviso", Teller.PERSON: "pessoa"}


class _Told(NamedTuple):
    """A payment of the period, with its billing and the day of its credit."""

    billing: PaidRow
    payment: Payment
    credited_on: date | None


async def sum_received(
    database: Database, beneficiary_id: int, *, first: date, last: date
) -> Received:
    """Sum the payments of a period by day, and what is owed and waits."""
    asked = (beneficiary_id, first, last, clock.today())
    async with database.transaction() as connection:
        mark = await repository.read_mark(connection, beneficiary_id)
        sums = kept.find(database, asked, mark)
        if sums is None:
            sums = await _summed(connection, beneficiary_id, first, last)
            kept.keep(database, asked, mark, sums)
    return sums


async def _summed(connection: Connection, beneficiary_id: int, first: date, last: date) -> Received:
    payments: Counter[date] = Counter()
    cents: Counter[date] = Counter()
    for row in await repository.sum_single(
        connection, beneficiary_id=beneficiary_id, first=first, last=last
    ):
        payments[row.paid_on] += row.payments
        cents[row.paid_on] += row.paid_cents
    async for told in _payments(connection, beneficiary_id, first, last, several=True):
        if told.payment.reversed_by is None:
            payments[told.payment.paid_on] += 1
            cents[told.payment.paid_on] += told.payment.paid_cents
    owed = await repository.sum_owed(connection, beneficiary_id=beneficiary_id, today=clock.today())
    waits = await repository.sum_suspense(connection, beneficiary_id)
    owing = {row.overdue: Sum(count=row.billings, amount_cents=row.amount_cents) for row in owed}
    return Received(
        first=first,
        last=last,
        payments=payments.total(),
        paid_cents=cents.total(),
        days=[
            ReceivedDay(paid_on=day, payments=payments[day], paid_cents=cents[day])
            for day in sorted(payments)
        ],
        open=owing.get(False, _NOTHING),
        overdue=owing.get(True, _NOTHING),
        suspense=Sum(count=waits.billings, amount_cents=waits.amount_cents),
    )


async def stream_payments(
    database: Database, beneficiary_id: int, *, first: date, last: date, delimiter: str
) -> AsyncIterator[bytes]:
    """Yield a CSV of a period's payments, in the order of the files that billed them."""
    yield BYTE_ORDER_MARK
    yield csv_line(_HEAD, delimiter=delimiter)
    async with database.transaction() as connection:
        async for told in _payments(connection, beneficiary_id, first, last, several=False):
            yield csv_line(_fields(told), delimiter=delimiter)


async def _payments(
    connection: Connection, beneficiary_id: int, first: date, last: date, *, several: bool
) -> AsyncIterator[_Told]:
    """Yield a period's payments, those taken back too, a page of billings at a time."""
    after = 0
    while True:
        page = await repository.list_paid(
            connection,
            beneficiary_id=beneficiary_id,
            first=first,
            last=last,
            several=several,
            after=after,
            rows_max=_PAGE_ROWS,
        )
        for told in await _told(connection, page):
            if first <= told.payment.paid_on <= last:
                yield told
        if len(page) < _PAGE_ROWS:
            return
        after = page[-1].id


async def _told(connection: Connection, page: list[PaidRow]) -> list[_Told]:
    ids = [billing.id for billing in page]
    tellings = await facts.read_tellings(connection, ids)
    reversals = await facts.read_reversals(connection, ids)
    credited = {
        (row.billing_id, key_of(row.teller, row.told_by, row.line)): row.credited_on
        for row in tellings
    }
    known = facts_by_billing([billing.title() for billing in page], tellings, reversals)
    return [
        _Told(billing, payment, credited[billing.id, payment.tellings[0].key])
        for billing in page
        for payment in payments_of(known[billing.id].tellings, known[billing.id].reversals).all
    ]


def _fields(told: _Told) -> list[str]:
    billing, payment, credited_on = told
    net = payment.net_cents
    return [
        _day(payment.paid_on),
        _day(credited_on),
        billing.code,
        billing.name,
        format_tax_id(billing.tax_id) if billing.tax_id else "",
        _day(billing.due_date),
        _money(billing.amount_cents),
        _money(payment.paid_cents),
        _money(payment.extra_cents),
        _money(payment.deducted_cents),
        "" if net is None else _money(net),
        "" if net is None else _money(payment.paid_cents - net),
        "pago" if payment.reversed_by is None else "estornado",
        ", ".join(_TELLERS[telling.teller] for telling in payment.tellings),
    ]


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


def _money(cents: int) -> str:
    """Write an amount as a spreadsheet in Portuguese reads it, without points."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole},{rest:02d}"
