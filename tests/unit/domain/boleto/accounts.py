"""Accounts of every bank, drawn from what the banks declare about their parameters."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from cobranca.domain.boleto import Account, Bank, Parameter
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
    parameters = {
        parameter.name: draw(_values(bank, parameter))
        for parameter in bank.parameters
        if parameter.needed or draw(st.booleans())
    }
    try:
        return _account(bank, parameters)
    except InvalidField as error:
        # What this wallet or agreement needs, another does not: give it and try once more.
        missing = [p for p in bank.parameters if p.name not in parameters]
        assume(error.code == "FIELD_MISSING" and missing)
        given = {parameter.name: draw(_values(bank, parameter)) for parameter in missing}
    try:
        return _account(bank, parameters | given)
    except InvalidField:
        assume(False)
        raise


def _account(bank: Bank, parameters: dict[str, str]) -> Account:
    account = Account(bank=bank.code, parameters=parameters)
    account.document_number_of(account.plans[0])
    return account


def _values(bank: Bank, parameter: Parameter) -> st.SearchStrategy[str]:
    if parameter.name == "wallet" and bank.wallets:
        return st.sampled_from(bank.wallets)
    if parameter.values:
        return st.sampled_from(parameter.values)
    return st.sampled_from(parameter.lengths).flatmap(digits)


def digits(length: int) -> st.SearchStrategy[str]:
    """Draw a text of so many digits; shorter than `st.text` in examples, and faster."""
    return st.integers(0, 10**length - 1).map(lambda number: f"{number:0{length}d}")
