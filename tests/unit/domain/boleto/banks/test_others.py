"""What is particular to banks that have little of it."""

from __future__ import annotations

import pytest

from cobranca.domain.boleto import Account
from cobranca.domain.check_digit import modulo_11
from tests.unit.domain.boleto.banks.numbering import number, refused_field

BRADESCO = {"branch": "4042", "wallet": "09", "account": "0061900"}


@pytest.mark.parametrize(
    ("code", "warned"), [("237", False), ("084", False), ("133", True), ("208", True)]
)
def test_banks_with_bradescos_layout(code: str, warned: bool):
    parameters = BRADESCO | ({"wallet": "01"} if code == "208" else {})
    boleto = number(code, "00777700168", **parameters)
    assert boleto.free_field == "4042" + parameters["wallet"] + "00777700168" + "0061900" + "0"
    digit = modulo_11(7, zero="0", one="P").of_text(parameters["wallet"] + "00777700168")
    assert boleto.our_number == f"{parameters['wallet']}/00777700168-{digit}"
    assert bool(boleto.warnings) is warned


def test_bradescos_digit_may_be_p():
    digits = {number("237", f"{n:011d}", **BRADESCO).our_number[-1] for n in range(40)}
    assert digits == set("0123456789P")


def test_santander_writes_ios_and_wallet_last():
    boleto = number("033", "000000000456", agreement="1234567", wallet="201", ios="7")
    assert boleto.free_field == "9" + "1234567" + "000000000456" + "1" + "7" + "201"


def test_inter_numbers_wallet_112_itself():
    assert refused_field("077", "0000000001", wallet="112", agreement="1234567") == "wallet"


@pytest.mark.parametrize(
    ("wallet", "emission"),
    [("10", "3"), ("20", "4"), ("21", "3"), ("24", "3"), ("30", "3"), ("40", "4"), ("60", "3")],
)
def test_c6_knows_who_issues_in_each_wallet(wallet: str, emission: str):
    parameters = {"agreement": "000000000001", "wallet": wallet}
    boleto = number("336", "0000113522", emission=emission, **parameters)
    assert boleto.free_field == f"0000000000010000113522{wallet}{emission}"
    assert boleto.warnings == ()
    other = "7" if emission == "x" else {"3": "4", "4": "3"}[emission]
    assert wallet in number("336", "0000113522", emission=other, **parameters).warnings[0]
    assert refused_field("336", "0000113522", emission="1", **parameters) == "emission"


def test_c6_prints_the_digit_of_wallet_and_number():
    boleto = number("336", "0000113522", agreement="000000000001", wallet="21", emission="3")
    digit = modulo_11(7, zero="0", one="P").of_text("21" + "0000113522")
    assert boleto.our_number == f"0000113522-{digit}"


def test_safras_digit_is_1_for_rest_0_and_0_for_rest_1():
    digits = {
        n: number("422", f"{n:08d}", branch="12345", account="001234567").our_number[-1]
        for n in (0, 6)
    }
    assert digits == {0: "1", 6: "0"}


def test_banco_do_nordeste_counts_weights_to_8():
    parameters = {"branch": "0275", "account": "00002535", "wallet": "21"}
    boleto = number("004", "1000000", **parameters)
    assert boleto.our_number == "1000000-3"
    assert boleto.free_field == "0275" + "00002535" + "10000003" + "21" + "000"


def test_ailos_warns_of_a_wrong_account_digit():
    right = {"agreement": "101104", "account": "02315602", "wallet": "01"}
    assert number("085", "000074644", **right).warnings == ()
    [warning] = number("085", "000074644", **right | {"account": "02315601"}).warnings
    assert "2" in warning


def test_sicoob_warns_of_wallet_9():
    parameters = {"branch": "4277", "modality": "01", "agreement": "0172278", "installment": "002"}
    assert number("756", "0000004", wallet="1", **parameters).warnings == ()
    boleto = number("756", "0000004", wallet="9", **parameters)
    assert boleto.free_field == "9" + "4277" + "01" + "0172278" + "00000040" + "002"
    assert "contrato" in boleto.warnings[0]


def test_kinds_and_products_are_enumerated():
    assert refused_field("021", "21487805", account="00001222333", kind="1") == "kind"
    banrisul = {"branch": "1102", "agreement": "9000150"}
    assert refused_field("041", "22832563", product="3", **banrisul) == "product"
    brb = {"increment": "000", "branch": "172", "account": "0132613"}
    assert refused_field("070", "758964", wallet="3", **brb) == "wallet"


def test_banestes_warns_of_its_second_digit():
    account = Account(bank="021", parameters={"account": "00001222333", "kind": "4"})
    assert "0005" in account.warnings[0]


def test_unicred_carries_its_digit():
    boleto = number("136", "0000013951", branch="3302", account="0000002259")
    assert boleto.free_field == "3302000000225900000139513"
    assert boleto.our_number == "0000013951-3"


# Public examples that came after the collection: Daycoval (BoletoNetCore), CrediSIS (brcobranca).


@pytest.mark.parametrize(
    ("our_number", "digit"), [("0084580106", "0"), ("0084580107", "8"), ("0084580108", "6")]
)
def test_daycoval_examples(our_number: str, digit: str):
    boleto = number("707", our_number, branch="0001", wallet="121", agreement="1934436")
    assert boleto.free_field == f"00011211934436{our_number}{digit}"
    assert boleto.our_number == f"00019/121/{our_number}-{digit}"


@pytest.mark.parametrize(
    ("agreement", "free_field"),
    [("100000", "0000009750001100000000095"), ("006641", "0000009750001006641000095")],
)
def test_credisis_examples(agreement: str, free_field: str):
    boleto = number("097", "000095", tax_id_digit="5", branch="0001", agreement=agreement)
    assert boleto.free_field == free_field
    assert boleto.our_number == free_field[5:]
