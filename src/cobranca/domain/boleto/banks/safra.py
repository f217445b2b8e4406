"""422 Safra."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import modulo_11

DIGIT = modulo_11(9, zero="1", one="0")


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20    | 1 | fixed 7 (the bank)               |
    # | 21-25 | 5 | branch with its digit            |
    # | 26-34 | 9 | account with its digit           |
    # | 35-42 | 8 | our number                       |
    # | 43    | 1 | its check digit, modulo 11       |
    # | 44    | 1 | fixed 2 (registered)             |
    digit = CheckDigit(rule=DIGIT, over=(OUR_NUMBER,))
    return plan(
        8,
        free_field=("7", p["branch"], p["account"], OUR_NUMBER, digit, "2"),
        printed=(OUR_NUMBER, "-", digit),
    )


BANK = Bank(
    code="422",
    name="Safra",
    printed_digit="7",
    parameters=(
        digits("branch", 5, about="Agência, com dígito"),
        digits("account", 9, about="Conta, com dígito"),
    ),
    plans=_plans,
    beneficiary=("branch", "account"),
    proof="6 whole boletos and 6 our numbers of public test suites",
)
