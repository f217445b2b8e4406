"""001 Banco do Brasil: the five layouts."""

from __future__ import annotations

import pytest

from cobranca.domain.boleto import Account
from tests.unit.domain.boleto.banks.numbering import number, refused_field

ACCOUNT = {"branch": "1545", "account": "10403005"}


@pytest.mark.parametrize(("agreement", "width"), [("1234567", 10), ("12345678", 9)])
def test_long_agreements_stand_before_the_number(agreement: str, width: int):
    our_number = "7".zfill(width)
    boleto = number("001", our_number, agreement=agreement, wallet="17")
    assert boleto.free_field == f"000000{agreement}{our_number}17"
    assert boleto.our_number == agreement + our_number


@pytest.mark.parametrize(("agreement", "width"), [("1234", 7), ("123456", 5)])
def test_short_agreements_stand_with_branch_and_account(agreement: str, width: int):
    our_number = "1".zfill(width)
    boleto = number("001", our_number, agreement=agreement, wallet="18", **ACCOUNT)
    assert boleto.free_field == f"{agreement}{our_number}15451040300518"
    assert boleto.our_number[:-1] == f"{agreement}{our_number}-"


def test_the_digit_may_be_x():
    digits = {
        number("001", f"{n:07d}", agreement="1234", wallet="18", **ACCOUNT).our_number[-1]
        for n in range(30)
    }
    assert digits == set("0123456789X")


@pytest.mark.parametrize("wallet", ["16", "18", "21"])
def test_free_numbers_of_17_digits(wallet: str):
    boleto = number("001", "12345678901234567", agreement="123456", wallet=wallet)
    assert boleto.free_field == "1234561234567890123456721"
    assert boleto.our_number == "12345678901234567"
    # With branch and account the width of the number decides.
    both = {"agreement": "123456", "wallet": wallet, **ACCOUNT}
    assert number("001", "12345678901234567", **both).free_field == boleto.free_field
    assert number("001", "00001", **both).free_field.startswith("12345600001")


def test_free_numbers_are_of_some_wallets_only():
    assert refused_field("001", "1" * 17, agreement="123456", wallet="17", **ACCOUNT) == (
        "our_number"
    )
    assert refused_field("001", "1" * 17, agreement="123456", wallet="17") == "branch"


@pytest.mark.parametrize("agreement", ["1234", "123456"])
def test_short_agreements_need_branch_and_account(agreement: str):
    assert refused_field("001", "00001", agreement=agreement, wallet="17") == "branch"
    assert refused_field("001", "00001", agreement=agreement, wallet="17", branch="1545") == (
        "account"
    )
    assert refused_field("001", "00001", agreement="12345", wallet="17") == "agreement"


def test_sequence_numbers_fill_the_places():
    short = Account(bank="001", parameters={"agreement": "1234", "wallet": "18", **ACCOUNT})
    free = Account(bank="001", parameters={"agreement": "123456", "wallet": "18"})
    assert short.sequence_max == 9_999_999
    assert free.sequence_max == 10**17 - 1
