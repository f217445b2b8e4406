"""Amounts in text: what is read, what is refused and why, and that nothing is rounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.errors import InvalidField
from cobranca.domain.money import (
    AMOUNT_MAX_CENTS,
    DecimalStyle,
    check_amount_cents,
    format_decimal,
    parse_brl,
)
from cobranca.domain.text_format import format_brl

CENTS = st.integers(1, AMOUNT_MAX_CENTS)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1234.56", 123456),
        ("1234,56", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1234,5", 123450),
        ("1234.5", 123450),
        ("1234", 123400),
        ("0.01", 1),
        ("0,1", 10),
        ("007", 700),
        ("000.50", 50),
        ("1.234.567", 123456700),
        ("1,234,567", 123456700),
        ("12.345.678,9", 1234567890),
        ("R$ 10", 1000),
        ("R$10,01", 1001),
        ("R$\u00a01.234,56", 123456),
        (" \t5 ", 500),
        ("99.999.999,99", AMOUNT_MAX_CENTS),
        ("0" * 24 + "99999.99", 9999999),
    ],
)
def test_amount_is_read_exactly(text: str, cents: int):
    assert parse_brl(text) == cents


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "AMOUNT_MISSING"),
        (" \t", "AMOUNT_MISSING"),
        ("1.234", "AMOUNT_AMBIGUOUS"),
        ("1,234", "AMOUNT_AMBIGUOUS"),
        ("999.999", "AMOUNT_AMBIGUOUS"),
        ("0", "AMOUNT_NOT_POSITIVE"),
        ("0,00", "AMOUNT_NOT_POSITIVE"),
        ("-1", "AMOUNT_NOT_POSITIVE"),
        ("-1.234,56", "AMOUNT_NOT_POSITIVE"),
        ("100000000", "AMOUNT_TOO_LARGE"),
        ("100.000.000,00", "AMOUNT_TOO_LARGE"),
        ("0" * 25 + "99999.99", "AMOUNT_FORMAT"),
        ("0.123", "AMOUNT_FORMAT"),
        ("0,123", "AMOUNT_FORMAT"),
        ("0.123,45", "AMOUNT_FORMAT"),
        ("1.2345", "AMOUNT_FORMAT"),
        ("12.34,56", "AMOUNT_FORMAT"),
        ("1,23.45", "AMOUNT_FORMAT"),
        ("1.234,567", "AMOUNT_FORMAT"),
        ("1.234.56", "AMOUNT_FORMAT"),
        ("12.", "AMOUNT_FORMAT"),
        (".5", "AMOUNT_FORMAT"),
        ("+1", "AMOUNT_FORMAT"),
        ("-", "AMOUNT_FORMAT"),
        ("1e3", "AMOUNT_FORMAT"),
        ("1_000", "AMOUNT_FORMAT"),
        ("NaN", "AMOUNT_FORMAT"),
        ("Infinity", "AMOUNT_FORMAT"),
        ("0x10", "AMOUNT_FORMAT"),
        ("\u0661\u0662", "AMOUNT_FORMAT"),
        ("\uff11", "AMOUNT_FORMAT"),
        ("\u00b2", "AMOUNT_FORMAT"),
        ("1 234", "AMOUNT_FORMAT"),
        ("R$", "AMOUNT_FORMAT"),
        ("R$R$1", "AMOUNT_FORMAT"),
        ("US$ 1", "AMOUNT_FORMAT"),
        ("1\n", "AMOUNT_FORMAT"),
    ],
)
def test_anything_else_is_refused_with_a_code(text: str, code: str):
    with pytest.raises(InvalidField) as refusal:
        parse_brl(text, field="debtAmount")
    assert refusal.value.code == code
    assert refusal.value.field == "debtAmount"


@pytest.mark.parametrize(
    ("style", "text", "cents"),
    [
        (DecimalStyle.COMMA, "1.234", 123400),
        (DecimalStyle.COMMA, "1.234,5", 123450),
        (DecimalStyle.POINT, "1,234", 123400),
        (DecimalStyle.POINT, "1,234.5", 123450),
        (DecimalStyle.POINT, "7", 700),
        (DecimalStyle.COMMA, "7", 700),
    ],
)
def test_a_known_style_leaves_no_doubt(style: DecimalStyle, text: str, cents: int):
    assert parse_brl(text, style) == cents


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (DecimalStyle.COMMA, "1234.56"),
        (DecimalStyle.COMMA, "1,234"),
        (DecimalStyle.POINT, "1234,56"),
        (DecimalStyle.POINT, "1.234"),
    ],
)
def test_the_other_style_is_refused(style: DecimalStyle, text: str):
    with pytest.raises(InvalidField) as refusal:
        parse_brl(text, style)
    assert refusal.value.code == "AMOUNT_FORMAT"


def test_the_message_does_not_round_the_limit():
    with pytest.raises(InvalidField, match=r"R\$ 99\.999\.999,99"):
        parse_brl("100000000")


@given(CENTS)
def test_what_is_written_is_read_back(cents: int):
    assert parse_brl(format_brl(cents)) == cents
    assert parse_brl(format_decimal(cents), DecimalStyle.POINT) == cents


@given(st.text(alphabet="0123456789.,-R$ ", max_size=14))
def test_both_styles_agree_on_what_any_style_accepts(text: str):
    readings = {_read(text, style) for style in DecimalStyle} - {None}
    accepted = _read(text, DecimalStyle.ANY)
    assert accepted is None or readings == {accepted}


def _read(text: str, style: DecimalStyle) -> int | None:
    try:
        return parse_brl(text, style)
    except InvalidField:
        return None


def test_machines_get_a_point_and_two_decimals():
    assert format_decimal(0) == "0.00"
    assert format_decimal(1005) == "10.05"
    with pytest.raises(ValueError, match="negative"):
        format_decimal(-1)


@pytest.mark.parametrize("cents", [1, AMOUNT_MAX_CENTS])
def test_the_limits_fit_a_barcode(cents: int):
    check_amount_cents(cents)


@pytest.mark.parametrize(
    ("cents", "code"),
    [(0, "AMOUNT_NOT_POSITIVE"), (-1, "AMOUNT_NOT_POSITIVE"), (10**10, "AMOUNT_TOO_LARGE")],
)
def test_beyond_the_limits_is_refused(cents: int, code: str):
    with pytest.raises(InvalidField) as refusal:
        check_amount_cents(cents)
    assert (refusal.value.field, refusal.value.code) == ("amount_cents", code)


def test_errors_name_the_amount_when_no_other_field_is_given():
    with pytest.raises(InvalidField) as refusal:
        parse_brl("much")
    assert refusal.value.field == "amount"


def test_styles_keep_their_names_in_settings_and_databases():
    assert {style.name: style.value for style in DecimalStyle} == {
        "POINT": "point",
        "COMMA": "comma",
        "ANY": "any",
    }
