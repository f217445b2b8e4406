"""Movements, people, numbers, Pix: what no bank or not this one takes is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cobranca.domain.cnab import (
    LAYOUTS,
    People,
    RemittanceWriter,
    Terms,
)
from tests.unit.domain.cnab.accounts import FILE, account, our_number, payer, titles
from tests.unit.domain.cnab.writing import discounts, refused, value, written

# ------------------------------------------------------------------------------------ movements


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
    # What is wrong is told before what follows from it.
    assert refused("077-400", movement="04", rebate_cents=5)[0][0] == "movement"


# --------------------------------------------------------------------------------------- people


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
    nobody = People(name=[""], tax_id=[""])
    assert written("748-400", guarantor=nobody)[0][339:394] == " " * 55
    assert written("001-240", guarantor=nobody)[1][153:209] == "0" * 16 + " " * 40


@pytest.mark.parametrize("code", LAYOUTS)
def test_guarantor_without_a_name_is_not_left_out(code: str) -> None:
    nameless = People(name=[" "], tax_id=["39053344705"])
    assert refused(code, guarantor=nameless) == [("guarantor.name", "FIELD_MISSING")]


def test_guarantor_with_address_has_a_segment_of_his_own() -> None:
    person = People(
        name=["José Avalista"], tax_id=["39053344705"], address=["Rua Um, 1"], city=["Campinas"],
        state=["SP"], postal_code=["13010-050"],
    )  # fmt: skip
    last = written("001-240", guarantor=person)[-1]
    assert last[13:35] == "Y 01011000039053344705"
    assert last[35:48] == "JOSE AVALISTA"
    assert last[130:138] == "13010050"


# ------------------------------------------------------------------------------- numbers, dates


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
        ("033-400", "our_number8", "00000116", "0000000000116"),
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


# -------------------------------------------------------------------------------- Pix, messages


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


@pytest.mark.parametrize("code", [c for c, known in LAYOUTS.items() if known.message_names])
def test_message_that_was_cut_is_counted(code: str) -> None:
    width = LAYOUTS[code].width_of(LAYOUTS[code].message_names[0])
    for extra, warnings in ((0, {}), (1, {"MESSAGE_CUT": 1})):
        made = RemittanceWriter(account(code), FILE)
        lines = b"".join(made.write(titles(code, messages=(["A" * (width + extra)],))))
        assert b"A" * width in lines
        assert made.warnings == warnings
