"""Amounts, dates and tax ids as people in Brazil read them."""

from __future__ import annotations

from datetime import date

import pytest

from cobranca.domain.text_format import (
    format_amount,
    format_brl,
    format_date,
    format_tax_id,
    label_tax_id,
)


@pytest.mark.parametrize(
    ("cents", "printed"),
    [
        (0, "0,00"),
        (5, "0,05"),
        (99_999, "999,99"),
        (100_000, "1.000,00"),
        (123_456_789_01, "123.456.789,01"),
        (9_999_999_999, "99.999.999,99"),
        (-123_456, "-1.234,56"),
    ],
)
def test_amounts_are_written_in_the_brazilian_way(cents: int, printed: str) -> None:
    assert format_amount(cents) == printed


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "R$ 0,00"),
        (5, "R$ 0,05"),
        (123_456, "R$ 1.234,56"),
        (-123_456, "-R$ 1.234,56"),
        (123_456_789_01, "R$ 123.456.789,01"),
        (100_000_000, "R$ 1.000.000,00"),
    ],
)
def test_money_is_written_as_people_read_it(cents: int, text: str) -> None:
    assert format_brl(cents) == text


def test_dates_have_the_day_first() -> None:
    assert format_date(date(2026, 2, 3)) == "03/02/2026"


def test_tax_ids_are_punctuated() -> None:
    assert format_tax_id("52998224725") == "529.982.247-25"
    assert format_tax_id("12ABC34501DE35") == "12.ABC.345/01DE-35"
    with pytest.raises(ValueError, match="11 or 14"):
        format_tax_id("123")


@pytest.mark.parametrize(
    ("tax_id", "printed"),
    [
        ("12345678901", "CPF: 123.456.789-01"),
        ("123.456.789-01", "CPF: 123.456.789-01"),
        (" 123.456.789-01 ", "CPF: 123.456.789-01"),
        ("12ABC34501DE35", "CNPJ: 12.ABC.345/01DE-35"),
        ("12.345.678/0001-95", "CNPJ: 12.345.678/0001-95"),
        ("estrangeiro", "CPF/CNPJ: estrangeiro"),
        ("", "CPF/CNPJ: "),
        ("CPF 52998224725", "CPF/CNPJ: CPF 52998224725"),
        ("12ABC34501DEF5", "CPF/CNPJ: 12ABC34501DEF5"),
        ("\u0661" * 11, "CPF/CNPJ: " + "\u0661" * 11),
    ],
)
def test_tax_ids_are_named_and_punctuated(tax_id: str, printed: str) -> None:
    assert label_tax_id(tax_id) == printed
