"""070 BRB, Banco de Brasília."""

from __future__ import annotations

from cobranca.domain.boleto.bank import Bank, Parameters, Plan, plan
from cobranca.domain.boleto.parameters import digits
from cobranca.domain.boleto.pieces import OUR_NUMBER, CheckDigit
from cobranca.domain.check_digit import TWO_DIGITS


def _plans(p: Parameters) -> tuple[Plan, ...]:
    # Places 20 to 44 of the barcode, as the bank lays them out:
    # | 20-22 | 3 | increment, 000 when there is none               |
    # | 23-25 | 3 | branch                                          |
    # | 26-32 | 7 | account                                         |
    # | 33    | 1 | category: 1 unregistered, 2 registered          |
    # | 34-39 | 6 | our number                                      |
    # | 40-42 | 3 | fixed 070                                       |
    # | 43-44 | 2 | check digits (NC, as Banrisul) of 20-42         |
    # What is printed as our number is 33-44.
    number = (p["wallet"], OUR_NUMBER, "070")
    fields = (p["increment"], p["branch"], p["account"], *number)
    digits_of_all = CheckDigit(rule=TWO_DIGITS, over=fields)
    return plan(6, free_field=(*fields, digits_of_all), printed=(*number, digits_of_all))


BANK = Bank(
    code="070",
    name="BRB",
    printed_digit="1",
    parameters=(
        digits("increment", 3, about="Incremento: 000 quando não há"),
        digits("branch", 3, about="Agência"),
        digits("account", 7, about="Conta, com dígito"),
        digits("wallet", 1, about="Categoria: 1 sem registro, 2 com registro", values=("1", "2")),
    ),
    plans=_plans,
    beneficiary=("branch", "account"),
    proof="3 whole boletos and 2 our numbers of public test suites",
)
