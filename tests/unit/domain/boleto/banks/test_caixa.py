"""104 Caixa: places of the our number, and codes of six and seven digits."""

from __future__ import annotations

from datetime import date

import pytest

from cobranca.domain.boleto import Account
from cobranca.domain.check_digit import modulo_11
from tests.unit.domain.boleto.banks.numbering import number, refused_field

DIGIT = modulo_11(9, zero="0", one="0")
NUMBER = "14" + "345" + "678" + "987654321"


def test_the_number_is_cut_up_in_the_free_field():
    fields = "123456" + DIGIT.of_text("123456") + "345" + "1" + "678" + "4" + "987654321"
    boleto = number("104", NUMBER, agreement="123456")
    assert boleto.free_field == fields + DIGIT.of_text(fields)
    assert boleto.our_number == f"{NUMBER}-{DIGIT.of_text(NUMBER)}"


def test_a_code_of_seven_digits_has_no_digit():
    fields = "1242119" + "345" + "1" + "678" + "4" + "987654321"
    assert number("104", NUMBER, agreement="1242119").free_field == fields + DIGIT.of_text(fields)


@pytest.mark.parametrize("code", ["0123456", "1000000", "1100000"])
def test_small_codes_have_six_digits(code: str):
    assert refused_field("104", NUMBER, agreement=code) == "agreement"
    assert number("104", NUMBER, agreement="1100001")


@pytest.mark.parametrize("start", ["11", "14", "21", "24"])
def test_kinds_of_numbers(start: str):
    assert number("104", start + "0" * 15, agreement="123456")


@pytest.mark.parametrize("start", ["04", "12", "34", "80", "41"])
def test_other_kinds_are_refused(start: str):
    assert refused_field("104", start + "0" * 15, agreement="123456") == "our_number"


def test_sequence_numbers_come_after_the_kind():
    registered = Account(bank="104", parameters={"agreement": "123456"})
    other = Account(bank="104", parameters={"agreement": "123456", "our_number_prefix": "24"})
    assert registered.our_number_of(7, date(2026, 1, 1)) == "14" + "7".zfill(15)
    assert other.our_number_of(7, date(2026, 1, 1)) == "24" + "7".zfill(15)
    assert registered.sequence_max == 10**15 - 1
