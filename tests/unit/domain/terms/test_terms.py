"""Terms: who overrides whom, what cannot hold, and what is said, to the cent."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.terms import (
    Faults,
    Limit,
    Portion,
    StatedDiscount,
    StatedTerms,
    Terms,
    TermsDiscount,
    check_terms,
    enough_cents,
    sentences_of,
    settle,
    stated_terms_of,
)
from cobranca.domain.terms.stated import NOTHING

DUE = date(2026, 12, 10)
TWO_PERCENT = Portion(basis_points=200)
ONE_PERCENT = Portion(basis_points=100)
ACCOUNT = StatedTerms(fine=TWO_PERCENT, interest=ONE_PERCENT, protest_days=10)

portions = st.builds(Portion, cents=st.integers(0, 20_000)) | st.builds(
    Portion, basis_points=st.integers(0, 10_000)
)
days = st.dates(date(2026, 11, 1), date(2027, 1, 31))
discounts = st.builds(StatedDiscount, portion=portions, until=days) | st.builds(
    StatedDiscount, portion=portions, days_before=st.integers(0, 40)
)
limits = st.builds(Limit, until=days) | st.builds(Limit, days=st.integers(0, 90))
stated_terms = st.builds(
    StatedTerms,
    fine=st.none() | portions,
    interest=st.none() | portions,
    discounts=st.none() | st.lists(discounts, max_size=3).map(tuple),
    rebate_cents=st.none() | st.integers(0, 20_000),
    payment_limit=st.none() | limits | st.just(Limit()),
    protest_days=st.none() | st.integers(0, 99),
    write_off_days=st.none() | st.integers(0, 999),
)


def settled(account: StatedTerms, row: StatedTerms = NOTHING, amount_cents: int = 10_000) -> Terms:
    return settle(account, row, amount_cents=amount_cents, due_date=DUE)


def faults(stated: StatedTerms, amount_cents: int = 10_000) -> Faults:
    return check_terms(stated, amount_cents=amount_cents, due_ordinal=DUE.toordinal())


# ------------------------------------------------------------------------------------- merging


def test_row_overrides_account_term_by_term() -> None:
    row = StatedTerms(fine=Portion(cents=500))
    terms = settled(ACCOUNT, row)
    assert terms.fine == Portion(cents=500)
    assert terms.interest == ONE_PERCENT
    assert terms.protest_days == 10


def test_row_can_say_that_there_is_none() -> None:
    row = StatedTerms(fine=Portion(), protest_days=0)
    terms = settled(ACCOUNT, row)
    assert not terms.fine
    assert terms.protest_days == 0
    assert terms.interest == ONE_PERCENT


@given(stated_terms, stated_terms)
def test_over_keeps_what_is_said_and_fills_the_rest(row: StatedTerms, account: StatedTerms) -> None:
    both = row.over(account)
    for name in StatedTerms.__slots__:
        mine, theirs = getattr(row, name), getattr(account, name)
        assert getattr(both, name) == (theirs if mine is None else mine)


@given(stated_terms)
def test_content_is_read_back(stated: StatedTerms) -> None:
    assert stated_terms_of(stated.content()) == stated


def test_account_discount_counts_its_days_from_the_due_date() -> None:
    stated = StatedTerms(
        discounts=(
            StatedDiscount(portion=Portion(cents=300), days_before=0),
            StatedDiscount(portion=Portion(cents=500), days_before=5),
        )
    )
    assert settled(stated).discounts == (
        TermsDiscount(until=date(2026, 12, 5), portion=Portion(cents=500)),
        TermsDiscount(until=DUE, portion=Portion(cents=300)),
    )


def test_account_money_that_a_small_billing_cannot_carry_is_left_out() -> None:
    stated = StatedTerms(
        fine=Portion(cents=500),
        interest=Portion(cents=500),
        rebate_cents=500,
        discounts=(StatedDiscount(portion=Portion(cents=500)),),
    )
    assert settled(stated, amount_cents=500) == Terms()
    assert settled(stated, amount_cents=1001).discounts
    assert not settled(stated, amount_cents=1000).discounts  # With the rebate, nothing is left.


@given(stated_terms, stated_terms, st.integers(1, 30_000))
def test_what_is_settled_always_holds(
    account: StatedTerms, row: StatedTerms, amount_cents: int
) -> None:
    terms = settled(account, row, amount_cents)
    assert terms.rebate_cents < amount_cents
    assert terms.fine.cents < amount_cents
    last_days = [discount.until for discount in terms.discounts]
    assert last_days == sorted(set(last_days))
    assert all(day <= DUE for day in last_days)
    assert all(len(sentence) < 200 for sentence in sentences_of(terms, amount_cents))


@given(stated_terms, st.integers(1, 30_000))
def test_nothing_of_a_row_without_faults_is_left_out(row: StatedTerms, amount_cents: int) -> None:
    if faults(row, amount_cents) & ~Faults.OVER_LEGAL:
        return
    terms = settled(NOTHING, row, amount_cents)
    given_cents = [
        each
        for each in row.discounts or ()
        if each.portion.cents or amount_cents * each.portion.basis_points // 10_000
    ]
    assert len(terms.discounts) == len(given_cents)
    assert terms.rebate_cents == (row.rebate_cents or 0)
    assert terms.fine == (row.fine or Portion())


# ------------------------------------------------------------------------------------ checking


@pytest.mark.parametrize(
    ("stated", "fault"),
    [
        (StatedTerms(fine=Portion(cents=10_000)), Faults.FINE_TOO_LARGE),
        (StatedTerms(fine=Portion(basis_points=10_000)), Faults.FINE_TOO_LARGE),
        (StatedTerms(interest=Portion(cents=10_000)), Faults.INTEREST_TOO_LARGE),
        (StatedTerms(rebate_cents=10_000), Faults.REBATE_TOO_LARGE),
        (
            StatedTerms(payment_limit=Limit(until=date(2026, 12, 9))),
            Faults.PAYMENT_LIMIT_EARLY,
        ),
        (
            StatedTerms(
                rebate_cents=6000,
                discounts=(
                    StatedDiscount(portion=Portion()),
                    StatedDiscount(portion=Portion(cents=4000)),
                ),
            ),
            Faults.DISCOUNT_2_TOO_LARGE,
        ),
        (
            StatedTerms(
                discounts=(StatedDiscount(portion=Portion(cents=1), until=date(2026, 12, 11)),)
            ),
            Faults.DISCOUNT_1_DATE,
        ),
        (
            StatedTerms(
                discounts=(
                    StatedDiscount(portion=Portion(cents=1), until=DUE),
                    StatedDiscount(portion=Portion(cents=2), until=date(2026, 12, 1)),
                    StatedDiscount(portion=Portion(cents=2)),
                )
            ),
            Faults.DISCOUNT_3_DATE,
        ),
    ],
)
def test_check_names_what_cannot_hold(stated: StatedTerms, fault: Faults) -> None:
    assert faults(stated) & ~Faults.OVER_LEGAL == fault


@pytest.mark.parametrize(
    ("stated", "over"),
    [
        (StatedTerms(fine=TWO_PERCENT, interest=ONE_PERCENT), False),
        (StatedTerms(fine=Portion(basis_points=201)), True),
        (StatedTerms(fine=Portion(cents=200)), False),
        (StatedTerms(fine=Portion(cents=201)), True),
        (StatedTerms(interest=Portion(basis_points=101)), True),
        (StatedTerms(interest=Portion(cents=3)), False),
        (StatedTerms(interest=Portion(cents=4)), True),
    ],
)
def test_what_is_over_the_law_is_told_and_not_refused(stated: StatedTerms, over: bool) -> None:
    assert faults(stated) == (Faults.OVER_LEGAL if over else Faults.NONE)


@given(stated_terms, st.integers(0, 30_000))
def test_enough_is_enough_for_all_but_days(stated: StatedTerms, more: int) -> None:
    enough = enough_cents(stated)
    if enough > 1 << 60:
        return
    of_days = Faults.DISCOUNT_1_DATE | Faults.DISCOUNT_2_DATE | Faults.DISCOUNT_3_DATE
    found = faults(stated, enough + more)
    assert not found & ~(of_days | Faults.PAYMENT_LIMIT_EARLY)


# ----------------------------------------------------------------------------------- sentences


def test_fine_and_interest_are_said_to_the_cent() -> None:
    assert sentences_of(settled(ACCOUNT), 10_000) == (
        "Após o vencimento, multa de R$ 2,00 e juros de R$ 0,03 ao dia.",
        "Sujeito a protesto 10 dias após o vencimento.",
    )


def test_interest_below_a_cent_is_said_as_a_share() -> None:
    terms = settled(StatedTerms(interest=ONE_PERCENT), amount_cents=2_999)
    assert sentences_of(terms, 2_999) == ("Após o vencimento, juros de 1% ao mês.",)


@pytest.mark.parametrize(("amount_cents", "fine"), [(1_025, "R$ 0,21"), (1_024, "R$ 0,20")])
def test_fine_is_rounded_half_up(amount_cents: int, fine: str) -> None:
    terms = settled(StatedTerms(fine=TWO_PERCENT), amount_cents=amount_cents)
    assert sentences_of(terms, amount_cents) == (f"Após o vencimento, multa de {fine}.",)


def test_everything_else_is_said() -> None:
    stated = StatedTerms(
        discounts=(
            StatedDiscount(portion=Portion(basis_points=500), days_before=9),
            StatedDiscount(portion=Portion(cents=300), days_before=5),
            StatedDiscount(portion=Portion(cents=100)),
        ),
        rebate_cents=1_000,
        payment_limit=Limit(days=30),
        write_off_days=1,
    )
    assert sentences_of(settled(stated), 10_000) == (
        "Abatimento de R$ 10,00: cobrar R$ 90,00.",
        "Desconto de R$ 5,00 até 01/12/2026, de R$ 3,00 até 05/12/2026 e de R$ 1,00 até"
        " 10/12/2026.",
        "Não receber após 09/01/2027.",
        "Será baixado 1 dia após o vencimento, se não for pago.",
    )


def test_nothing_is_said_of_nothing() -> None:
    assert sentences_of(settled(NOTHING), 10_000) == ()
