"""707 Daycoval."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import MODULO_10, modulo_11

BRANCH_DIGIT = modulo_11(9, zero="0", one="0")


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-23 | 4  | branch                                                  |
    # | 24-26 | 3  | wallet: 121                                             |
    # | 27-33 | 7  | operation                                               |
    # | 34-43 | 10 | our number                                              |
    # | 44    | 1  | check digit of branch, wallet and our number, modulo 10 |
    digit = CheckDigit(rule=MODULO_10, over=(p["branch"], p["wallet"], OUR_NUMBER))
    branch = p["branch"] + BRANCH_DIGIT.of_text(p["branch"])
    return plan(
        10,
        free_field=(p["branch"], p["wallet"], p["agreement"], OUR_NUMBER, digit),
        printed=(branch, "/", p["wallet"], "/", OUR_NUMBER, "-", digit),
    )


BANK = Bank(
    code="707",
    name="Daycoval",
    printed_digit="2",
    parameters=(
        digits("branch", 4, about="Agência, sem dígito"),
        digits("wallet", 3, about="Carteira: 121"),
        digits("agreement", 7, about="Operação"),
    ),
    plans=_plans,
    beneficiary=("branch", "agreement"),
    proof="3 whole boletos of a public test suite; two public implementations agree (ADR 0004)",
    wallets=("121",),
)
