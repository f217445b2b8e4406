"""085 Ailos (Cecred)."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER
from cobranca.domain.check_digit import modulo_11

ACCOUNT_DIGIT = modulo_11(9, zero="0", one="0")

_ACCOUNT = "O dígito da conta é {}, mas o cálculo dá {}: confira a conta."


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-25 | 6 | agreement              |
    # | 26-33 | 8 | account with its digit |
    # | 34-42 | 9 | our number             |
    # | 43-44 | 2 | wallet                 |
    # Account and our number are printed together, with no check digit.
    given, computed = p["account"][-1], ACCOUNT_DIGIT.of_text(p["account"][:-1])
    return plan(
        9,
        free_field=(p["agreement"], p["account"], OUR_NUMBER, p["wallet"]),
        printed=(p["account"], OUR_NUMBER),
        warnings=() if given == computed else (_ACCOUNT.format(given, computed),),
    )


BANK = Bank(
    code="085",
    name="Ailos",
    printed_digit="1",
    parameters=(
        digits("agreement", 6, about="Convênio"),
        digits("account", 8, about="Conta, com dígito"),
        digits("wallet", 2, about="Carteira: 01"),
    ),
    plans=_plans,
    beneficiary=("agreement", "account"),
    proof="3 whole boletos and 4 our numbers of public test suites",
)
