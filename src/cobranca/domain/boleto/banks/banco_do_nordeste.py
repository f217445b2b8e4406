"""004 Banco do Nordeste."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import modulo_11

DIGIT = modulo_11(8, zero="0", one="0")


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-23 | 4 | branch                               |
    # | 24-31 | 8 | account with its digit               |
    # | 32-38 | 7 | our number                           |
    # | 39    | 1 | its check digit, modulo 11 to 8      |
    # | 40-41 | 2 | wallet                               |
    # | 42-44 | 3 | zeros                                |
    digit = CheckDigit(rule=DIGIT, over=(OUR_NUMBER,))
    return plan(
        7,
        free_field=(p["branch"], p["account"], OUR_NUMBER, digit, p["wallet"], "000"),
        printed=(OUR_NUMBER, "-", digit),
    )


BANK = Bank(
    code="004",
    name="Banco do Nordeste",
    printed_digit="3",
    parameters=(
        digits("branch", 4, about="Agência"),
        digits("account", 8, about="Conta, com dígito"),
        digits("wallet", 2, about="Carteira: 21 com registro"),
    ),
    plans=_plans,
    beneficiary=("branch", "account"),
    proof="1 whole boleto and 7 our numbers of public test suites",
)
