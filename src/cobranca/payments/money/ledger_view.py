"""One billing's ledger, as the API shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.domain.billing import BillingStatus
from cobranca.domain.cnab.returns import KINDS, occurrence_of, reason_of
from cobranca.domain.ledger import Teller, balances_of, payments_of, totals_of
from cobranca.payments import repository
from cobranca.payments.money import repository as money_repository
from cobranca.payments.schemas import (
    Ledger,
    LedgerAct,
    LedgerOccurrence,
    LedgerPayment,
    LedgerTelling,
    ReturnReason,
)
from cobranca.payments.settling import facts_by_billing

if TYPE_CHECKING:
    from cobranca.domain.ledger import Payment, Telling
    from cobranca.infra.db import Connection
    from cobranca.payments.money.repository import OccurrenceRow


async def ledger_of(connection: Connection, beneficiary_id: int, billing_id: int) -> Ledger:
    """Return a billing's payments and balances, made of the facts."""
    whose = {"billing_id": billing_id, "beneficiary_id": beneficiary_id}
    status = await money_repository.read_status(connection, **whose)
    occurrences = await money_repository.list_occurrences(connection, **whose)
    acts = await money_repository.list_acts(connection, **whose)
    facts = facts_by_billing(
        await repository.read_titles(connection, [billing_id]),
        await repository.read_tellings(connection, [billing_id]),
        await repository.read_reversals(connection, [billing_id]),
    )[billing_id]
    totals = totals_of(facts)
    payments = payments_of(facts.tellings, facts.reversals)
    return Ledger(
        status=BillingStatus(status.status),
        title_cents=status.amount_cents,
        paid_cents=totals.paid,
        receivable_cents=totals.receivable,
        overpaid_cents=totals.overpaid,
        balances={str(account): cents for account, cents in balances_of(facts).items()},
        payments=[_payment(payment) for payment in payments.all],
        unanswered_reversals=len(payments.without_payment),
        occurrences=[_occurrence(row) for row in occurrences],
        acts=[
            LedgerAct(settlement=a.id, asked_by=a.asked_by, reason=a.reason, actedat=a.acted_at)
            for a in acts
        ],
    )


def _payment(payment: Payment) -> LedgerPayment:
    return LedgerPayment(
        paid_cents=payment.paid_cents,
        extra_cents=payment.extra_cents,
        deducted_cents=payment.deducted_cents,
        net_cents=payment.net_cents,
        paid_on=payment.paid_on,
        reversed=payment.reversed_by is not None,
        told=[_telling(telling) for telling in payment.tellings],
    )


def _telling(telling: Telling) -> LedgerTelling:
    by_hand = telling.teller is Teller.PERSON
    return LedgerTelling.model_validate(
        {
            "teller": telling.teller.name.lower(),
            "paid_on": telling.paid_on,
            "toldat": telling.told_at,
            "settlement": int(telling.key.split(":")[1]) if by_hand else None,
        }
    )


def _occurrence(row: OccurrenceRow) -> LedgerOccurrence:
    reasons = [
        reason_of(row.bank, row.layout, row.occurrence, code) for code in row.reasons.split()
    ]
    return LedgerOccurrence(
        return_id=row.return_id,
        line=row.line,
        occurrence=row.occurrence,
        kind=KINDS[row.kind],
        text=occurrence_of(row.bank, row.layout, row.occurrence).text,
        reasons=[
            ReturnReason(code=r.code, text=r.text, cause=r.cause, advice=r.advice) for r in reasons
        ],
        occurred_on=row.occurred_on,
    )
