"""748 Sicredi: year of issue, byte and sequence."""

from __future__ import annotations

from datetime import date

import pytest

from cobranca.domain.boleto import Account
from cobranca.domain.errors import InvalidField, OurNumbersExhausted
from tests.unit.domain.boleto.banks.numbering import number, refused_field

PARAMETERS = {"kind": "1", "wallet": "1", "branch": "0156", "post": "05", "agreement": "85305"}


def _account(**more: str) -> Account:
    return Account(bank="748", parameters=PARAMETERS | more)


def test_the_year_is_that_of_issue():
    assert _account().our_number_of(6, date(2026, 12, 31)) == "26200006"
    assert _account().our_number_of(6, date(2027, 1, 1)) == "27200006"


def test_bytes_follow_one_another():
    account = _account()
    assert account.our_number_of(99_999, date(2026, 1, 1)) == "26299999"
    assert account.our_number_of(100_000, date(2026, 1, 1)) == "26300000"
    assert account.our_number_of(799_999, date(2026, 1, 1)) == "26999999"
    assert account.sequence_max == 799_999


def test_an_account_may_keep_to_one_byte():
    account = _account(byte="5")
    assert account.our_number_of(1, date(2026, 1, 1)) == "26500001"
    assert account.our_number_of(99_999, date(2026, 1, 1)) == "26599999"
    with pytest.raises(OurNumbersExhausted, match="99999"):
        account.our_number_of(100_000, date(2026, 1, 1))
    with pytest.raises(InvalidField):
        _account(byte="1")


def test_printed_as_year_and_number():
    boleto = number("748", "19200006", **PARAMETERS)
    assert boleto.our_number == "19/200006-4"
    assert boleto.free_field == "1119200006401560585305104"


def test_a_byte_of_zero_and_unknown_kinds_are_refused():
    assert refused_field("748", "19000006", **PARAMETERS) == "our_number"
    assert refused_field("748", "19200006", **PARAMETERS | {"kind": "2"}) == "kind"
