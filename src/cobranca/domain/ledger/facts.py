"""What was told of a billing's money. Facts are added, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum


class Teller(IntEnum):
    """Who tells of a payment, the one who knows most of it first; stored by these numbers."""

    BANK = 1  # A return file: it knows fine, interest, discount and what was credited.
    PERSON = 2  # Somebody settled the billing by hand.
    WEBHOOK = 3  # Another system's call: it knows the amount alone.


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One teller's word that a payer has paid.

    Attributes:
        key: names it; told again under the same key, it is the same.
        teller: who tells.
        paid_on: the day on which the payer paid.
        paid_cents: what the payer gave.
        extra_cents: fine and interest in it.
        deducted_cents: discount and rebate that were given.
        net_cents: what was credited; None = not known.
        told_at: since when it is known here.
    """

    key: str
    teller: Teller
    paid_on: date
    paid_cents: int
    told_at: datetime
    extra_cents: int = 0
    deducted_cents: int = 0
    net_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """A payment was taken back: a cheque came back, or a person undid a settlement.

    Attributes:
        key: names it.
        on: the day of the reversal.
        amount_cents: what is taken back, all of one payment.
        of: key of the telling whose payment is meant; None = one of that amount.
    """

    key: str
    on: date
    amount_cents: int
    of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of one billing's money.

    Attributes:
        title_cents: what was billed.
        tellings: in any order, also repeated.
        reversals: the same.
        removed_at: since when the billing is cancelled; None = it is not.
    """

    title_cents: int
    tellings: tuple[Telling, ...] = ()
    reversals: tuple[Reversal, ...] = ()
    removed_at: datetime | None = None
