"""The account of a remittance, and lists of refusals."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from cobranca.domain.cnab import (
    LAYOUTS,
    People,
    Refusal,
    RemittanceAccount,
    Terms,
    Titles,
    refusals_of,
    write_remittance,
)
from cobranca.domain.errors import InvalidField
from tests.unit.domain.cnab.accounts import FILE, PARAMETERS, account, titles
from tests.unit.domain.cnab.writing import DUE, written

# -------------------------------------------------------------------------------------- account


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


@pytest.mark.parametrize("code", ["004-400", "085-240", "136-240", "136-400"])
def test_digit_beside_an_account_as_wide_as_with_it(code: str) -> None:
    width = 10 if code.startswith("136") else 8
    named = "account7" if code == "004-400" else "account"
    for given in ("123".zfill(width), "123".zfill(width - 1), "1239".zfill(width)):
        owner = account(code, account=given, account_digit="9")
        assert owner.values[named] == "123".zfill(width - 1)
    with pytest.raises(InvalidField, match="ends in 8, but"):
        account(code, account="1" * (width - 1) + "8", account_digit="9")
    if code == "085-240":
        owner = account(code, account="00000123", account_digit="9")
        assert written(code, owner)[0][37:57] == "00001239000000011   "


def test_wallet_of_banco_do_nordeste_is_never_guessed() -> None:
    for wallet, said in (("21", "4"), ("41", "1"), ("51", "I"), ("1", "1"), ("05", "5")):
        assert account("004-400", wallet=wallet).values["wallet_code"] == said
    assert account("004-400", wallet="33", wallet_code="2").values["wallet_code"] == "2"
    with pytest.raises(InvalidField, match="wallet_code is missing"):
        account("004-400", wallet="33")


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
