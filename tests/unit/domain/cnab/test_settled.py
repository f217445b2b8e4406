"""The settled terms of billings are what an entry tells the bank."""

from __future__ import annotations

from datetime import date

import pytest

from cobranca.domain import terms as domain
from cobranca.domain.cnab import Discount, Terms, terms_of
from cobranca.domain.terms import Portion, TermsDiscount
from tests.unit.domain.cnab.writing import written

UNTIL = date(2026, 9, 10)


@pytest.mark.parametrize(
    ("settled", "told"),
    [
        (domain.Terms(), Terms()),
        (domain.Terms(fine=Portion(basis_points=200)), Terms(fine_bp=200)),
        (domain.Terms(interest=Portion(cents=33)), Terms(interest_daily_cents=33)),
        (domain.Terms(interest=Portion(basis_points=100)), Terms(interest_monthly_bp=100)),
        (
            domain.Terms(discounts=(TermsDiscount(until=UNTIL, portion=Portion(cents=500)),)),
            Terms(discounts=(Discount(until=UNTIL, cents=500),)),
        ),
        (domain.Terms(protest_days=5), Terms(protest_days=5)),
    ],
)
@pytest.mark.parametrize("code", ["341-400", "756-240"])
def test_a_billing_is_entered_with_its_terms(code: str, settled: domain.Terms, told: Terms) -> None:
    assert written(code, terms=terms_of([settled])) == written(code, terms=told)


def test_each_title_has_its_own() -> None:
    several = terms_of([domain.Terms(protest_days=5), domain.Terms(fine=Portion(cents=9))])
    assert [list(several.protest_days), list(several.fine_cents)] == [[5, 0], [0, 9]]
