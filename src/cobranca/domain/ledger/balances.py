"""Balances in double entry, as a function of the facts; an event posts what they change by.

Debits are positive, credits negative, and every set of balances sums to zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cobranca.domain.ledger.payments import payments_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cobranca.domain.ledger.facts import Facts
    from cobranca.domain.ledger.payments import Payment


class LedgerAccount(StrEnum):
    """Where the cents of a billing stand."""

    RECEIVABLE = "receivable"  # What the payer still owes.
    BILLED = "billed"  # Its opposite: what was billed.
    CLEARING = "clearing"  # Paid, and nobody has said what was credited.
    CASH = "cash"  # Credited.
    FEES = "fees"  # What the bank kept.
    DISCOUNTS = "discounts"  # Discounts and rebates that were given.
    EXTRAS = "charges"  # Fine and interest that were paid.
    OVERPAID = "overpaid"  # Owed to the payer.
    SUSPENSE = "suspense"  # Money of which no billing is known.


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What payments make of a title, in cents.

    Attributes:
        title: what is to be settled; of a cancelled billing, what had been by then.
        paid: what payers gave, less what was taken back.
        extra: fine and interest in it.
        deducted: discount and rebate, once the rest has been paid.
        overpaid: what is over.
        receivable: what is still owed.
        cash: of it credited.
        fees: of it kept by the bank.
    """

    title: int
    paid: int
    extra: int
    deducted: int
    overpaid: int
    receivable: int
    cash: int
    fees: int


def totals_of(facts: Facts) -> Totals:
    """Sum up what is known of a billing's money."""
    standing = payments_of(facts.tellings, facts.reversals).standing
    title = facts.title_cents
    removed_at = facts.removed_at
    if removed_at is not None:
        # What a person cancels is what was open then; money told of later is over.
        before = _totals(title, [p for p in standing if p.known_since <= removed_at])
        title -= before.receivable
    return _totals(title, standing)


def balances_of(facts: Facts) -> dict[LedgerAccount, int]:
    """Give the balances that the facts ask for, without accounts that have none."""
    totals = totals_of(facts)
    balances = {
        LedgerAccount.RECEIVABLE: totals.receivable,
        LedgerAccount.BILLED: -totals.title,
        LedgerAccount.CLEARING: totals.paid - totals.cash - totals.fees,
        LedgerAccount.CASH: totals.cash,
        LedgerAccount.FEES: totals.fees,
        LedgerAccount.DISCOUNTS: totals.deducted,
        LedgerAccount.EXTRAS: -totals.extra,
        LedgerAccount.OVERPAID: -totals.overpaid,
    }
    return {account: cents for account, cents in balances.items() if cents}


def entries_of(
    before: Mapping[LedgerAccount, int], after: Mapping[LedgerAccount, int]
) -> dict[LedgerAccount, int]:
    """Give what an event posts: the difference between what is asked for and what is posted."""
    changes = {account: after.get(account, 0) - before.get(account, 0) for account in LedgerAccount}
    return {account: cents for account, cents in changes.items() if cents}


def _totals(title: int, standing: Iterable[Payment]) -> Totals:
    payments = list(standing)
    paid = sum(payment.paid_cents for payment in payments)
    extra = sum(payment.extra_cents for payment in payments)
    deducted = min(sum(payment.deducted_cents for payment in payments), title)
    if paid - extra + deducted < title:
        deducted = 0  # No discount on a part.
    settled = min(title - deducted, paid - extra)
    known = [(p.paid_cents, p.net_cents) for p in payments if p.net_cents is not None]
    cash = sum(net for _, net in known)
    return Totals(
        title=title,
        paid=paid,
        extra=extra,
        deducted=deducted,
        overpaid=paid - extra - settled,
        receivable=title - deducted - settled,
        cash=cash,
        fees=sum(gross for gross, _ in known) - cash,
    )
