"""The ledger: what is known of a billing's money, and the balances that follow from it.

Facts go in, in any order and told as often as they were; balances in double entry come out. Nothing
here remembers anything: the same facts give the same balances, whatever came first.
"""

from __future__ import annotations

from cobranca.domain.ledger.balances import (
    LedgerAccount,
    Totals,
    balances_of,
    entries_of,
    totals_of,
)
from cobranca.domain.ledger.facts import Facts, Reversal, Teller, Telling
from cobranca.domain.ledger.payments import CONFIRMED_DAYS_MAX, Payment, Payments, payments_of
from cobranca.domain.ledger.status import MoneyState, money_state, status_of

__all__ = [
    "CONFIRMED_DAYS_MAX",
    "Facts",
    "LedgerAccount",
    "MoneyState",
    "Payment",
    "Payments",
    "Reversal",
    "Teller",
    "Telling",
    "Totals",
    "balances_of",
    "entries_of",
    "money_state",
    "payments_of",
    "status_of",
    "totals_of",
]
