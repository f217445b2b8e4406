"""136 Unicred."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import modulo_11

DIGIT = modulo_11(9, zero="0", one="0")


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-23 | 4  | branch                      |
    # | 24-33 | 10 | account with its digit      |
    # | 34-43 | 10 | our number                  |
    # | 44    | 1  | its check digit, modulo 11  |
    digit = CheckDigit(rule=DIGIT, over=(OUR_NUMBER,))
    return plan(
        10,
        free_field=(p["branch"], p["account"], OUR_NUMBER, digit),
        printed=(OUR_NUMBER, "-", digit),
    )


BANK = Bank(
    code="136",
    name="Unicred",
    printed_digit="8",
    parameters=(
        digits("branch", 4, about="Agência"),
        digits("account", 10, about="Conta, com dígito"),
    ),
    plans=_plans,
    beneficiary=("branch", "account"),
    proof="2 whole boletos and 2 our numbers of public test suites",
)
