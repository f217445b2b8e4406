"""What a layout cannot say is refused, with title, field and reason; what it can, is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from cobranca.domain.cnab import (
    LAYOUTS,
    Discount,
    People,
    Refusal,
    RemittanceAccount,
    RemittanceWriter,
    Terms,
    Titles,
    refusals_of,
    write_remittance,
)
from cobranca.domain.errors import InvalidField
from tests.unit.domain.cnab.accounts import FILE, PARAMETERS, account, our_number, payer, titles

DUE = date(2026, 10, 5)
NEXT = date(2026, 10, 6)
LATER = date(2026, 10, 20)


def refused(code: str, **other: Any) -> list[tuple[str, str]]:
    """Give field and code of each refusal of one title."""
    found = refusals_of(account(code), FILE, titles(code, **other))
    return [(refusal.field, refusal.code) for refusal in found]


def written(code: str, owner: RemittanceAccount | None = None, **other: Any) -> list[str]:
    """Write one title, and give its lines."""
    some = titles(code, **other)
    file = b"".join(write_remittance(owner or account(code), FILE, [some])).decode()
    edge = 2 if LAYOUTS[code].has_lots else 1
    return file.split("\r\n")[edge : -edge - 1]


def value(code: str, name: str, **other: Any) -> object:
    """Write one title, and read one value of it again."""
    for line, kind in zip(written(code, **other), LAYOUTS[code].kinds, strict=False):
        record = LAYOUTS[code].records[kind.record]
        if name in record.names:
            return record.decode_one(line)[name]
    raise AssertionError(name)


def discounts(*values: int) -> Terms:
    """Give discounts in cents, each until a later day."""
    days = (date(2026, 9, 10), date(2026, 9, 20), date(2026, 9, 30), date(2026, 10, 1))
    return Terms(
        discounts=tuple(
            Discount(until=day, cents=cents) for day, cents in zip(days, values, strict=False)
        )
    )


# ------------------------------------------------------------------------------------- fine


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


# --------------------------------------------------------------------------------- interest


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


# -------------------------------------------------------------------------------- discounts


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


# -------------------------------------------------------------------------------- deadlines


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


# ---------------------------------------------------------------------------------- movements


def test_what_only_an_entry_says_is_left_out_of_other_movements() -> None:
    terms = Terms(
        fine_bp=150, interest_daily_cents=50, protest_days=1, discounts=discounts(1, 2, 3).discounts
    )
    assert refused("336-400", movement="02", terms=terms) == []
    plain = written("336-400", movement="02")
    assert written("336-400", movement="02", terms=terms) == plain
    assert plain[0][108:110] == "02"


@pytest.mark.parametrize(
    ("movement", "rebate", "expected"),
    [
        ("01", 5, "REBATE_NOT_ALLOWED"), ("02", 5, "REBATE_NOT_ALLOWED"),
        ("04", 0, "REBATE_INVALID"), ("04", -5, "REBATE_INVALID"), ("04", 5, None),
        ("04", 123_456, "REBATE_INVALID"), ("05", 0, None), ("05", 5, None),
    ],
)  # fmt: skip
def test_rebate_stands_with_its_movements_only(
    movement: str, rebate: int, expected: str | None
) -> None:
    found = refused("341-400", movement=movement, rebate_cents=rebate)
    assert found == ([("rebate_cents", expected)] if expected else [])


@pytest.mark.parametrize("code", LAYOUTS)
def test_movement_that_the_layout_has_not_is_refused(code: str) -> None:
    assert refused(code, movement="47") == [("movement", "FIELD_NOT_ALLOWED")]
    for movement in set(LAYOUTS[code].movements) - {"04"}:
        assert refused(code, movement=movement) == []
    assert refused(code, species="ZZ") == (
        [("species", "FIELD_NOT_ALLOWED")] if LAYOUTS[code].species else []
    )


def test_inter_knows_entries_and_write_offs_only() -> None:
    assert refused("077-400", movement="06") == [("movement", "FIELD_NOT_ALLOWED")]


# ------------------------------------------------------------------------------------ people


@pytest.mark.parametrize("code", LAYOUTS)
@pytest.mark.parametrize("field", ["address", "city", "state", "postal_code"])
def test_entry_without_address_is_refused_where_it_has_a_place(code: str, field: str) -> None:
    names = LAYOUTS[code].names
    has = field == "postal_code" or f"payer.{field}" in names
    expected = [(f"payer.{field}", "ADDRESS_MISSING")] if has else []
    missing = payer(**{field: [""]})
    assert refused(code, payer=missing) == ([] if code == "104-240" else expected)
    assert refused(code, payer=missing, movement="02") == []


def test_caixa_needs_an_address_for_a_protest() -> None:
    nowhere = payer(address="", city="", state="", postal_code="", district="")
    assert refused("104-240", payer=nowhere) == []
    found = refused("104-240", payer=nowhere, terms=Terms(protest_days=5))
    assert {field for field, _ in found} == {
        "payer.address", "payer.city", "payer.state", "payer.postal_code",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"tax_id": "52998224720"}, "payer.tax_id"),
        ({"tax_id": "11111111111"}, "payer.tax_id"),
        ({"tax_id": ""}, "payer.tax_id"),
        ({"tax_id": "5299822472"}, "payer.tax_id"),
        ({"tax_id": "529982247250000000"}, "payer.tax_id"),
        ({"name": "?!"}, "payer.name"),
        ({"state": "XX"}, "payer.state"),
        ({"state": "SPX"}, "payer.state"),
        ({"postal_code": "00000000"}, "payer.postal_code"),
        ({"postal_code": "1301005"}, "payer.postal_code"),
        ({"postal_code": "130100501"}, "payer.postal_code"),
        ({"postal_code": "1301005A"}, "payer.postal_code"),
    ],
)
def test_payer_whom_no_bank_takes_is_refused(other: dict[str, str], field: str) -> None:
    assert [name for name, _ in refused("341-400", payer=payer(**other))] == [field]


@pytest.mark.parametrize("code", LAYOUTS)
def test_guarantor_only_where_there_is_a_place(code: str) -> None:
    person = People(name=["José Avalista"], tax_id=["39053344705"])
    fits = LAYOUTS[code].limits.guarantor
    expected = [] if fits else [("guarantor.name", "TERM_NOT_EXPRESSIBLE")]
    assert refused(code, guarantor=person) == expected
    if fits:
        assert any("JOSE AVALISTA" in line for line in written(code, guarantor=person))


def test_guarantor_is_marked_where_his_place_could_be_a_message() -> None:
    person = People(name=["José Avalista"])
    assert written("001-400", guarantor=person)[0][87] == "A"
    assert written("001-400")[0][87] == " "
    assert written("756-400", guarantor=person)[0][81] == "A"


def test_sicredi_names_the_guarantor_by_his_tax_id_too() -> None:
    person = People(name=["José Avalista"], tax_id=["39053344705"])
    assert written("748-400", guarantor=person)[0][339:366] == "00039053344705JOSE AVALISTA"
    assert written("748-400")[0][339:394] == " " * 55
    nobody = People(name=[""], tax_id=["39053344705"])
    assert written("748-400", guarantor=nobody)[0][339:394] == " " * 55
    assert written("001-240", guarantor=nobody)[1][153:209] == "0" * 16 + " " * 40


def test_guarantor_with_address_has_a_segment_of_his_own() -> None:
    person = People(
        name=["José Avalista"], tax_id=["39053344705"], address=["Rua Um, 1"], city=["Campinas"],
        state=["SP"], postal_code=["13010-050"],
    )  # fmt: skip
    last = written("001-240", guarantor=person)[-1]
    assert last[13:35] == "Y 01011000039053344705"
    assert last[35:48] == "JOSE AVALISTA"
    assert last[130:138] == "13010050"


# --------------------------------------------------------------------------- numbers, dates


@pytest.mark.parametrize("code", LAYOUTS)
def test_our_number_must_be_one_of_the_bank(code: str) -> None:
    assert refused(code, our_number=["12A"]) == [("our_number", "OUR_NUMBER_FORM")]
    assert refused(code, our_number=[""]) == [("our_number", "OUR_NUMBER_FORM")]
    assert refused(code, our_number=["9" * 21]) == [("our_number", "OUR_NUMBER_FORM")]


@pytest.mark.parametrize(
    ("code", "number", "fits"),
    [
        ("756-240", "00000113", True), ("756-240", "00000114", False),
        ("422-400", "000000116", True), ("422-400", "000000115", False),
        ("041-400", "0000001171", True), ("041-400", "0000001172", False),
        ("748-400", "262000113", True), ("748-400", "262000114", False),
    ],
)  # fmt: skip
def test_check_digit_of_an_our_number_must_be_right(code: str, number: str, fits: bool) -> None:
    expected = [] if fits else [("our_number", "OUR_NUMBER_DIGIT")]
    assert refused(code, our_number=[number]) == expected


@pytest.mark.parametrize(
    ("code", "name", "short", "long"),
    [
        ("756-240", "our_number10", "0000011", "00000113"),
        ("033-400", "our_number8", "0000011", "000000000011"),
        ("104-240", "our_number15", "000000000000011", "14000000000000011"),
        ("001-240", "our_number20", "0000000011", "12345670000000011"),
        ("001-400", "our_number17", "0000000011", "12345670000000011"),
        ("085-240", "our_number17", "000000011", "01234567000000011"),
    ],
)
def test_our_number_is_written_alike_however_it_came(
    code: str, name: str, short: str, long: str
) -> None:
    assert value(code, name, our_number=[short]) == value(code, name, our_number=[long])


def test_zeros_leave_the_numbering_to_the_bank() -> None:
    zeros = {code: written(code, our_number=[our_number(code, 0)])[0] for code in
             ("341-400", "237-400", "033-400", "001-400", "336-400")}  # fmt: skip
    assert zeros["341-400"][62:70] == "0" * 8
    assert zeros["237-400"][70:82] == "0" * 12
    assert zeros["033-400"][62:70] == "0" * 8
    assert zeros["001-400"][63:80] == "0" * 17
    assert zeros["336-400"][62:74] == " " * 12


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"amount_cents": 0}, ("amount_cents", "AMOUNT_NOT_POSITIVE")),
        ({"amount_cents": -1}, ("amount_cents", "AMOUNT_NOT_POSITIVE")),
        ({"amount_cents": 10**13}, ("amount_cents", "AMOUNT_TOO_LARGE")),
        ({"due": None}, ("due", "FIELD_MISSING")),
        ({"issued": None}, ("issued", "FIELD_MISSING")),
        ({"due": date(2100, 1, 1)}, ("due", "DATE_RANGE")),
        ({"due": date(2026, 8, 31)}, ("due", "DUE_BEFORE_ISSUE")),
        ({"issued": date(2026, 9, 2)}, ("issued", "ISSUED_IN_FUTURE")),
        ({"document_number": ""}, ("document_number", "FIELD_MISSING")),
        ({"document_number": "  "}, ("document_number", "FIELD_MISSING")),
        ({"document_number": "A" * 11}, ("document_number", "FIELD_LENGTH")),
        ({"document_number": "A_1"}, ("document_number", "FIELD_NOT_ALLOWED")),
        ({"company_use": "A" * 26}, ("company_use", "FIELD_LENGTH")),
        ({"company_use": "é"}, ("company_use", "FIELD_NOT_ALLOWED")),
        ({"acceptance": "S"}, ("acceptance", "FIELD_NOT_ALLOWED")),
        ({"messages": ("Obrigado",)}, ("messages[0]", "TERM_NOT_EXPRESSIBLE")),
    ],
)  # fmt: skip
def test_title_that_no_bank_takes_is_refused(
    other: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert refused("341-400", **other) == [expected]


@pytest.mark.parametrize("code", ["748-400", "748-240", "041-400", "077-400"])
def test_document_number_of_zeros_is_refused_where_the_bank_does(code: str) -> None:
    assert refused(code, document_number="0000") == [("document_number", "FIELD_NOT_ALLOWED")]
    assert refused("341-400", document_number="0000") == []


@pytest.mark.parametrize("code", LAYOUTS)
def test_amount_as_large_as_its_places_is_written(code: str) -> None:
    largest = 10 ** LAYOUTS[code].width_of("amount") - 1
    assert value(code, "amount", amount_cents=[min(largest, 10**15)]) == min(largest, 10**15)


# --------------------------------------------------------------------------- Pix, messages


KEY = "7d9f0335-8dcc-4054-9bf9-0dbd61d36906"


@pytest.mark.parametrize("code", LAYOUTS)
def test_pix_only_where_there_is_a_record(code: str) -> None:
    movement = "71" if code == "341-400" else "01"
    found = refused(code, pix_key=[KEY], movement=movement)
    fits = code in {"033-240", "033-400", "341-400", "748-240"}
    assert found == ([] if fits else [("pix_key", "TERM_NOT_EXPRESSIBLE")])
    if fits:
        assert KEY in written(code, pix_key=[KEY], movement=movement)[-1]


def test_pix_is_of_entries_only() -> None:
    assert written("033-400", movement="02", pix_key=[KEY]) == written("033-400", movement="02")
    assert refused("237-400", movement="02", pix_key=[KEY]) == []


def test_interest_of_banrisul_has_a_digit_less_than_amounts() -> None:
    terms = Terms(interest_daily_cents=10**12)
    assert refused("041-400", terms=terms, amount_cents=[10**13 - 1]) == [
        ("terms.interest_daily_cents", "TERM_NOT_EXPRESSIBLE")
    ]
    terms = Terms(interest_daily_cents=10**12 - 1)
    assert value("041-400", "interest", terms=terms, amount_cents=[10**13 - 1]) == "9" * 12


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("52998224725", "1"), ("11222333000181", "2"), ("12ABC34501DE35", "2"),
        ("+5511912345678", "3"), ("escola@exemplo.com.br", "4"), (KEY, "5"), ("escola", None),
    ],
)  # fmt: skip
def test_kind_of_a_pix_key_is_told(key: str, kind: str | None) -> None:
    if kind is None:
        assert refused("033-400", pix_key=[key]) == [("pix_key", "FIELD_NOT_ALLOWED")]
    else:
        assert written("033-400", pix_key=[key])[-1][42] == kind


def test_itau_enters_a_title_with_pix_by_a_movement_of_its_own() -> None:
    assert refused("341-400", pix_key=[KEY]) == [("movement", "MOVEMENT_INVALID")]
    record = LAYOUTS["341-400"].records["pix"]
    lines = written("341-400", movement="71", pix_key=[KEY], pix_txid=["ABC123"])
    assert record.decode_one(lines[-1]) | {"line": ""} == {
        "pix.key": "", "pix.txid": "ABC123", "line": "",
    }  # fmt: skip
    assert len(written("341-400", movement="71")) == 2


@pytest.mark.parametrize(
    ("key", "code"), [("x" * 78 + "@", "FIELD_LENGTH"), ("é@x", "FIELD_NOT_ALLOWED")]
)
def test_pix_key_is_never_cut(key: str, code: str) -> None:
    assert refused("033-400", pix_key=[key]) == [("pix_key", code)]


@pytest.mark.parametrize("code", [c for c, known in LAYOUTS.items() if known.message_names])
def test_messages_stand_in_their_places(code: str) -> None:
    names = LAYOUTS[code].message_names
    lines = tuple([f"Linha {number}"] for number in range(len(names)))
    text = "\n".join(written(code, messages=lines))
    assert all(f"LINHA {number}" in text for number in range(len(names)))
    assert refused(code, messages=(*lines, ["mais uma"])) == [
        (f"messages[{len(names)}]", "TERM_NOT_EXPRESSIBLE")
    ]


# ----------------------------------------------------------------------------------- account


@pytest.mark.parametrize("code", LAYOUTS)
def test_account_must_be_complete(code: str) -> None:
    needed = [f.name for f in LAYOUTS[code].account if f.default is None]
    for name in needed:
        given = {key: text for key, text in PARAMETERS[code].items() if key != name}
        with pytest.raises(InvalidField, match=f"account.{name} is missing"):
            RemittanceAccount(
                layout_code=code, beneficiary_name="X", beneficiary_tax_id="11222333000181",
                parameters=given,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"branch": "00057"}, "account.branch has at most 4 places"),
        ({"branch": "5a"}, "account.branch must be digits only"),
        ({"branch": "５７"}, "account.branch must be digits only"),
        ({"account_digit": "é"}, "account.account_digit must be digits and capitals only"),
    ],
)
def test_account_must_be_right(parameters: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidField, match=said):
        account("341-400", **parameters)


def test_beneficiary_must_be_right() -> None:
    for name, tax_id, field in (
        (" ", "11222333000181", "beneficiary.name"),
        ("X", "11222333000180", "beneficiary.tax_id"),
    ):
        with pytest.raises(InvalidField) as error:
            RemittanceAccount(
                layout_code="341-400", beneficiary_name=name, beneficiary_tax_id=tax_id,
                parameters=PARAMETERS["341-400"],
            )  # fmt: skip
        assert error.value.field == field


def test_digits_are_computed_when_they_are_not_given() -> None:
    assert account("341-400").values["account_digit"] == "7"
    assert account("001-240").values["branch_digit"] == "3"
    assert account("004-400").values["account7"] == "0123456"
    assert account("004-400", account="0123456", account_digit="7").values["account7"] == "0123456"
    assert account("136-240").values["account14"] == "0000567892"
    with pytest.raises(InvalidField, match="account_digit is missing"):
        account("004-400", account="0123456")


def test_codes_of_caixa_have_six_digits_or_seven() -> None:
    for code, file_version, lot_version in (("123456", "101", "060"), ("1234567", "107", "067")):
        owner = account("104-240", agreement=code)
        file = b"".join(write_remittance(owner, FILE, [titles("104-240")])).decode().split("\r\n")
        first = code.ljust(7, "0")
        assert (file[0][58:71], file[0][163:166]) == (f"{first}000000", file_version)
        assert (file[1][33:40], file[1][13:16]) == (first, lot_version)
        assert file[1][59:65] == (code if len(code) == 6 else "000000")
        assert file[2][23:37] == f"{first}0000000"
    with pytest.raises(InvalidField, match="has 6 or 7 digits, not 5"):
        account("104-240", agreement="12345")


def test_short_agreement_of_banco_do_brasil_is_refused() -> None:
    owner = account("001-240", agreement="123456")
    found = refusals_of(owner, FILE, titles("001-240"))
    assert [(r.field, r.code) for r in found] == [("account.agreement", "FIELD_LENGTH")]


def test_parameters_of_other_uses_are_passed_over_and_named() -> None:
    assert account("341-400", ios="0").not_used == ["ios"]


_PAYERS = People(
    name=("A", ""), tax_id="52998224725", address="Rua 1", city="Campinas", state="SP",
    postal_code="13010050",
)  # fmt: skip


def test_place_of_the_tables_may_be_given_as_a_parameter() -> None:
    owner = account("041-400", agreement13="0340123456700")
    assert owner.values["agreement13"] == "0340123456700"
    owner = account("001-240", wallet_code="1", emission="2")
    assert (owner.values["wallet_code"], owner.values["emission"]) == ("1", "2")
    assert owner.not_used == []
    with pytest.raises(InvalidField, match="emission has at most 1 places"):
        account("001-240", emission="22")
    line = written("001-240", owner)[0]
    assert (line[57], line[60]) == ("1", "2")


def test_refusals_are_listed_by_title_with_everything_wrong() -> None:
    some = Titles(
        our_number=["00000011", "00000012"], document_number=["1", "2"],
        issued=date(2026, 9, 1), due=DUE, amount_cents=np.array([100, 0]),
        payer=_PAYERS, terms=Terms(fine_bp=np.array([0, -1])),
    )  # fmt: skip
    found = refusals_of(account("341-400"), FILE, some)
    assert {refusal.index for refusal in found} == {1}
    assert {refusal.field for refusal in found} == {"amount_cents", "payer.name", "terms.fine_bp"}
    assert all(isinstance(refusal, Refusal) and refusal.detail for refusal in found)
