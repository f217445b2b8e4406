"""Fine, interest, discounts, deadlines: what a layout cannot say is refused, never rounded."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from cobranca.domain.cnab import (
    LAYOUTS,
    Discount,
    RemittanceWriter,
    Terms,
)
from tests.unit.domain.cnab.accounts import FILE, account, payer, titles
from tests.unit.domain.cnab.writing import DUE, LATER, NEXT, discounts, refused, value, written

# ----------------------------------------------------------------------------------------- fine


@pytest.mark.parametrize(
    ("code", "basis_points", "fits"),
    [
        ("336-400", 150, False), ("336-400", 200, True), ("336-400", 9_900, True),
        ("336-400", 10_000, False), ("004-400", 150, False), ("004-400", 100, True),
        ("041-400", 155, False), ("041-400", 150, True), ("237-400", 155, True),
        ("237-400", 10_000, False), ("341-400", 10_000, True), ("033-240", 155, True),
        ("748-400", 155, True), ("756-400", 155, True), ("136-400", 155, True),
        ("077-400", 10_000, False), ("422-400", 155, True), ("001-400", 155, True),
    ],
)  # fmt: skip
def test_percentage_of_a_fine_is_never_rounded(code: str, basis_points: int, fits: bool) -> None:
    terms = Terms(fine_bp=basis_points)
    expected = [] if fits else [("terms.fine_bp", "TERM_NOT_EXPRESSIBLE")]
    assert refused(code, terms=terms) == expected


MONEY_FINES = {code for code, known in LAYOUTS.items() if known.limits.fine_cents}


@pytest.mark.parametrize("code", LAYOUTS)
def test_fine_in_money_only_where_money_fits(code: str) -> None:
    expected = [] if code in MONEY_FINES else [("terms.fine_cents", "TERM_NOT_EXPRESSIBLE")]
    assert refused(code, terms=Terms(fine_cents=500)) == expected
    assert {
        "001-240", "001-400", "033-240", "077-400", "085-240", "104-240", "133-240", "136-240",
        "136-400", "208-240", "237-240", "341-240", "341-400", "748-240", "756-240",
    } == MONEY_FINES  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(fine_bp=-1), "terms.fine_bp"),
        (Terms(fine_cents=-1), "terms.fine_cents"),
        (Terms(fine_bp=200, fine_cents=100), "terms.fine_cents"),
        (Terms(fine_cents=123_456), "terms.fine_cents"),
        (Terms(fine_bp=200, fine_from=date(2026, 10, 4)), "terms.fine_from"),
        (Terms(interest_daily_cents=-1), "terms.interest_daily_cents"),
        (Terms(interest_daily_cents=123_456), "terms.interest_daily_cents"),
        (Terms(interest_monthly_bp=10_000), "terms.interest_monthly_bp"),
        (Terms(interest_daily_cents=5, interest_from=date(2026, 10, 1)), "terms.interest_from"),
        (Terms(protest_days=100), "terms.protest_days"),
        (Terms(protest_days=-1), "terms.protest_days"),
        (Terms(write_off_days=100), "terms.write_off_days"),
        (Terms(write_off_days=30, protest_days=5), "terms.write_off_days"),
    ],
)
def test_terms_that_make_no_sense_are_refused(terms: Terms, field: str) -> None:
    assert [name for name, _ in refused("341-400", terms=terms)] == [field]


@pytest.mark.parametrize("code", ["237-400", "748-400", "004-400", "756-400", "136-400"])
def test_later_day_of_a_fine_needs_a_place(code: str) -> None:
    assert refused(code, terms=Terms(fine_bp=200, fine_from=NEXT)) == []
    late = Terms(fine_bp=200, fine_from=LATER)
    assert refused(code, terms=late) == [("terms.fine_from", "TERM_NOT_EXPRESSIBLE")]


def test_fine_that_is_no_fine_may_have_any_day() -> None:
    assert refused("237-400", terms=Terms(fine_bp=0, fine_from=LATER)) == []


def test_banrisul_counts_days_to_the_fine() -> None:
    assert value("041-400", "fine.days", terms=Terms(fine_bp=200, fine_from=NEXT)) == "00"
    assert value("041-400", "fine.days", terms=Terms(fine_bp=200, fine_from=LATER)) == "14"
    late = Terms(fine_bp=200, fine_from=date(2027, 3, 1))
    assert refused("041-400", terms=late) == [("terms.fine_from", "TERM_NOT_EXPRESSIBLE")]


# ------------------------------------------------------------------------------------- interest


def test_monthly_interest_becomes_money_a_day_rounded_down() -> None:
    terms = Terms(interest_monthly_bp=100)
    assert value("341-400", "interest_daily", terms=terms, amount_cents=[150_000]) == 50
    assert value("341-400", "interest_daily", terms=terms, amount_cents=[149_999]) == 49
    assert value("341-400", "interest_from", terms=terms) == NEXT


def test_interest_below_a_cent_is_left_out_and_counted() -> None:
    terms = Terms(interest_monthly_bp=100)
    made = RemittanceWriter(account("341-400"), FILE)
    lines = b"".join(made.write(titles("341-400", terms=terms, amount_cents=[2_999])))
    assert made.warnings == {"INTEREST_BELOW_A_CENT": 1}
    assert lines[160:173] == b"0" * 13
    assert lines[385:391] == b"000000"


@pytest.mark.parametrize("column", [["Rua " * 12], np.array([b"Rua " * 12]), "Rua " * 12])
def test_address_that_was_cut_is_counted(column: Any) -> None:
    made = RemittanceWriter(account("341-400"), FILE)
    lines = b"".join(made.write(titles("341-400", payer=payer(address=column))))
    assert lines[274:314] == b"RUA " * 10
    assert made.warnings == {"ADDRESS_CUT": 1}
    made = RemittanceWriter(account("341-400"), FILE)
    assert b"".join(made.write(titles("341-400", movement="02", payer=payer(address=column))))
    assert made.warnings == {}


@pytest.mark.parametrize(
    ("code", "terms", "expected"),
    [
        ("001-240", Terms(), ("3", None, 0)),
        ("001-240", Terms(interest_daily_cents=50), ("1", NEXT, 50)),
        ("001-240", Terms(interest_monthly_bp=100), ("2", NEXT, 100)),
        ("001-240", Terms(interest_daily_cents=50, interest_monthly_bp=100), ("1", NEXT, 50)),
        ("756-240", Terms(), ("0", None, 0)),
        ("033-240", Terms(interest_daily_cents=50), ("1", DUE, 50)),
        ("033-240", Terms(interest_daily_cents=50, interest_from=NEXT), ("1", NEXT, 50)),
    ],
)
def test_interest_has_a_code(code: str, terms: Terms, expected: tuple[object, ...]) -> None:
    names = ("interest.code", "interest.date", "interest.value")
    assert tuple(value(code, name, terms=terms) for name in names) == expected


def test_sicoob_400_takes_interest_by_the_month_only() -> None:
    daily = Terms(interest_daily_cents=50)
    assert refused("756-400", terms=daily) == [
        ("terms.interest_daily_cents", "TERM_NOT_EXPRESSIBLE")
    ]
    both = Terms(interest_daily_cents=50, interest_monthly_bp=100)
    assert value("756-400", "interest_monthly6", terms=both) == 10_000


def test_sicredi_says_which_kind_of_interest_and_discount() -> None:
    terms = Terms(
        interest_monthly_bp=100, discounts=(Discount(until=date(2026, 9, 9), basis_points=250),)
    )
    assert value("748-400", "interest_kind", terms=terms) == "B"
    assert value("748-400", "interest", terms=terms) == 100
    assert value("748-400", "discount_kind", terms=terms) == "B"
    assert value("748-400", "discount1.value", terms=terms) == 250


# ------------------------------------------------------------------------------------ discounts


@pytest.mark.parametrize("code", LAYOUTS)
def test_discounts_only_as_many_as_there_are_places(code: str) -> None:
    most = LAYOUTS[code].limits.discounts_max
    assert refused(code, terms=discounts(*[100] * most)) == []
    found = refused(code, terms=discounts(*[100] * (most + 1)))
    assert found == [(f"terms.discounts[{most}]", "TERM_NOT_EXPRESSIBLE")]
    by_percent = Terms(discounts=(Discount(until=date(2026, 9, 9), basis_points=100),))
    fits = LAYOUTS[code].limits.discount_bp
    expected = [] if fits else [("terms.discounts[0]", "TERM_NOT_EXPRESSIBLE")]
    assert refused(code, terms=by_percent) == expected


@pytest.mark.parametrize(
    "discount",
    [
        Discount(until=None, cents=100),
        Discount(until=NEXT, cents=100),
        Discount(until=date(2026, 9, 9), cents=-1),
        Discount(until=date(2026, 9, 9), cents=123_456),
        Discount(until=date(2026, 9, 9), basis_points=10_000),
        Discount(until=date(2026, 9, 9), basis_points=5, cents=5),
        Discount(until=date(2026, 9, 9)),
    ],
)
def test_discount_that_makes_no_sense_is_refused(discount: Discount) -> None:
    found = refused("001-240", terms=Terms(discounts=(discount,)))
    assert found == [("terms.discounts[0]", "TERM_INVALID")]


@pytest.mark.parametrize("code", ["085-240", "341-240", "237-240", "208-240", "133-240"])
def test_segment_r_is_there_when_it_has_something_to_say(code: str) -> None:
    lengths = {
        len(written(code, terms=terms)): terms
        for terms in (Terms(), discounts(300), discounts(300, 200), Terms(fine_bp=200))
    }
    assert set(lengths) == {2, 3}
    assert len(written(code, terms=discounts(300))) == 2
    line = written(code, terms=discounts(300, 200, 100))[2]
    assert line[18:41] + line[42:65] == f"20092026{200:015d}30092026{100:015d}"


def test_discounts_come_in_order_and_without_a_gap() -> None:
    first, second = date(2026, 9, 10), date(2026, 9, 20)
    for pair in (
        (Discount(until=second, cents=5), Discount(until=first, cents=5)),
        (Discount(until=None), Discount(until=first, cents=5)),
    ):
        assert refused("001-240", terms=Terms(discounts=pair)) == [
            ("terms.discounts[1]", "TERM_INVALID")
        ]


def test_second_discount_of_santander_stands_where_the_tax_does() -> None:
    line = written("033-400", terms=discounts(300, 200))[0]
    assert (line[70:76], line[173:179], line[179:192], line[192:205]) == (
        "200926", "100926", f"{300:013d}", f"{200:013d}",
    )  # fmt: skip


def test_bradesco_says_further_discounts_in_a_record_of_their_own() -> None:
    detail, messages = written("237-400", terms=discounts(300, 200, 100))
    assert detail[173:192] == f"100926{300:013d}"
    assert messages[321:359] == f"200926{200:013d}300926{100:013d}"
    assert len(written("237-400", terms=discounts(300))) == 1


# ------------------------------------------------------------------------------------ deadlines


@pytest.mark.parametrize(
    ("code", "days", "fits"),
    [
        ("104-240", 1, False), ("104-240", 2, True), ("104-240", 91, False), ("748-400", 2, False),
        ("041-400", 2, False), ("041-400", 3, True), ("077-400", 5, False), ("133-400", 5, False),
        ("004-400", 99, False), ("341-400", 99, True),
    ],
)  # fmt: skip
def test_days_of_protest_are_those_of_the_bank(code: str, days: int, fits: bool) -> None:
    expected = [] if fits else [("terms.protest_days", "TERM_NOT_EXPRESSIBLE")]
    assert refused(code, terms=Terms(protest_days=days)) == expected


@pytest.mark.parametrize(
    ("code", "days", "expected"),
    [
        ("033-400", 15, {"instruction1": "02"}), ("033-400", 30, {"instruction1": "03"}),
        ("033-400", 20, None), ("237-400", 20, {"instruction1": "18", "instruction2": "20"}),
        ("341-400", 20, {"instruction1": "92", "instruction_days": "20"}),
        ("041-400", 20, {"instruction1": "15", "instruction_days": "20"}),
        ("422-400", 30, {"instruction1": "03", "instruction2": "00"}), ("422-400", 5, None),
        ("077-400", 20, {"limit_days": "20"}), ("077-400", 61, None), ("001-400", 20, None),
        ("104-240", 20, {"write_off.code": "1", "write_off_days": "020"}),
        ("237-240", 20, {"write_off.code": "1", "write_off_days": "020"}),
        ("033-240", 20, {"write_off.code": "1", "write_off_days": "20"}),
        ("748-240", 60, {"write_off.code": "1", "write_off_days": "060"}), ("748-240", 30, None),
        ("085-240", 30, None), ("001-240", 30, None), ("756-240", 30, None), ("336-400", 9, None),
    ],
)  # fmt: skip
def test_write_off_days(code: str, days: int, expected: dict[str, str] | None) -> None:
    terms = Terms(write_off_days=days)
    if expected is None:
        assert refused(code, terms=terms) == [("terms.write_off_days", "TERM_NOT_EXPRESSIBLE")]
    else:
        assert {name: value(code, name, terms=terms) for name in expected} == expected


def test_caixa_keeps_a_title_only_when_it_is_protested() -> None:
    names = ("write_off.code", "write_off_days")
    told = {days: tuple(value("104-240", n, terms=Terms(protest_days=days)) for n in names)
            for days in (0, 5)}  # fmt: skip
    assert told == {0: ("1", "120"), 5: ("2", "000")}


@pytest.mark.parametrize("code", ["104-240", "033-240"])
def test_protest_and_write_off_are_both_said(code: str) -> None:
    both = Terms(protest_days=5, write_off_days=40)
    assert value(code, "protest.code", terms=both) == "1"
    assert value(code, "write_off.code", terms=both) == "1"
    assert int(str(value(code, "write_off_days", terms=both))) == 40


def test_safra_says_the_return_in_whichever_instruction_is_free() -> None:
    for terms, expected in (
        (Terms(write_off_days=15), ("02", "00")),
        (Terms(write_off_days=15, protest_days=5), ("02", "10")),
        (Terms(write_off_days=15, fine_bp=200), ("16", "02")),
        (Terms(fine_bp=200), ("16", "00")),
    ):
        names = ("instruction1", "instruction2")
        assert tuple(value("422-400", name, terms=terms) for name in names) == expected


def test_fine_and_protest_take_both_instructions() -> None:
    both = Terms(fine_bp=200, protest_days=5)
    assert value("422-400", "instruction1", terms=both) == "16"
    assert value("422-400", "instruction2", terms=both) == "10"
    assert value("041-400", "instruction1", terms=both) == "18"
    assert value("041-400", "instruction2", terms=both) == "09"
    crowded = Terms(fine_bp=200, protest_days=5, write_off_days=15)
    assert refused("422-400", terms=crowded) == [("terms.write_off_days", "TERM_NOT_EXPRESSIBLE")]
