"""Which payments there were, told by whom, and which of them were taken back.

One payment may be told by a return file, by a webhook and by a person. Two tellings of one billing
are the same payment when their amounts are equal, their tellers differ, and their days are not far
apart; the same teller twice tells of two payments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from cobranca.domain.ledger.facts import Reversal, Telling

#: Tellings of one payment are at most so many days apart.
CONFIRMED_DAYS_MAX: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment, with everybody who told of it; who knows most comes first.

    Attributes:
        tellings: at most one a teller.
        reversed_by: key of the reversal that took it back; None = it stands.
    """

    tellings: tuple[Telling, ...]
    reversed_by: str | None = None

    @property
    def paid_cents(self) -> int:
        """What the payer gave."""
        return self.tellings[0].paid_cents

    @property
    def paid_on(self) -> date:
        """The day of the payment, as who knows most says."""
        return self.tellings[0].paid_on

    @property
    def extra_cents(self) -> int:
        """Fine and interest in it, never more than all of it."""
        return min(self.tellings[0].extra_cents, self.paid_cents)

    @property
    def deducted_cents(self) -> int:
        """Discount and rebate that were given."""
        return self.tellings[0].deducted_cents

    @property
    def net_cents(self) -> int | None:
        """What was credited of it; None = nobody has said."""
        return next((t.net_cents for t in self.tellings if t.net_cents is not None), None)

    @property
    def known_since(self) -> datetime:
        """When it was first told of."""
        return min(telling.told_at for telling in self.tellings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """The payments of a billing.

    Attributes:
        all: by day.
        without_payment: keys of reversals that no payment answers to: a person has to look.
    """

    all: tuple[Payment, ...]
    without_payment: tuple[str, ...]

    @property
    def standing(self) -> tuple[Payment, ...]:
        """Those that were not taken back."""
        return tuple(payment for payment in self.all if payment.reversed_by is None)


def payments_of(tellings: Iterable[Telling], reversals: Iterable[Reversal]) -> Payments:
    """Join tellings into payments, and take back what was reversed; the order has no influence."""
    told = sorted({telling.key: telling for telling in tellings}.values(), key=_in_order)
    by_amount: dict[int, list[Telling]] = {}
    for telling in told:
        by_amount.setdefault(telling.paid_cents, []).append(telling)
    joined = [group for same in by_amount.values() for group in _joined(same)]
    payments = sorted(
        (Payment(tellings=tuple(sorted(group, key=lambda t: t.teller))) for group in joined),
        key=lambda payment: _in_order(payment.tellings[0]),
    )
    return _taken_back(payments, {reversal.key: reversal for reversal in reversals})


def _in_order(telling: Telling) -> tuple[date, int, str]:
    return telling.paid_on, telling.teller, telling.key


def _joined(told: list[Telling]) -> Iterator[list[Telling]]:
    """Join tellings of one amount, those nearest to each other first."""
    group_of = {telling.key: [telling] for telling in told}
    for _, first, second in sorted(_pairs(told), key=lambda pair: pair[0]):
        one, other = group_of[first.key], group_of[second.key]
        if one is other or {t.teller for t in one} & {t.teller for t in other}:
            continue
        days = [telling.paid_on for telling in (*one, *other)]
        if (max(days) - min(days)).days <= CONFIRMED_DAYS_MAX:
            one += other
            for telling in other:
                group_of[telling.key] = one
    seen: set[int] = set()
    for group in group_of.values():
        if id(group) not in seen:
            seen.add(id(group))
            yield group


def _pairs(
    told: list[Telling],
) -> Iterator[tuple[tuple[int, date, str, str], Telling, Telling]]:
    """Yield who may tell of the same payment, with what decides who is asked first."""
    for place, first in enumerate(told):
        for second in told[place + 1 :]:
            apart = (second.paid_on - first.paid_on).days
            if apart > CONFIRMED_DAYS_MAX:
                break  # They are in the order of their days.
            if first.teller != second.teller:
                yield (apart, first.paid_on, first.key, second.key), first, second


def _taken_back(payments: list[Payment], reversals: dict[str, Reversal]) -> Payments:
    taken: dict[int, str] = {}
    without: list[str] = []
    # Those that name their payment choose first.
    for reversal in sorted(reversals.values(), key=lambda r: (r.of is None, r.on, r.key)):
        found = _reversed_by(reversal, payments, taken)
        if found is None:
            without.append(reversal.key)
        else:
            taken[found] = reversal.key
    return Payments(
        all=tuple(
            Payment(tellings=payment.tellings, reversed_by=taken.get(place))
            for place, payment in enumerate(payments)
        ),
        without_payment=tuple(sorted(without)),
    )


def _reversed_by(reversal: Reversal, payments: list[Payment], taken: dict[int, str]) -> int | None:
    """Find the payment that a reversal takes back: the one it names, or the last one before it.

    A payment of a later day is another: the bank undid what it had only announced.
    """
    fitting = [
        place
        for place, payment in enumerate(payments)
        if place not in taken
        and payment.paid_cents == reversal.amount_cents
        and (
            payment.paid_on <= reversal.on
            if reversal.of is None
            else any(telling.key == reversal.of for telling in payment.tellings)
        )
    ]
    return max(fitting, default=None)
