"""237 Bradesco."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import modulo_11

DIGIT = modulo_11(7, zero="0", one="P")
PARAMETERS = (
    digits("branch", 4, about="Agência, sem dígito"),
    digits("wallet", 2, about="Carteira"),
    digits("account", 7, about="Conta do beneficiário, sem dígito"),
)


def bradesco_plans(p: Parameters, warnings: tuple[str, ...] = ()) -> tuple[Plan, ...]:
    """Plan the numbers as Bradesco does; Uniprime, Cresol and BTG took its layout over."""
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-23 | 4  | branch              |
    # | 24-25 | 2  | wallet              |
    # | 26-36 | 11 | our number          |
    # | 37-43 | 7  | account             |
    # | 44    | 1  | zero                |
    # The check digit of the our number (modulo 11, weights 2..7, over wallet and number; "P" for
    # rest 1) is printed only.
    digit = CheckDigit(rule=DIGIT, over=(p["wallet"], OUR_NUMBER))
    return plan(
        11,
        free_field=(p["branch"], p["wallet"], OUR_NUMBER, p["account"], "0"),
        printed=(p["wallet"], "/", OUR_NUMBER, "-", digit),
        warnings=warnings,
    )


BANK = Bank(
    code="237",
    name="Bradesco",
    printed_digit="2",
    parameters=PARAMETERS,
    plans=bradesco_plans,
    beneficiary=("branch", "account"),
    proof="19 whole boletos and 18 our numbers of public test suites",
)
