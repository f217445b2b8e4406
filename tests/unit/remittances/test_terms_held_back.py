"""Each term of a billing at each layout: it is written into the file, or the title is held back.

Nothing is left out in silence: a title with a term makes other bytes than one without it, or it
stays out and says why.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import pytest

from cobranca.domain.cnab import LAYOUTS, RemittanceWriter
from cobranca.domain.terms import Limit, Portion, StatedDiscount, StatedTerms
from cobranca.pipeline.billing_details import BillingDetails
from tests.unit.remittances.test_titles import _ADDRESS, _DAY, maker, row

if TYPE_CHECKING:
    from cobranca.domain.cnab import Limits

_UNTIL: Final = _DAY + timedelta(days=1)
_ONE: Final = StatedDiscount(portion=Portion(cents=100), until=_UNTIL)
_THREE: Final = tuple(
    StatedDiscount(portion=Portion(cents=300 - 100 * at), until=_UNTIL + timedelta(days=at))
    for at in range(3)
)
_SHARE: Final = StatedDiscount(portion=Portion(basis_points=500), until=_UNTIL)

#: What a row says, and the field that it is held back with where the layout has no place for it.
TERMS: Final[dict[str, tuple[StatedTerms, str]]] = {
    "fine of 2 %": (StatedTerms(fine=Portion(basis_points=200)), "terms.fine_bp"),
    "fine of 1.55 %": (StatedTerms(fine=Portion(basis_points=155)), "terms.fine_bp"),
    "fine in money": (StatedTerms(fine=Portion(cents=500)), "terms.fine_cents"),
    "interest of 1 % a month": (
        StatedTerms(interest=Portion(basis_points=100)), "terms.interest_monthly_bp"),
    "interest in money": (StatedTerms(interest=Portion(cents=10)), "terms.interest_daily_cents"),
    "discount in money": (StatedTerms(discounts=(_ONE,)), "terms.discounts[0]"),
    "discount of 5 %": (StatedTerms(discounts=(_SHARE,)), "terms.discounts[0]"),
    "three discounts": (StatedTerms(discounts=_THREE), "terms.discounts"),
    "rebate": (StatedTerms(rebate_cents=100), "terms.rebate_cents"),
    "payment limit": (StatedTerms(payment_limit=Limit(days=30)), "terms.payment_limit"),
    "protest": (StatedTerms(protest_days=5), "terms.protest_days"),
    "write-off": (StatedTerms(write_off_days=40), "terms.write_off_days"),
    "protest and write-off": (
        StatedTerms(protest_days=5, write_off_days=30), "terms.write_off_days"),
}  # fmt: skip


def fits(term: str, limits: Limits) -> bool:
    """Tell whether the documented limits of a layout have a place for a term."""
    return {
        "fine of 2 %": 200 % limits.fine_step_bp == 0,
        "fine of 1.55 %": 155 % limits.fine_step_bp == 0,
        "fine in money": limits.fine_cents,
        "interest of 1 % a month": limits.interest_monthly or limits.interest_daily,
        "interest in money": limits.interest_daily,
        "discount in money": limits.discounts_max >= 1,
        "discount of 5 %": limits.discount_bp,
        "three discounts": limits.discounts_max >= len(_THREE),
        "rebate": False,
        "payment limit": False,
        "protest": 5 in limits.protest_days,
        "write-off": 40 in limits.write_off_days,
        "protest and write-off": 5 in limits.protest_days
        and 30 in limits.write_off_days
        and not limits.one_deadline,
    }[term]


def file_with(layout: str, stated: StatedTerms) -> tuple[bytes, list[tuple[str, str]]]:
    """Make a file of one title: its bytes, and code and field of what was held back."""
    made, profile = maker(layout)
    details = {1: BillingDetails(address=_ADDRESS, terms=stated)}
    # Large enough for a day of 1 % a month to be some cents.
    title = row(1)._replace(amount_cents=123_456)
    chunk = made.make([title], details, profile, issued=_DAY)
    held = [(reason.code, reason.field) for reason in made.tally.held]
    if chunk is None:
        return b"", held
    writer = RemittanceWriter(made.account, made.file)
    return writer.begin() + b"".join(writer.write(chunk.titles)) + writer.end(), held


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_term_is_written_or_the_title_is_held_back(layout: str, term: str) -> None:
    stated, field = TERMS[term]
    plain, nothing = file_with(layout, StatedTerms())
    assert nothing == []
    content, held = file_with(layout, stated)
    if fits(term, LAYOUTS[layout].limits):
        assert held == []
        assert content != plain
        assert len(content) >= len(plain)
    else:
        assert content == b""
        ((code, at),) = held
        assert code == "TERM_NOT_EXPRESSIBLE"
        assert at.startswith((field, "terms.protest_days"))


def test_every_term_of_a_billing_is_in_the_table() -> None:
    said = {name for stated, _ in TERMS.values() for name in _said(stated)}
    assert said == set(StatedTerms.__slots__)


def _said(stated: StatedTerms) -> list[str]:
    return [name for name in StatedTerms.__slots__ if getattr(stated, name) is not None]


def test_the_title_of_the_table_is_not_due_before_its_discounts_end() -> None:
    assert row(1).due_date > _UNTIL + timedelta(days=2) > date(2026, 1, 1)
