"""Every bank's numbers are read back to the sequence number that they were made of."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.boleto import BANKS, Account, make_boleto
from cobranca.domain.boleto.written import sequence_in_free_field, sequences_of_our_number
from tests.unit.domain.boleto.accounts import accounts

ITAU = Account(bank="341", parameters={"wallet": "109", "branch": "0057", "account": "12345"})


@pytest.mark.parametrize("code", BANKS)
@given(data=st.data())
def test_what_was_made_is_read_back(code: str, data: st.DataObject) -> None:
    account = data.draw(accounts(BANKS[code]))
    sequence = data.draw(st.integers(1, account.sequence_max))
    issued = data.draw(st.dates(date(2026, 1, 1), date(2049, 12, 31)))
    our_number = account.our_number_of(sequence, issued)
    boleto = make_boleto(account, our_number, 12_345, date(2049, 1, 31))
    year = issued.year if account.plans[0].issue.year else None

    in_barcode = sequence_in_free_field(account, boleto.free_field)
    assert in_barcode is not None
    assert (in_barcode.number, in_barcode.year) == (sequence, year)
    for typed in (boleto.our_number, our_number, boleto.our_number.replace("-", " ").lower()):
        meant = sequences_of_our_number(account, typed)
        assert (sequence, year) in [(each.number, each.year) for each in meant]


@pytest.mark.parametrize(
    "typed",
    ["109/00000042-0", "10900000042", "00000042-0", "00000042", "42", " 109 / 00000042 - 0"],
)
def test_an_our_number_is_typed_in_many_ways(typed: str) -> None:
    printed = make_boleto(ITAU, ITAU.our_number_of(42, date(2026, 1, 1)), 100, date(2026, 2, 1))
    assert printed.our_number == "109/00000042-0"
    assert 42 in [each.number for each in sequences_of_our_number(ITAU, typed)]


@pytest.mark.parametrize("typed", ["109/00000042-4", "110/00000042-0", "", "ana", "0", "-1"])
def test_what_it_is_not_it_is_not_taken_for(typed: str) -> None:
    assert 42 not in [each.number for each in sequences_of_our_number(ITAU, typed)]


@given(text=st.text(max_size=60))
def test_no_text_is_too_much(text: str) -> None:
    assert all(each.number >= 1 for each in sequences_of_our_number(ITAU, text))
    assert sequence_in_free_field(ITAU, text) is None or len(text) == 25
