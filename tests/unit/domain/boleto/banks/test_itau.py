"""341 Itaú: ordinary, short and special wallets."""

from __future__ import annotations

import pytest

from cobranca.domain.boleto.banks.itau import SHORT_WALLETS, SPECIAL_WALLETS
from cobranca.domain.check_digit import MODULO_10
from tests.unit.domain.boleto.banks.numbering import number, refused_field

ACCOUNT = {"branch": "0057", "account": "12345"}


@pytest.mark.parametrize("wallet", ["109", "138", "175", "121", "180"])
def test_the_digit_covers_branch_and_account(wallet: str):
    boleto = number("341", "00000012", wallet=wallet, **ACCOUNT)
    digit = MODULO_10.of_text("0057" + "12345" + wallet + "00000012")
    account_digit = MODULO_10.of_text("005712345")
    assert boleto.free_field == f"{wallet}00000012{digit}005712345{account_digit}000"
    assert boleto.our_number == f"{wallet}/00000012-{digit}"
    assert boleto.warnings == ()


@pytest.mark.parametrize("wallet", SHORT_WALLETS)
def test_the_digit_of_short_wallets_covers_wallet_and_number(wallet: str):
    boleto = number("341", "00000012", wallet=wallet, **ACCOUNT)
    digit = MODULO_10.of_text(wallet + "00000012")
    assert boleto.our_number == f"{wallet}/00000012-{digit}"
    assert boleto.free_field[11] == digit
    assert wallet in boleto.warnings[0]


@pytest.mark.parametrize("wallet", SPECIAL_WALLETS)
def test_special_wallets_carry_the_document_number(wallet: str):
    parameters = {"wallet": wallet, "agreement": "66677", "document_number": "1234567"}
    boleto = number("341", "12345678", **parameters)
    fields = f"{wallet}12345678123456766677"
    assert boleto.free_field == fields + MODULO_10.of_text(fields) + "0"
    assert boleto.our_number == f"{wallet}/12345678"
    assert len(boleto.warnings) == 1
    complete = number("341", "12345678", **parameters, **ACCOUNT)
    assert complete.our_number[:-1] == f"{wallet}/12345678-"
    assert complete.free_field == boleto.free_field
    assert complete.warnings == ()


def test_special_wallets_ask_for_their_own_fields():
    assert refused_field("341", "12345678", wallet="107") == "agreement"
    assert refused_field("341", "12345678", wallet="107", agreement="66677") == "document_number"
    assert refused_field("341", "12345678", wallet="109", agreement="66677") == "branch"
    assert refused_field("341", "12345678", wallet="109", branch="0057") == "account"


def test_an_account_digit_that_differs_is_used_with_a_warning():
    right = MODULO_10.of_text("005712345")
    wrong = str((int(right) + 1) % 10)
    same = number("341", "00000012", wallet="109", account_digit=right, **ACCOUNT)
    assert same == number("341", "00000012", wallet="109", **ACCOUNT)
    other = number("341", "00000012", wallet="109", account_digit=wrong, **ACCOUNT)
    assert other.free_field[21] == wrong
    assert wrong in other.warnings[0]
    assert right in other.warnings[0]
