"""Accounts of every bank, drawn from what the banks declare about their parameters."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from cobranca.domain.boleto import Account, Bank
from cobranca.domain.errors import InvalidField

#: Fields of an example that are not parameters of the account.
TITLE = {"bank", "our_number", "amount_cents", "due_date", "source"}


def parameters_of(example: dict[str, Any]) -> dict[str, str]:
    """Give the account's parameters of a worked example."""
    return {
        name: value
        for name, value in example.items()
        if name not in TITLE and not name.startswith("expected_")
    }


def account_of(example: dict[str, Any]) -> Account:
    """Give the account of a worked example."""
    return Account(bank=example["bank"], parameters=parameters_of(example))


@st.composite
def accounts(draw: st.DrawFn, bank: Bank) -> Account:
    """Draw an account of a bank, optional parameters now and then."""
    parameters: dict[str, str] = {}
    for parameter in bank.parameters:
        if not parameter.needed and draw(st.booleans()):
            continue
        if parameter.name == "wallet" and bank.wallets:
            parameters["wallet"] = draw(st.sampled_from(bank.wallets))
        elif parameter.values:
            parameters[parameter.name] = draw(st.sampled_from(parameter.values))
        else:
            length = draw(st.sampled_from(parameter.lengths))
            parameters[parameter.name] = draw(digits(length))
    try:
        account = Account(bank=bank.code, parameters=parameters)
        account.document_number_of(account.plans[0])
    except InvalidField:
        assume(False)
        raise
    return account


def digits(length: int) -> st.SearchStrategy[str]:
    """Draw a text of so many digits; shorter than `st.text` in examples, and faster."""
    return st.integers(0, 10**length - 1).map(lambda number: f"{number:0{length}d}")
