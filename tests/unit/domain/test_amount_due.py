"""What is to be paid on a day, to the cent, against examples made apart from this code."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.amount_due import amount_due
from cobranca.domain.business_days import bank_holidays, easter, is_business_day, payable_until
from cobranca.domain.terms import Portion, Terms, TermsDiscount

_GOLDEN = Path(__file__).parents[2] / "golden"
CASES = json.loads((_GOLDEN / "second_copy.json").read_text(encoding="utf-8"))["cases"]
HOLIDAYS = json.loads((_GOLDEN / "bank_holidays.json").read_text(encoding="utf-8"))
YEARS, DUE_DATES = HOLIDAYS["years"], HOLIDAYS["examples"]
DUE = date(2026, 8, 10)


@pytest.mark.parametrize("rounding", ["exact", "daily"])
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_examples(case: dict[str, Any], rounding: Any) -> None:
    terms = Terms(
        fine=Portion(basis_points=case["fine_bp"]),
        interest=Portion(cents=case["day_cents"] or 0, basis_points=case["month_bp"]),
    )
    found = amount_due(
        terms,
        case["title_cents"],
        due_date=date.fromisoformat(case["due"]),
        on=date.fromisoformat(case["paid_on"]),
        rounding=rounding,
    )
    expected = case["exact" if rounding == "exact" else "daily_rounded"]
    assert found.payable_until == date.fromisoformat(case["payable_until"])
    assert {
        "days": found.days_late,
        "fine": found.fine_cents,
        "interest": found.interest_cents,
        "total": found.total_cents,
    } == expected


@pytest.mark.parametrize("year", YEARS)
def test_holidays_of_a_year(year: str) -> None:
    expected = {date.fromisoformat(day) for day in YEARS[year]}
    assert bank_holidays(int(year)) == expected


@pytest.mark.parametrize("example", DUE_DATES, ids=[each["due"] for each in DUE_DATES])
def test_last_day_to_pay(example: dict[str, str]) -> None:
    found = payable_until(date.fromisoformat(example["due"]))
    assert found == date.fromisoformat(example["payable_until"])


def test_easter_at_its_edges() -> None:
    assert easter(1818) == date(1818, 3, 22)
    assert easter(1943) == date(1943, 4, 25)
    assert easter(2038) == date(2038, 4, 25)
    assert easter(1954) == date(1954, 4, 18)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_day_to_pay_is_the_first_business_day(due: date) -> None:
    last = payable_until(due)
    assert is_business_day(last)
    between = [due + timedelta(days=n) for n in range((last - due).days)]
    assert not any(map(is_business_day, between))


def test_day_of_a_town_is_no_business_day() -> None:
    assert payable_until(DUE, also_closed=[DUE]) == date(2026, 8, 11)


def test_discounts_end_and_the_rebate_stays() -> None:
    terms = Terms(
        discounts=(
            TermsDiscount(until=date(2026, 8, 1), portion=Portion(cents=500)),
            TermsDiscount(until=date(2026, 8, 5), portion=Portion(basis_points=100)),
        ),
        rebate_cents=50,
        fine=Portion(cents=300),
        interest=Portion(cents=7),
    )
    totals = {
        day: amount_due(terms, 10_000, due_date=DUE, on=date(2026, 8, day)).total_cents
        for day in (1, 2, 5, 6, 10, 11, 20)
    }
    assert totals == {1: 9450, 2: 9850, 5: 9850, 6: 9950, 10: 9950, 11: 10_257, 20: 10_320}


def test_limit_of_payment_is_told() -> None:
    terms = Terms(payment_limit=date(2026, 8, 20))
    ends = {
        day: amount_due(terms, 1, due_date=DUE, on=date(2026, 8, day)).expired for day in (20, 21)
    }
    assert ends == {20: False, 21: True}
