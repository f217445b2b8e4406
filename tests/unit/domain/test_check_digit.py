"""The check-digit rules: public examples, hand-worked edges, and columns against texts."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.check_digit import (
    BARCODE_DIGIT,
    MODULO_10,
    PLACES_MAX,
    TWO_DIGITS,
    Chain,
    CheckDigitRule,
    Column,
    Modulo11,
    modulo_11,
    text_of_columns,
    values_of_text,
    weighted_sums,
)
from tests.unit.domain.golden import examples

RULES: dict[str, CheckDigitRule] = {
    "modulo 10": MODULO_10,
    "barcode": BARCODE_DIGIT,
    "two digits": TWO_DIGITS,
    "up to 7 with P": modulo_11(7, zero="0", one="P"),
    "up to 8": modulo_11(8, zero="0", one="0"),
    "up to 9 with X": modulo_11(9, zero="0", one="X"),
    "from the left": Modulo11(weights=(3, 1, 9, 7), symbols="00987654321", from_left=True),
    "chain": Chain(first=modulo_11(9, zero="0", one="0"), second=modulo_11(10, zero="0", one="0")),
}


@pytest.mark.parametrize("example", examples("check_digits"), ids=lambda row: row["input"])
def test_public_examples(example: dict[str, str]):
    rule = {"modulo10": MODULO_10, "duplo_digito": TWO_DIGITS}[example["algorithm"]]
    assert rule.of_text(example["input"]) == example["expected"]


@pytest.mark.parametrize(
    ("digits", "expected"),
    # 5 doubled is 10, its digits sum to 1; 19 doubled at the 9 is 18, so 9, plus 1 is 10.
    [("0", "0"), ("5", "9"), ("19", "0"), ("00", "0"), ("9", "1"), ("4014481606", "9")],
)
def test_modulo_10_by_hand(digits: str, expected: str):
    assert MODULO_10.of_text(digits) == expected


@pytest.mark.parametrize(
    ("digits", "expected"),
    # The last digit weighs 2.
    [("0", "0"), ("6", "P"), ("1", "9"), ("5", "1"), ("9", "4"), ("11", "6")],
)
def test_modulo_11_by_hand(digits: str, expected: str):
    assert modulo_11(7, zero="0", one="P").of_text(digits) == expected


@pytest.mark.parametrize(
    ("highest", "digits_by_place"), [(7, "98765498"), (8, "98765439"), (9, "9876543298")]
)
def test_weights_begin_again_at_2_after_the_highest(highest: int, digits_by_place: str):
    rule = modulo_11(highest, zero="0", one="0")
    assert (
        "".join(rule.of_text("1" + "0" * n) for n in range(len(digits_by_place))) == digits_by_place
    )


def test_the_digit_of_a_barcode_is_1_where_the_rest_gives_none():
    assert [BARCODE_DIGIT.of_text(text) for text in ("0", "6", "5", "1")] == ["1", "1", "1", "9"]


def test_weights_from_the_left_do_not_move_with_the_length():
    rule = Modulo11(weights=(3, 1, 9, 7), symbols="00987654321", from_left=True)
    assert [rule.of_text(text) for text in ("1", "10", "100", "01", "001", "0001", "00001")] == [
        "8",
        "8",
        "8",
        "0",
        "2",
        "4",
        "8",
    ]


def test_two_digits_count_the_first_up_where_the_second_does_not_exist():
    # For 8: modulo 10 gives 3; 8 * 3 + 3 * 2 = 30, rest 8, so 3.
    assert TWO_DIGITS.of_text("8") == "33"
    # For 111: 6; 3 + 4 + 5 + 12 = 24, rest 2, so 9. Yet 5: see the public example "50".
    assert TWO_DIGITS.of_text("111") == "50"


def test_two_digits_go_from_9_to_0():
    digits = next(
        text
        for text in (f"{number:06d}" for number in range(1_000_000))
        if MODULO_10.of_text(text) == "9" and TWO_DIGITS.of_text(text)[0] == "0"
    )
    assert _weighted(digits + "9") % 11 == 1
    assert TWO_DIGITS.of_text(digits)[1] == str((11 - _weighted(digits + "0") % 11) % 11)


def _weighted(digits: str) -> int:
    return sum(int(d) * (2, 3, 4, 5, 6, 7)[i % 6] for i, d in enumerate(reversed(digits)))


def test_a_chain_covers_its_own_first_digit():
    rule = RULES["chain"]
    assert rule.of_text("21487805") == "81"
    assert modulo_11(9, zero="0", one="0").of_text("21487805") == "8"
    assert modulo_11(10, zero="0", one="0").of_text("214878058") == "1"


def test_every_rule_tells_its_width():
    assert {name: len(rule.of_text("123")) for name, rule in RULES.items()} == {
        name: rule.width for name, rule in RULES.items()
    }


@pytest.mark.parametrize("name", RULES)
@given(data=st.data())
def test_columns_agree_with_texts(name: str, data: st.DataObject):
    rule = RULES[name]
    width = data.draw(st.integers(1, 43))
    texts = data.draw(
        st.lists(st.text("0123456789", min_size=width, max_size=width), min_size=1, max_size=6)
    )
    shared = data.draw(st.sets(st.integers(0, width - 1)))
    texts = ["".join(texts[0][i] if i in shared else c for i, c in enumerate(t)) for t in texts]
    results = rule.of_columns(_columns(texts, shared))
    assert _texts(results, len(texts)) == [rule.of_text(text) for text in texts]


@pytest.mark.parametrize("name", RULES)
def test_sums_of_the_largest_number_do_not_overflow(name: str):
    rule = RULES[name]
    columns = _columns(["9" * 43] * 3, set())
    assert _texts(rule.of_columns(columns), 3) == [rule.of_text("9" * 43)] * 3


@pytest.mark.parametrize("name", RULES)
def test_rules_leave_their_input_alone(name: str):
    columns = _columns(["12345678901234567890" * 2, "98765432109876543210" * 2], set())
    before = [np.array(column) for column in columns]
    RULES[name].of_columns(columns)
    assert all((old == new).all() for old, new in zip(before, columns, strict=True))


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("digits", ["0", "7", "1234567", "98765432109876543210987"])
def test_what_all_numbers_share_is_computed_once(name: str, digits: str):
    columns = RULES[name].of_columns(values_of_text(digits))
    assert text_of_columns(columns) == RULES[name].of_text(digits)


@pytest.mark.parametrize("places", [28, 29, 31, PLACES_MAX])
@pytest.mark.parametrize("rule", [MODULO_10, Modulo11(weights=(9, 8), symbols="0X987654321")])
def test_tables_reach_as_far_as_numbers_go(rule: CheckDigitRule, places: int):
    columns = _columns(["9" * places] * 2, set())
    assert _texts(rule.of_columns(columns), 2) == [rule.of_text("9" * places)] * 2


@pytest.mark.parametrize("name", RULES)
def test_rules_are_values(name: str):
    rule = RULES[name]
    assert hash(rule) == hash(replace(rule))  # type: ignore[type-var]
    with pytest.raises(TypeError):
        type(rule)(*[getattr(rule, field.name) for field in fields(rule)])  # type: ignore[arg-type]


def test_the_weights_of_a_barcode_go_up_to_9():
    digits = [BARCODE_DIGIT.of_text("1" + "0" * places) for places in range(10)]
    assert "".join(digits) == "9876543298"


def test_constant_columns_are_folded():
    constant, total = weighted_sums([1, 2, np.array([3, 4], dtype=np.uint8)], (2, 3))
    assert constant == 1 * 2 + 2 * 3
    assert total is not None
    assert total.tolist() == [3 * 2, 4 * 2]


def test_text_and_constant_columns():
    assert text_of_columns(values_of_text("0129PX")) == "0129PX"
    with pytest.raises(TypeError, match="constant"):
        text_of_columns([np.zeros(2, dtype=np.uint8)])


@given(st.text("0123456789", min_size=1, max_size=30), st.data())
def test_modulo_10_finds_every_changed_digit(digits: str, data: st.DataObject):
    place = data.draw(st.integers(0, len(digits) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    changed = digits[:place] + digit + digits[place + 1 :]
    assert MODULO_10.of_text(changed) != MODULO_10.of_text(digits)


def _columns(texts: list[str], shared: set[int]) -> list[Column]:
    return [
        int(texts[0][place])
        if place in shared
        else np.array([ord(text[place]) - 48 for text in texts], dtype=np.uint8)
        for place in range(len(texts[0]))
    ]


def _texts(columns: list[Column], count: int) -> list[str]:
    values = [np.broadcast_to(np.asarray(column), count) for column in columns]
    return ["".join(chr(int(value[row]) + 48) for value in values) for row in range(count)]
