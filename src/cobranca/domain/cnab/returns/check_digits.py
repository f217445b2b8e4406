"""Check digits of our numbers, held against the boleto engine.

A wrong one means that the title is not of this account, or that its line is damaged. The engine
needs the account; the file alone does not tell all that the digit is made of.
"""

from __future__ import annotations

import numpy as np

from cobranca.domain.boleto.account import Account
from cobranca.domain.boleto.pieces import CheckDigit, columns_of
from cobranca.domain.check_digit import ASCII_ZERO, Column
from cobranca.domain.cnab.returns.numbers import Bytes
from cobranca.domain.cnab.returns.structure import digits_value
from cobranca.domain.cnab.returns.titles import Flags, Titles


def wrong_check_digits(account: Account, titles: Titles) -> Flags:
    """Tell which our numbers have another check digit than the engine writes: bool[n].

    False where there is no our number, where the title is of another wallet that the digit is made
    of, and where the bank writes no digit of its own into the file.
    """
    none = np.zeros(len(titles), dtype=np.bool_)
    numbers = _matrix(titles)
    width = numbers.shape[1]
    plan = next((plan for plan in account.plans if plan.our_number_digits == width), None)
    if plan is None:
        return none
    rule = next((piece for piece in plan.printed if isinstance(piece, CheckDigit)), None)
    whole, part = titles.layout.title["our_number_in_file"], titles.layout.title["our_number"]
    written = titles.rows[:, part.stop : whole.stop]
    if rule is None or written.shape[1] != rule.rule.width:
        return none
    values = numbers - np.uint8(ASCII_ZERO)
    wrong = (values > 9).any(axis=1)
    values[wrong] = 0
    columns: list[Column] = list(values.T)
    computed = columns_of((rule,), {"our_number": columns})
    for column, cells in zip(computed, written.T, strict=True):
        wrong |= (cells - np.uint8(ASCII_ZERO)) != column
    return wrong & (titles.our_numbers != b"") & _is_of_wallet(account, titles)


def _is_of_wallet(account: Account, titles: Titles) -> Flags:
    """Tell which titles are of the account's wallet, where the digit is made of it too."""
    wallet = account.parameters.get("wallet", "")
    if "{wallet" not in titles.layout.printed or "wallet" not in titles.layout.title:
        return np.ones(len(titles), dtype=np.bool_)
    place = titles.layout.title["wallet"]
    return digits_value(titles.rows[:, place.start : place.stop]) == int(wallet or "0")


def _matrix(titles: Titles) -> Bytes:
    """See the our numbers as digits; zeros where there is none."""
    numbers = np.ascontiguousarray(titles.our_numbers)
    cells = numbers.view(np.uint8).reshape(len(numbers), numbers.dtype.itemsize)
    return np.where(cells == 0, np.uint8(ASCII_ZERO), cells)
