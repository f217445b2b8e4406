"""Barcode and digitable line: two writings of one thing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from cobranca.domain.boleto import barcode_of_line, digitable_line_of, format_digitable_line
from cobranca.domain.boleto.barcode import barcode_of
from cobranca.domain.errors import InvalidField
from tests.unit.domain.boleto.accounts import digits

FREE_FIELD = "1090000015710293013280000"


def test_the_parts_stand_in_their_places():
    barcode = barcode_of("341", FREE_FIELD, 2980, date(2009, 10, 19))
    assert barcode == "34199439500000029801090000015710293013280000"


def test_the_mask():
    assert format_digitable_line("34191090080000015710296301328000194390000002980") == (
        "34191.09008 00000.157102 96301.328000 1 94390000002980"
    )


@given(digits(44))
def test_a_line_gives_its_barcode_back(barcode: str):
    assert barcode_of_line(digitable_line_of(barcode)) == barcode


@pytest.mark.parametrize("text", ["", "1" * 43, "1" * 45, "1" * 43 + "a", "1" * 43 + "\u0661"])
def test_other_texts_are_a_bug_of_the_caller(text: str):
    with pytest.raises(ValueError, match="44 digits"):
        digitable_line_of(text)
    with pytest.raises(ValueError, match="47 digits"):
        barcode_of_line(text)
    with pytest.raises(ValueError, match="47 digits"):
        format_digitable_line(text)


@pytest.mark.parametrize(
    ("amount", "due_date", "field"),
    [
        (0, date(2026, 1, 1), "amount_cents"),
        (-5, date(2026, 1, 1), "amount_cents"),
        (10**10, date(2026, 1, 1), "amount_cents"),
        (1, date(2000, 7, 2), "due_date"),
        (1, date(1990, 1, 1), "due_date"),
    ],
)
def test_what_no_barcode_carries_is_refused(amount: int, due_date: date, field: str):
    with pytest.raises(InvalidField) as refusal:
        barcode_of("341", FREE_FIELD, amount, due_date)
    assert refusal.value.field == field


def test_the_limits_are_carried():
    assert barcode_of("341", FREE_FIELD, 9_999_999_999, date(2000, 7, 3))[5:19] == (
        "1000" + "9" * 10
    )
    assert barcode_of("341", FREE_FIELD, 1, date(2025, 2, 22))[5:19] == "10000000000001"
