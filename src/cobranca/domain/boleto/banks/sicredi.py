"""748 Sicredi."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Issue, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits, refuse
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit, our_number
from cobranca.domain.check_digit import modulo_11

DIGIT = modulo_11(9, zero="0", one="0")


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20    | 1 | kind: 1 registered, 3 unregistered                             |
    # | 21    | 1 | wallet: 1 simple                                               |
    # | 22-30 | 9 | our number: year (2), byte, sequence (5), check digit          |
    # | 31-34 | 4 | cooperative                                                    |
    # | 35-36 | 2 | post                                                           |
    # | 37-41 | 5 | beneficiary's code                                             |
    # | 42    | 1 | 1: an amount is in the barcode                                 |
    # | 43    | 1 | zero                                                           |
    # | 44    | 1 | check digit of 20-43, modulo 11                                |
    # The year is that of issue. Byte: 1 issued by the bank, 2 to 9 by the beneficiary.
    account = p["branch"] + p["post"] + p["agreement"]
    digit = CheckDigit(rule=DIGIT, over=(account, OUR_NUMBER))
    fields = (p["kind"], p["wallet"], OUR_NUMBER, digit, account, "10")
    return plan(
        8,
        free_field=(*fields, CheckDigit(rule=DIGIT, over=fields)),
        printed=(our_number(1, 2), "/", our_number(3, 8), "-", digit),
        issue=_issue(p.get("byte")),
        check=_check,
    )


def _issue(byte: str | None) -> Issue:
    """Bytes 2 to 9 are used one after the other, unless the account keeps to one."""
    first = int(byte or "2")
    last = int(byte or "9")
    sequence_max = (last - first + 1) * 100_000 - 1
    return Issue(digits=6, year=True, offset=first * 100_000, sequence_max=sequence_max)


def _check(number: str) -> None:
    if number[2] == "0":
        raise refuse("our_number", "The third digit (byte) is 1 to 9.")


BANK = Bank(
    code="748",
    name="Sicredi",
    printed_digit="X",
    parameters=(
        digits("kind", 1, about="Tipo: 1 com registro, 3 sem registro", values=("1", "3")),
        digits("wallet", 1, about="Carteira: 1 simples"),
        digits("branch", 4, about="Cooperativa"),
        digits("post", 2, about="Posto"),
        digits("agreement", 5, about="Código do beneficiário"),
        digits(
            "byte",
            1,
            about="Byte do nosso número, 2 a 9; sem ele, usam-se todos em sequência",
            values=tuple("23456789"),
            for_issuing=True,
        ),
    ),
    plans=_plans,
    beneficiary=("branch", "post", "agreement"),
    proof="12 whole boletos and 12 our numbers of public test suites",
    wallets=("1",),
)
