"""Payments that may have been told before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cobranca.domain.cnab.returns import CHEQUE_CLEARED, MONEY, occurrence_of
from cobranca.payments.repetitions import ToldPayments
from cobranca.payments.rows import ToldPaymentRow

PAID = ToldPaymentRow(
    billing_id=7,
    paid_cents=1000,
    occurrence="06",
    occurred_on=date(2026, 8, 12),
    credited_on=date(2026, 8, 13),
    paid_at="341",
)
CLEARED = replace(PAID, occurrence="76", occurred_on=date(2026, 8, 14))


def told(*payments: tuple[ToldPaymentRow, int], bank: str = "341") -> ToldPayments:
    """Make what was told, each by a file."""
    known = ToldPayments(bank)
    for payment, file_id in payments:
        known.add(payment, file_id)
    return known


@pytest.mark.parametrize("bank", CHEQUE_CLEARED)
def test_code_of_a_cheque_that_clears_is_money_at_its_bank(bank: str) -> None:
    known = occurrence_of(bank, 400 if bank == "341" else 240, CHEQUE_CLEARED[bank])
    assert known.kind in MONEY
    assert "heque" in known.text


def test_equal_places_in_another_file_are_a_repetition() -> None:
    assert told((PAID, 1)).repeats(PAID, 2)
    assert not told((PAID, 1)).repeats(PAID, 1)
    for changes in ({"paid_cents": 999}, {"paid_at": "001"}, {"credited_on": None}):
        assert not told((PAID, 1)).repeats(replace(PAID, **changes), 2)


def test_clearing_repeats_what_was_told_of_the_cheque_in_any_order() -> None:
    assert told((PAID, 1)).repeats(CLEARED, 2)
    assert told((CLEARED, 1)).repeats(PAID, 2)
    assert not told((PAID, 1), bank="748").repeats(CLEARED, 2)
    assert not told((PAID, 1)).repeats(replace(CLEARED, paid_cents=400), 2)
    assert not told((PAID, 1)).repeats(replace(CLEARED, billing_id=8), 2)
    assert not told((CLEARED, 1)).repeats(replace(CLEARED, occurred_on=date(2026, 9, 1)), 2)


def test_in_one_file_the_clearing_alone_is_the_repetition() -> None:
    both = told((PAID, 1), (CLEARED, 1))
    assert both.repeats(CLEARED, 1)
    assert not both.repeats(PAID, 1)
