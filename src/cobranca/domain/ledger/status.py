"""What a billing's money, and its bank's word, make of its status."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cobranca.domain.billing import BillingStatus
from cobranca.domain.ledger.balances import totals_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from cobranca.domain.ledger.balances import Totals
    from cobranca.domain.ledger.facts import Facts


class MoneyState(StrEnum):
    """What payments make of a billing that is not cancelled."""

    OPEN = "OPEN"  # Nothing was paid, or all of it was taken back.
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"
    OVERPAID = "OVERPAID"


#: What the bank says of a title, the first that holds.
_OF_THE_BANK = (
    BillingStatus.REGISTRATION_REJECTED,
    BillingStatus.PROTESTED,
    BillingStatus.WRITTEN_OFF,
    BillingStatus.REGISTERED,
)


def money_state(totals: Totals) -> MoneyState:
    """Tell what payments make of a billing."""
    if totals.overpaid:
        return MoneyState.OVERPAID
    if not totals.paid:
        return MoneyState.OPEN
    return MoneyState.PARTIALLY_PAID if totals.receivable else MoneyState.PAID


def status_of(
    facts: Facts, said: Collection[BillingStatus], otherwise: BillingStatus
) -> BillingStatus:
    """Derive a billing's status: its money first, then the bank's word, then its mail.

    Args:
        facts: of its money.
        said: what the bank says of the title.
        otherwise: where it stands without either.
    """
    totals = totals_of(facts)
    if facts.removed_at is not None:
        over = totals.overpaid > 0
        return BillingStatus.PAID_AFTER_CANCEL if over else BillingStatus.REMOVED
    state = money_state(totals)
    if state is not MoneyState.OPEN:
        return BillingStatus(state.value)
    return next((status for status in _OF_THE_BANK if status in said), otherwise)
