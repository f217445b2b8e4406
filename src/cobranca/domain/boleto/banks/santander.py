"""033 Santander."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import modulo_11

DIGIT = modulo_11(9, zero="0", one="0")


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20    | 1  | fixed 9                                              |
    # | 21-27 | 7  | beneficiary's code (PSK)                             |
    # | 28-39 | 12 | our number                                           |
    # | 40    | 1  | its check digit, modulo 11, weights 2..9             |
    # | 41    | 1  | IOS: 0, or the insurer's rate (7 = 7 %, 9 = 9 %)     |
    # | 42-44 | 3  | wallet: 101 registered, 102 unregistered, 201 pledge |
    digit = CheckDigit(rule=DIGIT, over=(OUR_NUMBER,))
    return plan(
        12,
        free_field=("9", p["agreement"], OUR_NUMBER, digit, p["ios"], p["wallet"]),
        printed=(OUR_NUMBER, "-", digit),
    )


BANK = Bank(
    code="033",
    name="Santander",
    printed_digit="7",
    parameters=(
        digits("agreement", 7, about="Código do beneficiário (PSK)"),
        digits("wallet", 3, about="Carteira: 101, 102 ou 201"),
        digits("ios", 1, about="IOS: 0, salvo seguradoras"),
    ),
    plans=_plans,
    beneficiary=("branch", "agreement"),
    proof="11 whole boletos and 19 our numbers of public test suites",
    wallets=("101", "102", "201"),
)
