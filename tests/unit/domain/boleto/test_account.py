"""Accounts: every bank's parameters are checked as declared, nothing is padded by guess."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.boleto import BANKS, Account, bank, make_boleto
from cobranca.domain.boleto.banks.itau import SPECIAL_WALLETS
from cobranca.domain.errors import InvalidField, OurNumbersExhausted
from tests.unit.domain.boleto.accounts import accounts, parameters_of
from tests.unit.domain.golden import examples

ITAU = {"wallet": "109", "branch": "0057", "account": "12345"}
EXAMPLES = {row["bank"]: row for row in examples("barcodes")}
ISSUED = date(2026, 8, 1)


def _refusal(code: str, parameters: dict[str, object]) -> tuple[str, str]:
    with pytest.raises(InvalidField) as refusal:
        Account(bank=code, parameters=parameters)
    return refusal.value.field, refusal.value.code


@pytest.mark.parametrize("code", EXAMPLES)
def test_each_needed_parameter_is_asked_for_by_name(code: str):
    given_parameters = parameters_of(EXAMPLES[code])
    for parameter in BANKS[code].parameters:
        if parameter.needed:
            for nothing in ({}, {parameter.name: None}, {parameter.name: ""}):
                rest = {n: v for n, v in given_parameters.items() if n != parameter.name}
                assert _refusal(code, rest | nothing) == (parameter.name, "FIELD_MISSING")


@pytest.mark.parametrize("code", EXAMPLES)
def test_each_parameter_is_exactly_as_wide_as_declared(code: str):
    given_parameters = parameters_of(EXAMPLES[code])
    declared = {parameter.name: parameter.lengths for parameter in BANKS[code].parameters}
    for name, value in given_parameters.items():
        too_long, too_short = "0" * (max(declared[name]) + 1), value[: min(declared[name]) - 1]
        assert _refusal(code, given_parameters | {name: too_long}) == (name, "FIELD_LENGTH")
        expected = "FIELD_LENGTH" if too_short else "FIELD_MISSING"
        assert _refusal(code, given_parameters | {name: too_short}) == (name, expected)


@pytest.mark.parametrize("code", EXAMPLES)
def test_each_parameter_is_text_of_ascii_digits(code: str):
    given_parameters = parameters_of(EXAMPLES[code])
    for name, value in given_parameters.items():
        for wrong in ("x" * len(value), "\u0661" * len(value), " " * len(value), int(value), True):
            assert _refusal(code, given_parameters | {name: wrong}) == (name, "FIELD_NOT_DIGITS")


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_unknown_parameter_is_refused_by_name(code: str):
    parameters = parameters_of(EXAMPLES[code]) | {"convenio": "1"}
    assert _refusal(code, parameters) == ("convenio", "FIELD_UNKNOWN")


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_our_number_is_exactly_as_wide_as_the_rule_wants(code: str):
    example = EXAMPLES[code]
    account = Account(bank=code, parameters=parameters_of(example))
    number = example["our_number"]
    for wrong in ("", number[1:], "0" + number, "x" + number[1:], "\u0661" + number[1:]):
        with pytest.raises(InvalidField) as refusal:
            make_boleto(account, wrong, 1, ISSUED)
        assert refusal.value.field == "our_number"


def test_an_unknown_bank_is_refused():
    with pytest.raises(InvalidField, match="999") as refusal:
        bank("999")
    assert refusal.value.field == "bank"
    assert _refusal("341 ", ITAU) == ("bank", "FIELD_NOT_ALLOWED")


def test_accounts_are_values():
    one, same = Account(bank="341", parameters=ITAU), Account(bank="341", parameters=dict(ITAU))
    assert one == same
    assert hash(one) == hash(same)
    assert one != Account(bank="341", parameters=ITAU | {"wallet": "110"})
    with pytest.raises(TypeError):
        one.parameters["wallet"] = "110"  # type: ignore[index]


@pytest.mark.parametrize("code", BANKS)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_our_numbers_fit_and_differ(code: str, data: st.DataObject):
    account = data.draw(accounts(BANKS[code]))
    last = account.sequence_max
    chosen = {1, last, data.draw(st.integers(1, last)), data.draw(st.integers(1, last))}
    numbers = {account.our_number_of(sequence, ISSUED) for sequence in chosen}
    assert len(numbers) == len(chosen)
    assert {len(number) for number in numbers} == {account.our_number_digits}
    printed = {make_boleto(account, number, 1, ISSUED).our_number for number in numbers}
    assert len(printed) == len(chosen)
    with pytest.raises(OurNumbersExhausted):
        account.our_number_of(last + 1, ISSUED)
    with pytest.raises(InvalidField):
        account.our_number_of(0, ISSUED)


@pytest.mark.parametrize("code", BANKS)
def test_a_bank_describes_itself(code: str):
    declared = BANKS[code]
    assert declared.code == code
    assert declared.printed_code == f"{code}-{declared.printed_digit}"
    assert declared.name
    assert declared.proof
    assert all(parameter.description for parameter in declared.parameters)
    names = [parameter.name for parameter in declared.parameters]
    assert len(set(names)) == len(names)


def test_a_wallet_that_is_not_known_is_a_warning():
    parameters = {"agreement": "1234567", "wallet": "999", "ios": "0"}
    [warning] = Account(bank="033", parameters=parameters).warnings
    assert "999" in warning
    assert Account(bank="033", parameters=parameters | {"wallet": "101"}).warnings == ()


def test_the_beneficiarys_code_is_what_slips_print():
    assert Account(bank="341", parameters=ITAU).beneficiary_code == "0057 / 12345"
    parameters = {"wallet": SPECIAL_WALLETS[0], "agreement": "66677"}
    assert Account(bank="341", parameters=parameters).beneficiary_code == "66677"
