"""Makes settlements of facts: of one payment each in columns, of whatever else one by one.

`settlement` is no fact: it says again what the facts say, so that lists need not ask them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from cobranca.domain.ledger import (
    Facts,
    MoneyState,
    Reversal,
    Teller,
    Telling,
    money_state,
    payments_of,
    totals_of,
)
from cobranca.payments import repository
from cobranca.payments.repository import Settlement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cobranca.infra.db import Connection
    from cobranca.payments.pieces import Ints
    from cobranca.payments.rows import ReversalRow, TellingRow, TitleRow

#: The states by the numbers that they are stored as.
STATES: Final = (
    MoneyState.OPEN,
    MoneyState.PARTIALLY_PAID,
    MoneyState.PAID,
    MoneyState.OVERPAID,
)
_STATE_NUMBERS: Final = {state: number for number, state in enumerate(STATES)}
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Billings whose facts are in memory at a time.
_SETTLED_ROWS: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPayments:
    """What one payment each makes of billings that had none, in columns."""

    paid_cents: Ints
    extra_cents: Ints
    deducted_cents: Ints
    overpaid_cents: Ints
    receivable_cents: Ints
    cash_cents: Ints
    fees_cents: Ints
    states: Ints


def first_payments(
    title: Ints, paid: Ints, extra: Ints, deducted: Ints, net: Ints
) -> FirstPayments:
    """Do what `totals_of` does with one payment a billing; a net of 0 is not known."""
    extra = np.minimum(extra, paid)
    deducted = np.minimum(deducted, title)
    deducted = np.where(paid - extra + deducted < title, 0, deducted)
    settled = np.minimum(title - deducted, paid - extra)
    over = paid - extra - settled
    receivable = title - deducted - settled
    states = np.where(over > 0, 3, np.where(receivable > 0, 1, 2))
    return FirstPayments(
        paid_cents=paid,
        extra_cents=extra,
        deducted_cents=deducted,
        overpaid_cents=over,
        receivable_cents=receivable,
        cash_cents=np.where(net != 0, net, 0),
        fees_cents=np.where(net != 0, paid - net, 0),
        states=states,
    )


async def settle(connection: Connection, billing_ids: Iterable[int]) -> None:
    """Settle billings by all of their facts. The caller has the beneficiary's turn."""
    ids = sorted(set(billing_ids))
    for start in range(0, len(ids), _SETTLED_ROWS):
        some = ids[start : start + _SETTLED_ROWS]
        titles = await repository.read_titles(connection, some)
        facts = facts_by_billing(
            titles,
            await repository.read_tellings(connection, some),
            await repository.read_reversals(connection, some),
        )
        made = [settlement_of(billing_id, each) for billing_id, each in facts.items()]
        await repository.settle(connection, made)
        await repository.add_settled_uploads(connection, {title.upload_id for title in titles})


def facts_by_billing(
    titles: Sequence[TitleRow], tellings: Sequence[TellingRow], reversals: Sequence[ReversalRow]
) -> dict[int, Facts]:
    """Put rows together as facts, by billing."""
    told: dict[int, list[Telling]] = {}
    taken: dict[int, list[Reversal]] = {}
    for row in tellings:
        told.setdefault(row.billing_id, []).append(_telling(row))
    for row in reversals:
        taken.setdefault(row.billing_id, []).append(_reversal(row))
    return {
        title.id: Facts(
            title_cents=title.amount_cents,
            tellings=tuple(told.get(title.id, ())),
            reversals=tuple(taken.get(title.id, ())),
            removed_at=title.removed_at,
        )
        for title in titles
    }


def settlement_of(billing_id: int, facts: Facts) -> Settlement:
    """Say what the facts make of a billing that is not cancelled; lists add that themselves."""
    payments = payments_of(facts.tellings, facts.reversals)
    totals = totals_of(
        Facts(title_cents=facts.title_cents, tellings=facts.tellings, reversals=facts.reversals)
    )
    known = [payment.known_since for payment in payments.standing]
    return Settlement(
        billing_id=billing_id,
        paid_cents=totals.paid,
        extra_cents=totals.extra,
        deducted_cents=totals.deducted,
        overpaid_cents=totals.overpaid,
        receivable_cents=totals.receivable,
        cash_cents=totals.cash,
        fees_cents=totals.fees,
        known_at=max(known, default=_NEVER),
        state=_STATE_NUMBERS[money_state(totals)],
        unanswered=len(payments.without_payment),
    )


def _telling(row: TellingRow) -> Telling:
    return Telling(
        key=key_of(row.teller, row.told_by, row.line),
        teller=Teller(row.teller),
        paid_on=row.paid_on,
        paid_cents=row.paid_cents,
        told_at=row.told_at,
        extra_cents=row.extra_cents,
        deducted_cents=row.deducted_cents,
        net_cents=row.net_cents,
    )


def _reversal(row: ReversalRow) -> Reversal:
    of = None if row.of_told_by is None else key_of(row.teller, row.of_told_by, 0)
    return Reversal(
        key=key_of(row.teller, row.told_by, row.line),
        on=row.reversed_on,
        amount_cents=row.amount_cents,
        of=of,
    )


def key_of(teller: int, told_by: int, line: int) -> str:
    """Name a telling; digits are filled up, so that names are in the order of what they name."""
    return f"{teller}:{told_by:020d}:{line:010d}"
