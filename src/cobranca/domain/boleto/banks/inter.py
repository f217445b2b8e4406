"""077 Inter."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits, refuse
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import MODULO_10

_BRANCH = "0001"


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-23 | 4  | branch: 0001                                            |
    # | 24-26 | 3  | wallet: 110                                             |
    # | 27-33 | 7  | operation                                               |
    # | 34-43 | 10 | our number, of the range that the bank gave             |
    # | 44    | 1  | check digit of branch, wallet and our number, modulo 10 |
    if p["wallet"] != "110":
        raise refuse("wallet", "Only wallet 110: in 112 the bank itself numbers the boletos.")
    digit = CheckDigit(rule=MODULO_10, over=(_BRANCH, p["wallet"], OUR_NUMBER))
    return plan(
        10,
        free_field=(_BRANCH, p["wallet"], p["agreement"], OUR_NUMBER, digit),
        printed=("00019/", p["wallet"], "/", OUR_NUMBER, "-", digit),
    )


BANK = Bank(
    code="077",
    name="Inter",
    printed_digit="9",
    parameters=(
        digits("wallet", 3, about="Carteira: 110"),
        digits("agreement", 7, about="Operação"),
    ),
    plans=_plans,
    beneficiary=("agreement",),
    proof="4 whole boletos and 8 our numbers of public test suites",
    wallets=("110",),
)
