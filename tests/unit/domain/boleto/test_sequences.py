"""Our numbers lead back to their sequence numbers, at every bank."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from cobranca.domain.boleto import Account
from cobranca.domain.boleto.banks import BANKS
from cobranca.domain.boleto.sequences import sequences_of
from tests.unit.domain.golden import examples

ISSUED = date(2026, 8, 12)
FILES = [x for x in examples("return_files") if x.get("account") and x.get("records")]


def _accounts() -> list[Account]:
    found = {(x["bank"], tuple(x["account"].items())) for x in FILES}
    return [Account(bank=bank, parameters=dict(given)) for bank, given in sorted(found)]


@pytest.mark.parametrize("account", _accounts(), ids=lambda a: a.bank)
def test_sequence_comes_back(account: Account) -> None:
    sequences = [1, 2, 10, 99, min(12_345, account.sequence_max), account.sequence_max]
    written = np.array([account.our_number_of(n, ISSUED).encode() for n in sequences])
    found, years = sequences_of(account, written)
    assert found.tolist() == sequences
    assert set(years.tolist()) == ({2026} if account.plans[0].issue.year else {0})


@pytest.mark.parametrize("account", _accounts(), ids=lambda a: a.bank)
def test_what_the_account_never_makes_has_no_sequence(account: Account) -> None:
    width = account.our_number_digits
    others = [b"", b"0" * width, b"x" * width, b"9" * (width + 1), b"12 45"]
    assert sequences_of(account, np.array(others))[0].tolist() == [0] * len(others)


def test_accounts_of_many_banks_are_tried() -> None:
    assert len({account.bank for account in _accounts()} & set(BANKS)) >= 15


def test_santander_400_brings_the_last_seven_digits() -> None:
    account = Account(bank="033", parameters={"agreement": "1234567", "wallet": "101", "ios": "0"})
    assert sequences_of(account, np.array([b"0000301"]))[0].tolist() == [301]
